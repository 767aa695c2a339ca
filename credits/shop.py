"""What is sold at this moment, and for how much."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from credits.models import Interval, SalePrice


def in_force() -> QuerySet[SalePrice]:
    """The price of each plan and interval and of each pack today, in the shop's currency, cheapest position first."""
    newest = (
        SalePrice.objects.filter(valid_from__lte=Now(), currency=settings.SHOP_CURRENCY)
        .order_by("plan_id", "pack_id", "interval", "-valid_from")
        .distinct("plan_id", "pack_id", "interval")
    )
    offered = Q(plan__offered=True) | Q(pack__offered=True)
    prices = SalePrice.objects.filter(offered, pk__in=newest.values("pk")).select_related("plan", "pack")
    return prices.order_by("plan__position", "pack__position", "amount_minor")


def plans(*, interval: Interval) -> QuerySet[SalePrice]:
    """What each plan costs, paid so often."""
    return in_force().filter(plan__isnull=False, interval=interval)


def packs() -> QuerySet[SalePrice]:
    """What each pack costs."""
    return in_force().filter(pack__isnull=False)


def price(*, pk: int) -> SalePrice | None:
    """A price that can be bought at today; None where it is another by now."""
    return in_force().filter(pk=pk).first()
