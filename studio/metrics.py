"""What a monitor reads of the studio's work. The rows are the truth, so that any process can tell of all.

Each statement is held by an index: at a million rows a reading costs what the last hour's rows cost. No label names a
person.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily as Counter
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric

from studio import breaker, learned, reports, tallies
from studio.models import Generation, ImageModel, Status

QUANTILES: Final = (0.5, 0.95, 0.99)
TIMES: Final = """
SELECT api_name, status,
    percentile_cont(%(quantiles)s) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - generation.created_at)),
    percentile_cont(%(quantiles)s) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at))
FROM studio_generation generation JOIN studio_imagemodel model ON model.id = model_id
WHERE ended_at >= %(since)s AND started_at IS NOT NULL
GROUP BY 1, 2
"""
# name, what it counts, labels
COUNTED: Final = (
    ("model_errors", "Calls of a model that brought no picture, tried again or not.", ("model", "code")),
    ("store_errors", "Requests that the store refused or did not answer.", ("operation", "error")),
)


class Studio:
    """Asks the database, and Valkey for what no row holds, whenever it is read."""

    def collect(self) -> Iterable[Metric]:
        """All of it."""
        yield from _open()
        yield from _ended()
        yield from _for_operators()
        yield from _counted()


def _open() -> Iterable[Metric]:
    """One statement for each status, as each has an index of its own."""
    now = timezone.now()
    queued = Generation.objects.filter(status=Status.QUEUED).aggregate(count=Count("id"), oldest=Min("created_at"))
    lapsed = Count("id", filter=Q(lease_until__lt=now))
    running = Generation.objects.filter(status=Status.RUNNING).aggregate(count=Count("id"), lapsed=lapsed)
    in_flight = Gauge("gptimage_generations_in_flight", "Generations that have not ended.", labels=["status"])
    in_flight.add_metric([Status.QUEUED], queued["count"])
    in_flight.add_metric([Status.RUNNING], running["count"])
    yield in_flight
    yield Gauge(
        "gptimage_generations_oldest_queued_age_seconds",
        "How long ago the oldest generation that waits was asked for; 0 when none does.",
        value=(now - queued["oldest"]).total_seconds() if queued["oldest"] else 0,
    )
    yield Gauge(
        "gptimage_generations_lapsed",
        "Running generations that no worker holds any more, until the sweep takes them on.",
        value=running["lapsed"],
    )


def _ended() -> Iterable[Metric]:
    since = timezone.now() - timedelta(hours=1)
    ended = Gauge(
        "gptimage_generations_ended_last_hour",
        "Generations that ended in the last hour; the code is empty where none tells more.",
        labels=["model", "outcome", "code"],
    )
    rows = Generation.objects.filter(ended_at__gte=since).order_by()
    for model, status, code, count in rows.values_list("model__api_name", "status", "error_code").annotate(Count("id")):
        ended.add_metric([model, status, code], count)
    yield ended
    labels = ["model", "outcome", "quantile"]
    wait = Gauge("gptimage_generation_wait_last_hour_seconds", "From the press to the last claim.", labels=labels)
    run = Gauge("gptimage_generation_run_last_hour_seconds", "From the last claim to the end.", labels=labels)
    for model, status, waits, runs in _times({"quantiles": list(QUANTILES), "since": since}):
        for quantile, waited_s, ran_s in zip(QUANTILES, waits, runs, strict=True):
            wait.add_metric([model, status, str(quantile)], waited_s)
            run.add_metric([model, status, str(quantile)], ran_s)
    yield from (wait, run)


def _times(values: dict[str, Any]) -> list[tuple[str, str, list[float], list[float]]]:
    with connection.cursor() as cursor:
        cursor.execute(TIMES, values)
        rows: list[tuple[str, str, list[float], list[float]]] = cursor.fetchall()
    return rows


def _for_operators() -> Iterable[Metric]:
    unknown = reports.unknown(Generation.objects.filter(created_at__gt=timezone.now() - reports.UNKNOWN_FOR))
    yield Gauge(
        "gptimage_generations_unknown_unsettled",
        "Generations of the last 30 days whose outcome an operator has still to find out.",
        value=unknown.count(),
    )
    stopped = Gauge("gptimage_model_stopped", "1 for a model that a call has stopped.", labels=["model"])
    down = Gauge("gptimage_model_down", "1 for a model that does not answer.", labels=["model"])
    limit = Gauge("gptimage_model_limit", "Calls a minute that a model was found to take.", labels=["model"])
    models = list(ImageModel.objects.select_related("breaker"))
    found = learned.of(models)
    for model in models:
        stopped.add_metric([model.api_name], bool(model.stopped_reason))
        down.add_metric([model.api_name], breaker.silent(model))
        if model.pk in found and (per_minute := found[model.pk].per_minute):
            limit.add_metric([model.api_name], per_minute)
    yield from (stopped, down, limit)


def _counted() -> Iterable[Metric]:
    counts = tallies.read()
    if counts is None:
        return
    for name, words, labels in COUNTED:
        family = Counter(f"gptimage_{name}", words, labels=labels)
        for (what, *values), count in sorted(counts.items()):
            if what == name and len(values) == len(labels):
                family.add_metric(values, count)
        yield family
