"""What is sold, as the pricing page's rows: each with what it comes to and the key of its form."""

import uuid
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from credits import money, shop
from credits.models import Interval, Pack, Plan, SalePrice
from studio.price_page import Counter

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A plan or pack at its price. `key` is made with the form, so that a doubled press buys once."""

    price: SalePrice
    frames: str
    key: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def product(self) -> Plan | Pack:
        """What is bought."""
        return self.price.product

    @property
    def amount(self) -> str:
        """What it costs, before tax."""
        return money.amount(self.price.amount_minor, self.price.currency, short=True)

    @property
    def each_time(self) -> str:
        """How often, and by the month where it is paid by the year."""
        if self.price.interval != Interval.YEAR:
            return _("a month")
        # Rounded up: what is shown is never less than what is paid.
        month = money.amount(-(-self.price.amount_minor // MONTHS), self.price.currency, short=True)
        return _("a year, %(amount)s a month") % {"amount": month}

    @property
    def per_hundred(self) -> str:
        """What 100 of its credits cost."""
        return money.amount(round(self.price.amount_minor * 100 / self.product.credits), self.price.currency)

    @property
    def features(self) -> list[str]:
        """What comes with a plan, a line each."""
        return [line for line in self.price.plan.features.splitlines() if line] if self.price.plan else []


def plans(*, interval: Interval, counter: Counter) -> list[Offer]:
    """The plans as they are paid so often."""
    return _offers(list(shop.plans(interval=interval)), counter)


def packs(*, counter: Counter) -> list[Offer]:
    """The packs."""
    return _offers(list(shop.packs()), counter)


def _offers(prices: list[SalePrice], counter: Counter) -> list[Offer]:
    return [Offer(price=price, frames=counter.frames(price.product.credits)) for price in prices]


def saved_by_the_year() -> int:
    """Per cent that every plan is cheaper by when it is paid by the year; 0 where one is not."""
    months = {price.plan_id: price.amount_minor * MONTHS for price in shop.plans(interval=Interval.MONTH)}
    years = {price.plan_id: price.amount_minor for price in shop.plans(interval=Interval.YEAR)}
    both = months.keys() & years.keys()
    return max(0, min((100 * (months[plan] - years[plan]) // months[plan] for plan in both), default=0))
