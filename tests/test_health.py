"""The process answers; it is ready; which part is down, told to those who may know."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from gptimage import health
from studio import storage
from tests.backstage import ROOT
from tests.conftest import signed_in

NOBODY_THERE = "127.0.0.1:9"
LOCALHOST = {"HTTP_HOST": "localhost"}
PROBE = """
import os
import gptimage.wsgi
from django.test import Client
for path in ("/healthz", "/readyz"):
    answer = Client(HTTP_HOST="localhost").get(path)
    print(answer.status_code, answer.content.decode(), flush=True)
os._exit(0)  # the thread that hangs on the database would be waited for
"""


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of what other tests asked."""
    monkeypatch.setattr(health, "readiness", health.Readiness())


@pytest.fixture
def local(transactional_db: None) -> Client:
    """A probe on this machine."""
    return Client(**LOCALHOST)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call to the store makes its client, which takes long while other tests have the machine."""
    monkeypatch.setattr(health, "FIRST_S", 30.0)


@pytest.fixture
def no_store(settings: Any) -> Iterator[None]:
    options = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": f"http://{NOBODY_THERE}"}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    storage._asking.cache_clear()
    yield
    storage._asking.cache_clear()


def test_the_process_answers_and_asks_nobody(django_assert_num_queries: Any, db: None, settings: Any) -> None:
    settings.REDIS_URL = f"redis://{NOBODY_THERE}/0"
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_it_is_ready(local: Client, patient: None) -> None:
    told = local.get("/readyz").json()
    assert told["state"] == "ok"
    assert {name: each["state"] for name, each in told["checks"].items()} == dict.fromkeys(health.CHECKS, "ok")
    assert all(isinstance(each["ms"], int) for each in told["checks"].values())


def test_runs_are_accepted_without_the_broker(local: Client, settings: Any) -> None:
    settings.REDIS_URL = f"redis://:secret@{NOBODY_THERE}/0"
    answer = local.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["state"] == "degraded"
    assert answer.json()["checks"]["broker"]["state"] == "down"
    assert answer.json()["checks"]["database"]["state"] == "ok"
    assert "secret" not in answer.content.decode()
    assert NOBODY_THERE not in answer.content.decode()


def test_runs_are_accepted_without_the_store(local: Client, no_store: None, patient: None) -> None:
    answer = local.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["state"] == "degraded"
    assert answer.json()["checks"]["store"]["error"] == "EndpointConnectionError"


def test_tables_that_are_behind_the_code_are_no_readiness(local: Client) -> None:
    recorder = MigrationRecorder(connection)
    app, name = max(migration for migration in health._last_migrations() if migration[0] == "studio")
    recorder.record_unapplied(app, name)
    try:
        answer = local.get("/readyz")
    finally:
        recorder.record_applied(app, name)
    assert answer.status_code == 503
    assert answer.json()["state"] == "down"
    assert answer.json()["checks"]["migrations"]["state"] == "down"


def test_a_database_that_is_gone_is_told_at_once() -> None:
    """Where a page waits half a minute for a connection."""
    environment = {**os.environ, "DATABASE_URL": f"postgres://u:secret@{NOBODY_THERE}/gptimage"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20
    )
    alive, ready = done.stdout.splitlines()
    assert alive == "200 ok"
    assert ready.startswith('503 {"state": "down"')
    assert "secret" not in done.stdout + done.stderr
    assert "Service Unavailable" not in done.stderr  # as often as it is asked


def test_a_dependency_that_hangs_holds_up_one_thread_and_no_probe(
    local: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, over = [], threading.Event()
    monkeypatch.setattr(health, "FIRST_S", 0.5)

    def hang() -> None:
        asked.append(1)
        over.wait(20)

    monkeypatch.setitem(health.CHECKS, "store", hang)
    try:
        for _ in range(2):
            health.readiness._asked_at = float("-inf")
            store = local.get("/readyz").json()["checks"]["store"]
            assert (store["state"], store["error"]) == ("down", "Timeout")
    finally:
        over.set()
    assert len(asked) == 1


def test_a_flood_of_probes_asks_once(local: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setitem(health.CHECKS, "broker", lambda: asked.append(1))
    assert {local.get("/readyz").status_code for _ in range(50)} == {200}
    assert len(asked) == 1


def test_strangers_learn_the_state_only(transactional_db: None, charlie: Any, settings: Any, patient: None) -> None:
    settings.METRICS_TOKEN = "a-token-of-the-monitor"
    strangers = [
        Client(),
        signed_in(charlie),
        Client(**LOCALHOST, HTTP_X_FORWARDED_FOR="203.0.113.7"),
        Client(**LOCALHOST, REMOTE_ADDR="203.0.113.7"),
        Client(HTTP_AUTHORIZATION="Bearer another"),
    ]
    assert [client.get("/readyz").json() for client in strangers] == [{"state": "ok"}] * len(strangers)


def test_a_monitor_learns_which_part_by_its_token(transactional_db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = "a-token-of-the-monitor"
    client = Client(REMOTE_ADDR="203.0.113.7", HTTP_AUTHORIZATION="Bearer a-token-of-the-monitor")
    assert set(client.get("/readyz").json()["checks"]) == set(health.CHECKS)


def test_an_empty_token_opens_nothing(transactional_db: None) -> None:
    assert "checks" not in Client(HTTP_AUTHORIZATION="Bearer ").get("/readyz").json()


def test_behind_tls_probes_are_answered_and_not_redirected(transactional_db: None, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert [Client().get(path).status_code for path in ("/healthz", "/readyz", "/terms/")] == [200, 200, 301]
