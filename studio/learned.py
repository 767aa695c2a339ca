"""What studio/pace.py has learned of the models' limits, for operators: reads what is kept and changes nothing."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import redis
from django.utils import timezone

from studio import live, pace
from studio.models import Generation, ImageModel, Status, WaitsFor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """`guessed`: the model refused a call and names no limit. `heard_at`: when its answers said so last, or the guess
    was last changed. `shut_until`: no call goes before.
    """

    per_minute: int | None = None
    guessed: bool = False
    heard_at: datetime | None = None
    shut_until: datetime | None = None


def of(models: Iterable[ImageModel]) -> dict[int, Learned]:
    """By model id; only those of which anything was learned, and none while nobody can tell."""
    ids = [model.pk for model in models]
    try:
        pipe = live.connection().pipeline(transaction=False)
        for pk in ids:
            pipe.mget(pace.key(pk, "limit"), pace.key(pk, "guess"))
            for what in ("limit", "guess", "shut"):
                pipe.pttl(pace.key(pk, what))
        answers: list[Any] = pipe.execute()
    except redis.RedisError as error:
        log.warning("what was learned of the models is not known: %s", type(error).__name__)
        return {}
    read = {pk: _read(*answers[4 * at : 4 * at + 4]) for at, pk in enumerate(ids)}
    return {pk: learned for pk, learned in read.items() if learned != Learned()}


def holding() -> list[tuple[ImageModel, Learned | None]]:
    """The models whose limit holds something up: frames wait for a place, or calls were refused of late."""
    queued = Generation.objects.filter(status=Status.QUEUED, waits_for=WaitsFor.PLACE)
    waited_for = set(queued.values_list("model_id", flat=True).order_by().distinct())
    models = list(ImageModel.objects.all())
    found = of(models)
    refused = {pk for pk, learned in found.items() if learned.guessed or learned.shut_until}
    return [(model, found.get(model.pk)) for model in models if model.pk in waited_for | refused]


def _read(numbers: list[Any], limit_ms: int, guess_ms: int, shut_ms: int) -> Learned:
    now = timezone.now()
    limit, guess = (int(number) if number else None for number in numbers)
    per_minute, kept_ms = (limit, limit_ms) if limit else (guess, guess_ms)
    shut_until = now + timedelta(milliseconds=shut_ms) if shut_ms > 0 else None
    if per_minute is None or per_minute >= pace.MOST:  # that holds nobody up
        return Learned(shut_until=shut_until)
    heard_at = now - timedelta(milliseconds=max(0, 1000 * pace.KEPT_S - kept_ms))
    return Learned(per_minute=per_minute, guessed=not limit, heard_at=heard_at, shut_until=shut_until)
