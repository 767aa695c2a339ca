"""How a log line looks, and what it never holds: the insides of a refused request, the arguments of a task."""

import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from studio import log_ids

CELERY_CONSUMER = "celery.worker.consumer"


def without_insides(record: logging.LogRecord) -> bool:
    """A filter that leaves one line of what Django refuses as suspicious and of a message that Celery can't take.

    The first (a foreign Host, an unknown lookup) is the visitor's matter; the second would tell the whole message,
    which may be a mail.
    """
    if record.name.startswith("django.security."):
        record.exc_info = record.exc_text = None
    elif record.name.startswith(CELERY_CONSUMER) and "body" in str(record.msg):
        record.msg = str(record.msg).strip().partition("\n")[0].partition(":")[0]
        record.args = tuple(record.args or ())[:1] if "%" in record.msg else None  # the name of a task nobody knows
        record.exc_info = record.exc_text = None
    return True


def not_told_already(record: logging.LogRecord) -> bool:
    """A filter that leaves out what Django says of a 503: that is our own answer to a monitor, as often as it asks."""
    return getattr(record, "status_code", None) != 503


class Plain(logging.Formatter):
    """For a terminal: a line, with the ids that are known at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        """The line before its traceback."""
        ids = " ".join(f"{name}={value}" for name, value in log_ids.current().items())
        return super().formatMessage(record) + (f" [{ids}]" if ids else "")


class Json(logging.Formatter):
    """For a machine that collects: one JSON object a line."""

    def __init__(self) -> None:
        super().__init__()
        self.process = process_kind(sys.argv)

    def format(self, record: logging.LogRecord) -> str:
        """The object; an exception is in it as text."""
        told = {
            **log_ids.current(),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": self.process,
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


def process_kind(command: Sequence[str]) -> str:
    """Which of our processes a command line starts, by the names of gptimage/processes.py; else the program's name."""
    program, *arguments = command
    name = Path(program).stem
    if name == "granian":
        return "web"
    if name == "celery" and "worker" in arguments:
        return f"worker-{arguments[arguments.index('--queues') + 1]}" if "--queues" in arguments else "worker"
    return "beat" if name == "celery" and "beat" in arguments else name
