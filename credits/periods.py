"""Spans of time that a reader looks at: the plan's own period, or the last 30 days where there is none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy

from credits.models import Subscription

DAYS: Final = 30  # a plan's month at most; one that is paid by the year is looked at by the last of them


class Period(TextChoices):
    """Which part of the statement is shown."""

    ALL = "all", gettext_lazy("All time")
    THIS = "this", gettext_lazy("This period")
    LAST = "last", gettext_lazy("Last period")
    YEAR = "year", gettext_lazy("This year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From, until; None is without end."""

    since: datetime | None = None
    until: datetime | None = None


def current(*, member: Subscription | None) -> Span:
    """The period that runs now, as a chart shows it: whole days, 31 of them at most."""
    today = midnight(timezone.now())
    start = today - timedelta(days=DAYS - 1)
    if member and member.period_start <= timezone.now():
        start = max(start - timedelta(days=1), midnight(member.period_start))
    return Span(since=start)


def span(period: Period, *, member: Subscription | None) -> Span:
    """What the reader chose."""
    this = current(member=member)
    assert this.since
    match period:
        case Period.THIS:
            return this
        case Period.LAST:
            length = member.period_end - member.period_start if member else timedelta(days=DAYS)
            return Span(since=midnight(this.since - min(length, timedelta(days=DAYS + 1))), until=this.since)
        case Period.YEAR:
            return Span(since=midnight(timezone.now()).replace(month=1, day=1))
    return Span()


def midnight(moment: datetime) -> datetime:
    """The beginning of that day by the reader's clock."""
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
