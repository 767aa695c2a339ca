"""Whether models answer: so many failures in a row, of the provider's kind, and one is down until a call goes well.

The next queued frame of a model that is down is its probe: one at a time, after pauses that grow. Where none is queued,
the model is offered again after the pause, and whoever presses for it brings the probe.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from studio.failures import Failure
from studio.models import Breaker, Generation, ImageModel, Status

log = logging.getLogger(__name__)

WITHIN: Final = timedelta(minutes=5)  # failures further apart are not in a row


def down() -> set[int]:
    """Models that do not answer."""
    return set(_down().values_list("pk", flat=True))


def is_down(*, model_id: int) -> bool:
    """Whether that model does not answer."""
    return _down().filter(pk=model_id).exists()


def silent(model: ImageModel) -> bool:
    """Whether it does not answer, as it was read with its breaker."""
    row: Breaker | None = getattr(model, "breaker", None)  # most never failed and have none
    return row is not None and row.down_since is not None


def refusing(models: Iterable[ImageModel]) -> set[int]:
    """Those of these models, read with their breakers, that no run is taken for.

    They are down, and either pause or have frames enough to ask by.
    """
    down_ = [model.pk for model in models if silent(model)]
    if not down_:
        return set()
    under_way = Generation.objects.filter(model=OuterRef("pk"), status__in=(Status.QUEUED, Status.RUNNING))
    rows = _down().filter(Q(probe_at__gt=Now()) | Exists(under_way), pk__in=down_)
    return set(rows.values_list("pk", flat=True))


def due() -> list[int]:
    """Models that are down and may be asked by another probe."""
    return list(_down().filter(_may_ask()).values_list("pk", flat=True))


def holds(generation: Generation) -> bool:
    """Whether a generation, as it was claimed, has to wait for its model to answer. One that may ask is the probe."""
    if not silent(generation.model):
        return False
    mine = Q(probe=generation) & Q(probe_at__lte=Now())
    asks = _down().filter(_may_ask() | mine, pk=generation.model_id).update(probe=generation)
    return not asks and is_down(model_id=generation.model_id)


def note(*, generation: Generation, failure: Failure | None) -> None:
    """Takes in how a call went; None: it brought something."""
    if failure is None or failure.kind.answered:
        answers(model_id=generation.model_id)
    elif failure.kind.outage:
        Breaker.objects.get_or_create(model_id=generation.model_id)
        _change(generation, partial(_failed, reason=failure.code))
    else:
        _change(generation, _told_nothing)


def answers(*, model_id: int) -> bool:
    """The model answers, by a call or by an operator's word. False where it was not down."""
    row = Breaker.objects.filter(pk=model_id).exclude(failures=0, down_since=None).first()
    if row is None:
        return False
    well: dict[str, Any] = {"failures": 0, "failing_since": None, "pauses": 0, "probe": None, "probe_at": None}
    Breaker.objects.filter(pk=model_id).update(down_since=None, **well)
    if row.down_since:
        log.warning("model %s answers again", model_id)
    return row.down_since is not None


def _down() -> QuerySet[Breaker]:
    return Breaker.objects.filter(down_since__isnull=False)


def _may_ask() -> Q:
    """The pause is over, and no other asks. A probe that was put back, cancelled or lost asks no more."""
    asking = Generation.objects.filter(pk=OuterRef("probe_id"), status=Status.RUNNING)
    return Q(probe_at__lte=Now()) & Q(~Exists(asking))


def _change(generation: Generation, change: Any) -> None:
    with transaction.atomic():
        rows = Breaker.objects.select_for_update(of=("self",)).annotate(now=Now())
        if row := rows.filter(pk=generation.model_id).first():
            change(row, generation)
            row.save()


def _failed(row: Any, generation: Generation, *, reason: str) -> None:
    row.reason = reason
    if row.down_since:
        return _told_nothing(row, generation)
    if row.failing_since is None or row.now - row.failing_since > WITHIN:
        row.failing_since, row.failures = row.now, 0
    row.failures += 1
    if row.failures >= settings.MODEL_DOWN_AFTER:
        row.down_since = row.now
        _pause(row)
        log.error("model %s does not answer: %s calls failed in a row", row.pk, row.failures)
    return None


def _told_nothing(row: Any, generation: Generation) -> None:
    """The probe brought no answer: the next pause is longer. Others were sent before the model was down."""
    if row.down_since and row.probe_id == generation.pk:
        _pause(row)


def _pause(row: Any) -> None:
    pause_s = min(settings.MODEL_PAUSE_S * 2**row.pauses, settings.MODEL_PAUSE_MOST_S)
    row.probe, row.probe_at, row.pauses = None, row.now + timedelta(seconds=pause_s), min(row.pauses + 1, 20)
