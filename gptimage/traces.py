"""Spans told to OpenTelemetry: a request, a task, the call of a model, a statement.

Made by hand, as the libraries' own instrumentation tells query strings (a prompt may be in one), addresses of visitors
and the messages of exceptions.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from opentelemetry import context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, Status, StatusCode, Tracer, get_current_span, use_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gptimage.celery import carries_on
from gptimage.logs import process_kind
from studio import log_ids, spans

PROBES: Final = ("/healthz", "/readyz", "/metrics")
CARRIER: Final = TraceContextTextMapPropagator()
_tracer: Tracer | None = None
_tasks: dict[str, tuple[Span, Any]] = {}


def start(*, endpoint: str) -> None:
    """The library reads its other OTEL_ variables itself, for headers, sampling and the service's name."""
    global _tracer
    os.environ.setdefault("OTEL_SERVICE_NAME", f"gptimage-{process_kind(sys.argv)}")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
    _tracer = provider.get_tracer("gptimage")
    spans.use(_span)
    before_task_publish.connect(_hand_on)
    task_prerun.connect(_take_up)
    task_postrun.connect(_lay_down)
    connection_created.connect(_watch)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A span a request, by its route. It has no parent, as anybody could name one and so have all kept."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            return get_response(request)
        with _span(request.method or "", **{"http.request.method": request.method or ""}) as span:
            response = get_response(request)
            route = request.resolver_match.route if request.resolver_match else ""
            span.update_name(f"{request.method} /{route}")
            span.set_attributes({"http.route": route, "http.response.status_code": response.status_code})
            if response.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
        return response

    return respond


@contextmanager
def _span(name: str, **facts: str | int) -> Iterator[Span]:
    """An exception marks it and is not told: its message may quote anything."""
    assert _tracer is not None  # the settings name the middleware only where it is started
    with _tracer.start_as_current_span(
        name, attributes=_ids() | facts, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _ids() -> dict[str, str | int]:
    return {f"gptimage.{name}": str(value) for name, value in log_ids.current().items()}


def _hand_on(headers: dict[str, Any], **signal: Any) -> None:
    if carries_on(headers):
        CARRIER.inject(headers)


def _take_up(task_id: str, task: Any, **signal: Any) -> None:
    assert _tracer is not None
    parent = CARRIER.extract({"traceparent": task.request.get("traceparent") or ""}, context.Context())
    span = _tracer.start_span(task.name, context=parent, attributes=_ids())
    holding = use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False)
    holding.__enter__()
    _tasks[task_id] = span, holding


def _lay_down(task_id: str, state: str | None = None, **signal: Any) -> None:
    span, holding = _tasks.pop(task_id)
    if state == "FAILURE":
        span.set_status(Status(StatusCode.ERROR))
    holding.__exit__(None, None, None)


def _watch(connection: Any, **signal: Any) -> None:
    if _statement not in connection.execute_wrappers:  # a wrapper connects again and again
        connection.execute_wrappers.append(_statement)


def _statement(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A statement without its values, where it belongs to something that is measured."""
    if not get_current_span().is_recording():
        return execute(sql, params, many, context)
    text = str(sql)
    with _span(text.split(maxsplit=1)[0], **{"db.system.name": "postgresql", "db.query.text": text}):
        return execute(sql, params, many, context)
