"""Errors and spans reach Sentry and a collector where they are named, and hold nobody's words."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest
from django.core.exceptions import ImproperlyConfigured
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from gptimage import variables
from tests.backstage import ROOT
from tests.observed import SECRETS

UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}


@dataclass
class Told:
    """What was sent to whom, by path."""

    envelopes: list[bytes] = field(default_factory=list)
    traces: list[bytes] = field(default_factory=list)

    def events(self) -> list[dict[str, Any]]:
        found = [json.loads(line) for envelope in self.envelopes for line in envelope.splitlines() if line]
        return [each for each in found if "event_id" in each and "platform" in each]

    def spans(self) -> dict[str, Any]:
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.traces]
        scopes = [scope for each in requests for resource in each.resource_spans for scope in resource.scope_spans]
        return {span.name: span for scope in scopes for span in scope.spans}


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """What tests/observed.py has told once it is over."""
    heard = Told()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = UNPACK[self.headers["Content-Encoding"]](self.rfile.read(int(self.headers["Content-Length"])))
            (heard.traces if self.path == "/otlp/v1/traces" else heard.envelopes).append(body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"127.0.0.1:{server.server_address[1]}"
        environment = os.environ | {
            "SENTRY_DSN": f"http://public@{here}/1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{here}/otlp",
        }
        command = [sys.executable, "-m", "tests.observed", "--fail"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        server.shutdown()
    assert done.returncode == 0, done.stderr
    yield heard


def test_an_error_of_a_page_is_told_with_its_kind_and_place(told: Told) -> None:
    [event] = [each for each in told.events() if each["logger"] == "django.request"]
    [error] = event["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "page"
    assert event["transaction"] == "broken/<str:name>"
    assert event["tags"] == {"request_id": "press-1"}


def test_an_error_of_a_task_is_told_likewise(told: Told) -> None:
    [event] = [each for each in told.events() if each["logger"] == "celery.app.trace"]
    assert event["exception"]["values"][0]["type"] == "LookupError"
    assert event["transaction"] == "tests.fail"
    assert event["tags"]["task"]


def test_a_message_is_told_without_its_values(told: Told) -> None:
    [event] = [each for each in told.events() if each["logger"] == "studio.anything"]
    assert event["logentry"]["message"] == "run with %s"
    assert event["tags"] == {"run": "118"}
    assert len(told.events()) == 4  # with the library's; a foreign host is no error of ours


def test_a_request_and_a_task_are_spans_with_what_they_waited_for(told: Told) -> None:
    spans = told.spans()
    page, task = spans["POST /broken/<str:name>"], spans["tests.fail"]
    assert spans["SELECT"].parent_span_id == page.span_id
    assert spans["model call"].parent_span_id == task.span_id
    facts = {each.key: each.value for each in page.attributes}
    assert facts["http.response.status_code"].int_value == 500
    assert facts["gptimage.request_id"].string_value == "press-1"
    assert {each.key: each.value.string_value for each in spans["SELECT"].attributes}["db.query.text"] == "SELECT %s"
    assert {span.status.code for span in (page, task, spans["model call"])} == {2}  # an error


def test_nobody_s_words_are_told(told: Told) -> None:
    everything = b"\n".join(told.envelopes + told.traces).decode(errors="replace")
    assert told.envelopes
    assert told.traces
    kept_here = (*SECRETS.values(), "s3cret", os.environ["SECRET_KEY"], os.environ["DATABASE_URL"])
    assert [words for words in kept_here if words in everything] == []


def test_what_is_not_named_is_not_even_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.observed"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_a_teller_that_is_not_installed_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "https://public@sentry.example/1")
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN needs"):
        variables.teller("SENTRY_DSN", "no_such_package")
