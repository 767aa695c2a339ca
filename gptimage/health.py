"""Whether this process answers, and whether it can do its work: asked by starters, engines, balancers and monitors."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Final

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts import doors
from studio import storage

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 1.0
FIRST_S: Final = 3.0  # a process that just began has files to read before it can ask
KEPT_S: Final = 2.0


class NotApplied(Exception):
    """The tables are older than the code."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What asking one dependency gave; `error` names a kind, as messages name hosts and users."""

    ms: int
    error: str = ""

    @property
    def ok(self) -> bool:
        """It answered, and in time."""
        return not self.error

    def told(self) -> dict[str, str | int]:
        """What a monitor reads."""
        return {"state": "ok", "ms": self.ms} if self.ok else {"state": "down", "ms": self.ms, "error": self.error}


Findings = dict[str, Finding]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while work can be taken on, else 503. Which part fails is told to a monitor and to this machine only."""
    findings = readiness.findings()
    state = _state(findings)
    told: dict[str, object] = {"state": state}
    if doors.is_monitor(request) or doors.is_loopback(request):
        told["checks"] = {name: each.told() for name, each in findings.items()}
    return JsonResponse(told, status=503 if state == "down" else 200, headers={"Cache-Control": "no-store"})


def _state(findings: Findings) -> str:
    """Runs are accepted without broker and store, so that these only degrade."""
    if all(each.ok for each in findings.values()):
        return "ok"
    return "degraded" if all(findings[name].ok for name in ESSENTIAL) else "down"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_migrations() -> None:
    """Newer ones than ours may be there: then another version is being rolled out."""
    missing = _last_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        raise NotApplied


@cache
def _last_migrations() -> set[tuple[str, str]]:
    """The last of each app's, read from the files once."""
    return set(MigrationLoader(None).graph.leaf_nodes())


def _ask_broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S) as client:
        client.ping()


def _ask_store() -> None:
    storage.ask(timeout_s=TIMEOUT_S)


ESSENTIAL: Final = ("database", "migrations")
CHECKS: Final[dict[str, Callable[[], None]]] = {
    "database": _ask_database,
    "migrations": _ask_migrations,
    "broker": _ask_broker,
    "store": _ask_store,
}


class Readiness:
    """Asks all dependencies at once, each in a thread of its own and not twice at a time, and keeps what they say.

    A dependency that hangs costs a probe TIMEOUT_S, and this process one thread. While one request asks, others are
    given what was known before.
    """

    def __init__(self) -> None:
        self._desk = ThreadPoolExecutor(len(CHECKS), thread_name_prefix="readiness")
        self._asking = threading.Lock()
        self._under_way: dict[str, Future[Finding]] = {}
        self._known: Findings = {}
        self._asked_at = float("-inf")

    def findings(self) -> Findings:
        """What each dependency said within the last KEPT_S."""
        if self._is_fresh() or not self._asking.acquire(blocking=not self._known):
            return self._known
        try:
            if not self._is_fresh():
                self._known = self._ask()
                self._asked_at = time.monotonic()
        finally:
            self._asking.release()
        return self._known

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._asked_at < KEPT_S

    def _ask(self) -> Findings:
        patience_s = TIMEOUT_S if self._known else FIRST_S
        for name in CHECKS:
            if name not in self._under_way or self._under_way[name].done():
                self._under_way[name] = self._desk.submit(_find, name, patience_s)
        wait(self._under_way.values(), timeout=patience_s)
        late = Finding(round(patience_s * 1000), "Timeout")
        found = {name: each.result() if each.done() else late for name, each in self._under_way.items()}
        for name, each in found.items():
            if each.error != (self._known[name].error if name in self._known else ""):  # told once, not at each probe
                log.warning("%s: %s", name, each.error or "answers again")
        return found


def _find(name: str, patience_s: float) -> Finding:
    started = time.monotonic()
    error = ""
    try:
        CHECKS[name]()
    except Exception as raised:  # whatever its client throws, it is down
        error = type(raised).__name__
    finally:
        connection.close()
    took_s = time.monotonic() - started
    return Finding(round(took_s * 1000), error or ("Timeout" if took_s > patience_s else ""))


readiness: Final = Readiness()
