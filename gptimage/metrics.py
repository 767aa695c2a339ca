"""What Prometheus reads, gathered from the apps."""

from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts import doors

PATIENCE_MS: Final = 5000


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For a monitor with its token; where none is set, for this machine alone. 404 to others, 503 without database."""
    if not (doors.is_monitor(request) if settings.METRICS_TOKEN else doors.is_loopback(request)):
        raise Http404
    from prometheus_client import CONTENT_TYPE_LATEST  # here, for most processes are never asked

    try:
        told = _told()
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse(told, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _told() -> bytes:
    from prometheus_client import CollectorRegistry, generate_latest

    from credits.metrics import Ledger
    from studio.metrics import Studio

    registry = CollectorRegistry(auto_describe=False)
    for collector in (Studio(), Ledger()):
        registry.register(collector)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")  # a monitor must not hold the database up
        return generate_latest(registry)
