"""What operators look at: a day in figures, and everything that is stuck or whose outcome nobody knows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now, TruncDate
from django.utils import timezone

from credits.models import Entry, EntryKind
from studio import library, price_list
from studio.generations import awaited
from studio.models import Generation, Image, ImageKind, ImageModel, Run, Status

WAITS_TOO_LONG: Final = timedelta(minutes=2)
UNKNOWN_FOR: Final = timedelta(days=30)
COPIES_LATE: Final = timedelta(minutes=5)
UNLIKE_FOR: Final = timedelta(days=7)
SHOWN: Final = 50
CHECK_DOWN: Final = ("unchecked", "no_check")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day: how its frames ended, what was spent net of what came back, and what the calls cost.

    `untold` counts pictures whose call did not say what it used; they are missing from the cost.
    """

    day: date
    made: int = 0
    failed: int = 0
    unknown: int = 0
    cost_microusd: int = 0
    untold: int = 0
    spent: int = 0

    @property
    def worth_microusd(self) -> int:
        """The least that the spent credits were sold for."""
        return price_list.worth_microusd(self.spent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One way in which frames failed of late, at which models, and when last."""

    error_code: str
    last_hour: int
    last_day: int
    models: list[str]
    newest: datetime


@dataclass(frozen=True, slots=True)
class Some:
    """How many rows there are, and the first of them."""

    rows: QuerySet[Any]
    count: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", self.rows.count())

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows[:SHOWN])

    @property
    def hidden(self) -> int:
        """How many are not among the first."""
        return max(0, self.count - SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """What needs an operator. `lapsed` leases and `waiting` frames tell of workers that are gone, `unknown` outcomes
    of lines that broke, `stopped` models of an account on hold or a provider that is down, `uncopied` pictures of a
    store or a sweep that is, `unchecked` frames of a safety check that is.
    """

    lapsed: Some
    waiting: Some
    unknown: Some
    stopped: Some
    uncopied: Some
    unchecked: Some

    @property
    def urgent(self) -> int:
        """Everything but the unknown outcomes: their credits are back already."""
        return self.can_be_swept + self.stopped.count + self.unchecked.count

    @property
    def can_be_swept(self) -> int:
        """What a sweep carries on or ends."""
        return self.lapsed.count + self.waiting.count + self.uncopied.count


def stuck() -> Stuck:
    """What is stuck now, and what ended unknown lately and was neither tried again nor settled."""
    now = timezone.now()
    rows = Generation.objects.select_related("run__owner", "model")
    held_back = ~Q(stopped_reason="") | Q(breaker__down_since__isnull=False)
    waiting = rows.filter(status=Status.QUEUED).exclude(model__breaker__down_since__isnull=False)
    copyless = Image.objects.filter(widths=[], deleted_at__isnull=True, created_at__lt=now - COPIES_LATE)
    copyless = copyless.exclude(kind__in=library.DRAWN)
    return Stuck(
        lapsed=Some(rows.filter(status=Status.RUNNING, lease_until__lt=Now()).order_by("lease_until")),
        waiting=Some(waiting.filter(created_at__lt=now - WAITS_TOO_LONG).order_by("created_at")),
        unknown=Some(unknown(rows).filter(created_at__gt=now - UNKNOWN_FOR).order_by("-created_at")),
        stopped=Some(ImageModel.objects.filter(held_back).select_related("breaker")),
        uncopied=Some(copyless.select_related("owner", "generation__run").order_by("created_at")),
        unchecked=Some(rows.filter(unchecked(now)).order_by("created_at")),
    )


def unchecked(now: datetime) -> Q:
    """Frames that wait for the safety check, or ended for want of it within the last quarter of an hour."""
    waits = Q(status=Status.QUEUED, due_at__gt=now - timedelta(minutes=1)) & awaited()
    ended = Q(status=Status.FAILED, error_code__in=CHECK_DOWN, ended_at__gt=now - timedelta(minutes=15))
    return waits | ended


def unknown(rows: QuerySet[Generation]) -> QuerySet[Generation]:
    """Those whose outcome an operator has still to find out."""
    return rows.filter(outcome_unknown=True, status=Status.FAILED, settled_at__isnull=True, retries__isnull=True)


def days(*, count: int) -> list[Day]:
    """The last days in figures, today first; a day without any has zeros."""
    today = timezone.localdate()
    wanted = [today - timedelta(days=back) for back in range(count)]
    since = timezone.make_aware(datetime.combine(wanted[-1], time.min))
    ends, spent = _ends(since), _spent(since)
    return [Day(**{"day": day, "spent": spent.get(day, 0), **ends.get(day, {})}) for day in wanted]


def failures(*, since: datetime) -> list[tuple[str, int]]:
    """Error codes of frames that failed since then, the most frequent first."""
    failed = Generation.objects.filter(status=Status.FAILED, ended_at__gte=since).order_by()
    return list(failed.values_list("error_code").annotate(count=Count("id")).order_by("-count", "error_code"))


def failing() -> list[Reason]:
    """Why frames failed in the last day, what fails now first."""
    now = timezone.now()
    failed = Generation.objects.filter(status=Status.FAILED, ended_at__gte=now - timedelta(days=1)).order_by()
    rows = failed.values("error_code").annotate(
        last_hour=Count("id", filter=Q(ended_at__gte=now - timedelta(hours=1))),
        last_day=Count("id"),
        models=ArrayAgg("model__label", distinct=True),
        newest=Max("ended_at"),
    )
    return [Reason(**row) for row in rows.order_by("-last_hour", "-last_day", "error_code")]


def unlike() -> Some:
    """Pictures of the last days that came in another size or format than was asked for."""
    asked = {name: F(f"generation__run__{name}") for name in ("width", "height", "output_format")}
    results = Image.objects.filter(created_at__gte=timezone.now() - UNLIKE_FOR, generation__isnull=False)
    results = results.exclude(kind=ImageKind.LOCKED)  # of its source's size, as it should be
    return Some(results.exclude(**asked).select_related("owner", "generation__run").order_by("-id"))


def at_work() -> dict[str, int]:
    """How many frames wait and how many are being made at this moment."""
    open_ = Generation.objects.filter(status__in=(Status.QUEUED, Status.RUNNING)).order_by()
    counts = dict(open_.values_list("status").annotate(count=Count("id")))
    return {"waiting": counts.get(Status.QUEUED, 0), "running": counts.get(Status.RUNNING, 0)}


def with_back(runs: QuerySet[Run]) -> QuerySet[Run]:
    """The runs, each with `back`: the credits of it that came back so far."""
    cause = Concat(Value("run:"), Cast(OuterRef("uuid"), TextField()))
    refunds = Entry.objects.filter(kind=EntryKind.REFUND, reverses__kind=EntryKind.DEBIT, reverses__cause=cause)
    total = refunds.order_by().values("reverses").annotate(total=Sum("credits")).values("total")
    return runs.annotate(back=Coalesce(Subquery(total), 0))


def _ends(since: datetime) -> dict[date, dict[str, Any]]:
    made = Q(status=Status.SUCCEEDED)
    ended = Generation.objects.filter(ended_at__gte=since).order_by().annotate(day=TruncDate("ended_at"))
    rows = ended.values("day").annotate(
        made=Count("id", filter=made),
        failed=Count("id", filter=Q(status=Status.FAILED)),
        unknown=Count("id", filter=Q(status=Status.FAILED, outcome_unknown=True)),
        untold=Count("id", filter=made & Q(cost_microusd__isnull=True)),
        cost_microusd=Sum("cost_microusd", default=0),
    )
    return {row["day"]: dict(row) for row in rows}


def _spent(since: datetime) -> dict[date, int]:
    moved = Entry.objects.filter(kind__in=(EntryKind.DEBIT, EntryKind.REFUND), created_at__gte=since).order_by()
    rows = moved.annotate(day=TruncDate("created_at")).values_list("day").annotate(credits=Sum("credits"))
    return {day: -credits for day, credits in rows}
