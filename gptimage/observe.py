"""Tells others of errors and spans, where a variable names them. What that takes is imported only then."""

from django.conf import settings


def start() -> None:
    """Begins it in this process, once: in each web process, in workers and in beat."""
    if settings.SENTRY_DSN:
        from gptimage import sentry

        sentry.start(dsn=settings.SENTRY_DSN)
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from gptimage import traces

        traces.start(endpoint=settings.OTEL_EXPORTER_OTLP_ENDPOINT)
