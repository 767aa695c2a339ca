"""Which lots an invoice of a plan brings: pure, all amounts in minor units net of tax.

Credits come by the month, also where the year is paid: each month's lot starts with its month. What a proration charges
of a price, it brings of that price's credits, so that changing plans neither gives nor takes what was not paid for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from credits.ledger import GRACE, Portion

MONTH: Final = relativedelta(months=1)
MONTHS: Final = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the credits of a plan come and end."""

    credits: int
    rollover: bool
    grace_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an invoice: `share_minor` of the price's `amount_minor` is charged; negative: given back."""

    terms: Terms
    interval: str
    amount_minor: int
    share_minor: int
    net_minor: int
    start: datetime
    end: datetime
    proration: bool

    @property
    def credits(self) -> int:
        """What it brings; a part of the price brings that part, rounded down, also where it takes back."""
        whole = self.terms.credits * MONTHS[self.interval]
        return whole * self.share_minor // self.amount_minor if self.proration else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an invoice does: lots that come, and credits with their money that go."""

    portions: list[Portion]
    taken: int = 0
    taken_minor: int = 0


def change(*, lines: list[Line], now: datetime) -> Change:
    """What the lines bring together. Prorations count as one: what the new plan brings less what the old gives back."""
    portions = [
        part for line in lines if not line.proration for part in _spread(line, line.credits, line.net_minor, now)
    ]
    prorated = [line for line in lines if line.proration]
    credits, net_minor = sum(line.credits for line in prorated), sum(line.net_minor for line in prorated)
    if credits > 0:
        portions += _spread(max(prorated, key=lambda line: line.credits), credits, max(0, net_minor), now)
    return Change(portions=portions, taken=max(0, -credits), taken_minor=max(0, -net_minor) if credits <= 0 else 0)


def _spread(line: Line, credits: int, net_minor: int, now: datetime) -> Iterator[Portion]:
    """A lot for each month of the line; the first starts at once, and each lives a week at least from now."""
    months = list(_months(line)) if line.interval == "year" else [(line.start, line.end)]
    keeps = (MONTH if line.terms.rollover else relativedelta()) + relativedelta(days=line.terms.grace_days)
    for place, (start, end) in enumerate(months):
        part, cost = (_part(whole, place, len(months)) for whole in (credits, net_minor))
        if part:
            yield Portion(
                credits=part,
                cost_minor=cost,
                starts_at=start if place and start > now else None,
                expires_at=max(end + keeps, now + GRACE),
            )


def _months(line: Line) -> Iterator[tuple[datetime, datetime]]:
    """The line's months, counted from its start; what is left at the end, less than a day, belongs to the last."""
    start, count = line.start, 1
    while start < line.end:
        end = min(line.start + count * MONTH, line.end)
        if line.end - end < timedelta(days=1):
            end = line.end
        yield start, end
        start, count = end, count + 1


def _part(whole: int, place: int, count: int) -> int:
    """The share of one of `count` equal parts, so that all of them are the whole."""
    return whole * (place + 1) // count - whole * place // count
