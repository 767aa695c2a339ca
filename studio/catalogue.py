"""Which models are offered, what they can do, what they cost and how long they take."""

import logging
from collections.abc import Iterable
from statistics import median
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from studio import breaker, pace, sizes
from studio.models import Generation, ImageModel, Mode, Price, Status
from studio.quotes import PriceFacts, TokenPrices, worst_case_microusd

log = logging.getLogger(__name__)

TIMED_CALLS = 50


def offered() -> QuerySet[ImageModel]:
    """The models a user may choose today, in the operator's order, each with its breaker."""
    alive = Q(shutdown_date__isnull=True) | Q(shutdown_date__gt=timezone.localdate())
    models = ImageModel.objects.filter(alive, enabled=True, stopped_reason="").select_related("breaker")
    return models if settings.SANDBOX else models.filter(sandbox_only=False)


def stop(*, model: ImageModel, reason: str) -> None:
    """Takes a model off the page until an operator puts it back: its account is on hold."""
    ImageModel.objects.filter(pk=model.pk).update(stopped_reason=reason)
    log.error("model %s stopped: %s", model.pk, reason)


def offer_again(*, model: ImageModel) -> bool:
    """Puts a model back on the page that was stopped or does not answer. False where neither was so."""
    answers = breaker.answers(model_id=model.pk)
    pace.forget(model=model.pk)
    stopped = ImageModel.objects.filter(pk=model.pk).exclude(stopped_reason="")
    return bool(stopped.update(stopped_reason="")) or answers


def instead(*, model: ImageModel, among: Iterable[ImageModel]) -> ImageModel | None:
    """Whom to offer for a model that is not to be had: no dearer where there is such a one, and as good as may be."""
    return min(
        among,
        key=lambda one: (max(0, one.cost - model.cost), abs(one.fidelity - model.fidelity), one.position),
        default=None,
    )


def limits_of(model: ImageModel) -> sizes.Limits:
    """The narrower of what the model can and what the operator allows."""
    return sizes.Limits(
        longest_side=min(model.longest_side_px, settings.MAX_SIDE_PX),
        most_pixels=min(model.most_pixels, settings.MAX_PIXELS),
        least_pixels=model.least_pixels,
    )


def prices(*, models: list[ImageModel], mode: str = Mode.TEXT, **of: str) -> dict[tuple[int, str, str], Price]:
    """The price list in force, by model id, quality and band; of one quality or band if asked so."""
    rows = _sold(mode).filter(model__in=models, **of)
    return {(row.model_id, row.quality, row.band): row for row in rows.order_by("own", "valid_from", "id")}


def price_book(*, models: Iterable[ImageModel]) -> dict[tuple[str, int, str, str], Price]:
    """The price list in force for all kinds of work, by kind, model id, quality and band, in one query."""
    rows = Price.objects.filter(model__in=models, valid_from__lte=timezone.now()).order_by("valid_from", "id")
    own = {(row.mode, row.model_id, row.quality, row.band): row for row in rows}
    text = {key[1:]: row for key, row in own.items() if key[0] == Mode.TEXT}
    return {(mode.value, *key): row for mode in Mode for key, row in text.items()} | own


def price(*, model_id: int, mode: str, quality: str, band: str) -> Price | None:
    """The price in force now, with its model and the model's breaker; None where that is not on offer."""
    sold = _sold(mode).filter(quality=quality, band=band, model__in=offered().filter(pk=model_id).values("pk"))
    found: Price | None = sold.select_related("model__breaker").order_by("-own", "-valid_from", "-id").first()
    return found


def _sold(mode: str) -> Any:
    """Rows that began, each with `own`: of this kind of work, before which text to image's stand back."""
    rows = Price.objects.filter(mode__in={mode, Mode.TEXT}, valid_from__lte=timezone.now())
    return rows.annotate(own=Q(mode=mode))


def facts(row: Price) -> PriceFacts:
    """What the quote needs of a price row."""
    return PriceFacts(credits=row.credits, reference_credits=row.reference_credits, preview_credits=row.preview_credits)


def tokens_of(model: ImageModel) -> TokenPrices:
    """What the provider charges for a model's tokens."""
    return TokenPrices(text_in=model.text_in_cents, image_in=model.image_in_cents, image_out=model.image_out_cents)


def worst_case(row: Price) -> int:
    """The most that one call sold at this price can cost the house, in millionths of a US dollar; no references."""
    return worst_case_microusd(
        tokens=tokens_of(row.model), output_tokens=row.output_tokens, previews=row.model.most_previews
    )


def expected_s(*, model: ImageModel, quality: str) -> float:
    """Seconds a picture usually takes: the median of the last calls, or the catalogue's word until there are some."""
    key = f"expected_s:{model.pk}:{quality}"
    if (known := cache.get(key)) is not None:
        return float(known)
    ended = Generation.objects.filter(model=model, run__quality=quality, status=Status.SUCCEEDED)
    timed = ended.order_by("-ended_at").values_list("started_at", "ended_at")[:TIMED_CALLS]
    seconds = [(end - start).total_seconds() for start, end in timed if start and end]
    value = round(median(seconds), 1) if len(seconds) >= 5 else float(model.typical_s)
    cache.add(key, value, timeout=60)
    return value
