"""Billing periods: where the next one ends, and how much of one remains."""

import calendar
from datetime import UTC, datetime, timedelta

from credits.sandbox.shapes import Thing


def end_of(start: int, recurring: Thing, *, anchor: int) -> int:
    """The end of the period that begins then; months keep the anchor's day where they have it."""
    begins, count = datetime.fromtimestamp(start, UTC), recurring["interval_count"]
    if recurring["interval"] in ("day", "week"):
        days = count * (7 if recurring["interval"] == "week" else 1)
        return int((begins + timedelta(days=days)).timestamp())
    months = begins.month - 1 + count * (12 if recurring["interval"] == "year" else 1)
    year, month = begins.year + months // 12, months % 12 + 1
    day = min(datetime.fromtimestamp(anchor, UTC).day, calendar.monthrange(year, month)[1])
    return int(begins.replace(year=year, month=month, day=day).timestamp())


def remaining(period: tuple[int, int], at: int) -> float:
    """From 1 at the period's start to 0 at its end."""
    start, end = period
    return (end - min(max(at, start), end)) / (end - start)


def day(moment: int) -> str:
    """For people: 29 Nov 2026."""
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %Y").lstrip("0")
