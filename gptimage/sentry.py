"""Errors told to Sentry: which kind, where in the code, and the ids that the log line carries. Nobody's words.

An error is what the log calls one, so that no library of ours is patched, and no request is ever looked into. Messages
of exceptions stay here, in the log: they may quote a prompt, an address or a row.
"""

import logging
from typing import Any, Final

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration

from studio import log_ids

OURS: Final = ("accounts", "credits", "gptimage", "studio")
KEPT: Final = ("event_id", "timestamp", "platform", "level", "logger", "environment", "release", "server_name", "sdk")
KEPT_OF_EXCEPTION: Final = ("type", "module", "stacktrace")


def start(*, dsn: str) -> None:
    """SENTRY_ENVIRONMENT and SENTRY_RELEASE are read by the library."""
    sentry_sdk.init(
        dsn=dsn,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR),
            ExcepthookIntegration(),
            ThreadingIntegration(propagate_scope=False),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),  # says nothing to the terminal
        ],
        before_send=stripped,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
    )


def stripped(event: Any, hint: dict[str, Any]) -> Any:
    """The event made anew of what is known to be harmless; None for what is a visitor's matter."""
    record: logging.LogRecord | None = hint.get("log_record")
    if record is not None and record.name.startswith("django.security."):
        return None
    kept = {name: event[name] for name in KEPT if name in event}
    kept["tags"] = {name: str(value) for name, value in log_ids.current().items()}
    kept["exception"] = {
        "values": [
            {name: each[name] for name in KEPT_OF_EXCEPTION if each.get(name)}
            for each in event.get("exception", {}).get("values", [])
        ]
    }
    if record is not None:
        kept["logentry"] = {"message": _template(record)}
        kept["transaction"] = _place(record)
    return kept


def _template(record: logging.LogRecord) -> str:
    """The message before its values are in it. One without values may have been put together by a library."""
    return str(record.msg) if record.args or record.name.partition(".")[0] in OURS else ""


def _place(record: logging.LogRecord) -> str:
    """The route or the task that failed."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    data = getattr(record, "data", None)
    return str(match.route) if match else str(data.get("name", "")) if isinstance(data, dict) else ""
