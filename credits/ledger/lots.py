"""Which lots can be spent from, and in which order."""

from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Now

from accounts.models import User
from credits.models import Lot, LotKind


def usable() -> Q:
    """Lots that can be spent from at this moment."""
    open_ended = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    return open_ended & Q(remaining__gt=0, voided_at__isnull=True, held_at__isnull=True, starts_at__lte=Now())


def spendable(*, lots: QuerySet[Lot]) -> int:
    """What a debit could take of these lots now. Less than the balance where one has ended, waits or is held."""
    total: int | None = lots.filter(usable()).aggregate(total=Sum("remaining"))["total"]
    return total or 0


def spendable_by(*, user: User) -> int:
    """The same of all that a user has; nothing where there is no wallet yet."""
    return spendable(lots=Lot.objects.filter(wallet__owner=user))


def spendable_in_sql(*, user: User) -> QuerySet[Any, Any]:
    """The same as a row of one, or none, for a statement that asks for more."""
    lots = Lot.objects.filter(usable(), wallet__owner=user).order_by()
    return lots.values("wallet").annotate(total=Sum("remaining")).values("total")


def in_spending_order(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    """The lots that can be spent, as a debit takes them: soonest-ending, then given before paid, then oldest."""
    given_first = Case(When(kind=LotKind.PROMOTIONAL, then=0), default=1)
    return lots.filter(usable()).order_by(F("expires_at").asc(nulls_last=True), given_first, "id")
