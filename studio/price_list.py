"""The price list as operators keep it: what credits are worth, what the dearest call costs, which rows are in force."""

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, QuerySet, TextChoices, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studio import catalogue
from studio.models import Band, Mode, Price, Quality
from studio.quotes import quote, worst_case_microusd


class Standing(TextChoices):
    """Where a row of the price list stands in time."""

    NOW = "now", _("in force")
    LATER = "later", _("later")
    PAST = "past", _("past")


def worth_microusd(credits: int) -> int:
    """The least that credits were sold for, in millionths of a US dollar."""
    return credits * settings.CREDIT_VALUE_MICROUSD


def shortfall_microusd(price: Price) -> int:
    """By how much one call sold at this price may cost the house more than it is worth; 0 or less where it can't.

    Both grow with each preview and each reference, so that the worst is either none of them or all. Of references
    at least one has to be sent for any to be.
    """
    tokens, facts = catalogue.tokens_of(price.model), catalogue.facts(price)
    return max(
        worst_case_microusd(tokens=tokens, output_tokens=price.output_tokens, references=references, previews=previews)
        - worth_microusd(quote(price=facts, count=1, references=references, previews=previews).credits)
        for previews in (0, price.model.most_previews)
        for references in (0, price.model.most_references)
    )


def credits_to_cover(price: Price) -> int:
    """The fewest credits a picture that leave no shortfall, with the rest of the row as it is."""
    short = -(-shortfall_microusd(price) // settings.CREDIT_VALUE_MICROUSD)
    return max(1, price.credits + short)


def sold_below_cost() -> list[Price]:
    """The rows in force or to come that sell below cost by nobody's will: the provider’s prices rose since."""
    offered = Price.objects.filter(sell_below_cost=False, model__in=catalogue.offered())
    rows = with_standing(offered).select_related("model")
    return [row for row in rows if row.standing != Standing.PAST and shortfall_microusd(row) > 0]  # type: ignore[attr-defined]  # annotated above


def with_standing(prices: QuerySet[Price]) -> QuerySet[Price]:
    """The rows, each with `standing`: in force, later or past."""
    now = timezone.now()
    newer = Price.objects.filter(
        model=OuterRef("model"),
        mode=OuterRef("mode"),
        quality=OuterRef("quality"),
        band=OuterRef("band"),
        valid_from__gt=OuterRef("valid_from"),
        valid_from__lte=now,
    )
    return prices.annotate(
        standing=Case(
            When(valid_from__gt=now, then=Value(Standing.LATER.value)),
            When(Exists(newer), then=Value(Standing.PAST.value)),
            default=Value(Standing.NOW.value),
        )
    )


def in_order(field: str, choices: type[Mode] | type[Quality] | type[Band]) -> Case:
    """Sorts by the order in which choices are written down, not by their letters."""
    return Case(*(When(**{field: value}, then=place) for place, value in enumerate(choices.values)))
