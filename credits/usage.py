"""What was spent and what came back, by day, as numbers and as the bars of a chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format

from credits.models import EntryKind, Wallet

SLOT: Final = 64  # of the drawing, a day
HEIGHT: Final = 148
FLOOR: Final = 136  # where bars stand
TALLEST: Final = 126
LINES: Final = 3  # over the floor
STEPS: Final = [lead * int("1" + "0" * zeros) for zeros in range(9) for lead in (1, 2, 5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A rectangle of the drawing."""

    x: int
    y: str
    width: int
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Credits of one day."""

    day: date
    spent: int
    back: int

    @property
    def is_today(self) -> bool:
        """By the reader's clock."""
        return self.day == timezone.localdate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The days from the period's first to today."""

    days: list[Day]

    @property
    def since(self) -> date:
        """The first day."""
        return self.days[0].day

    @property
    def spent(self) -> int:
        """All of them."""
        return sum(day.spent for day in self.days)

    @property
    def back(self) -> int:
        """All of them."""
        return sum(day.back for day in self.days)

    @property
    def a_day(self) -> float:
        """What is spent for good, a day; 0 where as much came back."""
        return max(0, self.spent - self.back) / len(self.days)

    @property
    def months(self) -> list[tuple[str, int]]:
        """Over how many days each month's name stands."""
        found: list[tuple[str, int]] = []
        for day in self.days:
            name = date_format(day.day, "F")
            held = found.pop()[1] if found and found[-1][0] == name else 0
            found.append((name, held + 1))
        return found

    @property
    def width(self) -> int:
        """Of the drawing."""
        return SLOT * len(self.days)

    @property
    def top(self) -> int:
        """What the uppermost line stands for: three steps of 1, 2, 5, 10, 20 ..."""
        most = max(max(day.spent, day.back) for day in self.days)
        return LINES * next(step for step in STEPS if LINES * step >= most)

    @property
    def scale(self) -> list[int]:
        """What the lines stand for, from the top."""
        return [self.top * line // LINES for line in range(LINES, 0, -1)]

    @property
    def spent_bars(self) -> Iterable[Bar]:
        """What was spent, a bar a day."""
        return self._bars([day.spent for day in self.days], x=14, width=24)

    @property
    def back_bars(self) -> Iterable[Bar]:
        """What came back, beside it."""
        return self._bars([day.back for day in self.days], x=40, width=10)

    def _bars(self, values: list[int], *, x: int, width: int) -> Iterable[Bar]:
        for place, value in enumerate(values):
            height = TALLEST * value / self.top
            if value:
                yield Bar(x=SLOT * place + x, y=f"{FLOOR - height:.1f}", width=width, height=f"{height:.1f}")


def of(*, wallet: Wallet, since: datetime) -> Usage:
    """The wallet's days since then, by the reader's clock."""
    kinds = (EntryKind.DEBIT, EntryKind.REFUND)
    moved = wallet.entries.filter(created_at__gte=since, kind__in=kinds).order_by()
    sums = moved.annotate(day=TruncDate("created_at")).values_list("day", "kind").annotate(total=Sum("credits"))
    found = {(day, kind): abs(total) for day, kind, total in sums}
    first, today = timezone.localdate(since), timezone.localdate()
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return Usage(
        days=[
            Day(day=day, spent=found.get((day, EntryKind.DEBIT), 0), back=found.get((day, EntryKind.REFUND), 0))
            for day in days
        ]
    )
