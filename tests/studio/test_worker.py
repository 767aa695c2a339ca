"""A real worker process: told to stop it finishes, killed it loses nobody's credits, and it holds two hundred calls."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from gptimage.processes import COMMANDS, WORKER_ENVIRONMENT
from studio import generations
from studio.generations import leases
from studio.models import Generation, Image, Run, Status
from tests.backstage import LOCAL, sandbox
from tests.conftest import balance, brief, give
from tests.listening import ROOT
from tests.studio.pages import posted

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(transactional_db: None, settings: Any) -> Iterator[Start]:
    """Starts a worker at this test's database, and a sandbox with a latency of its own."""
    workers: list[subprocess.Popen[bytes]] = []
    models: list[subprocess.Popen[bytes]] = []

    def begin(*sandbox_arguments: str, log: Path = LOCAL / "worker.log") -> "subprocess.Popen[bytes]":
        model, address = sandbox(*sandbox_arguments)
        base = os.environ["DATABASE_URL"].rpartition("/")[0]
        environment = {
            **os.environ,
            **WORKER_ENVIRONMENT,
            "DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}",
            "OPENAI_BASE_URL": address,
            "LOG_FORMAT": "json",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        with log.open("ab") as told:
            command = shlex.split(COMMANDS["worker-generate"])
            worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=told)
        workers.append(worker)
        models.append(model)
        return worker

    yield begin
    for worker in workers:
        worker.kill()
        worker.wait()
    for model in models:
        model.terminate()  # not killed: it would leave its own child at work
        model.wait()


def until(condition: Callable[[], bool], seconds: float = 40) -> None:
    """Waits for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def count(**filters: Any) -> int:
    return Generation.objects.filter(**filters).count()


def test_told_to_stop_it_finishes_what_it_has(start: Start, submitted: Callable[..., Run], alice: User) -> None:
    worker = start("--latency", "2")
    run = submitted(count=2)
    until(lambda: count(sent_at__isnull=False) == 2)
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
    assert count(status=Status.SUCCEEDED) == 2
    assert balance(alice) == 100 - run.credits


def test_killed_while_it_waits_it_costs_nobody_anything(
    start: Start, submitted: Callable[..., Run], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "trusted", lambda: True)  # the database of a test is young
    worker = start("--latency", "30")
    submitted(count=2)
    until(lambda: count(sent_at__isnull=False) == 2)
    worker.kill()
    worker.wait()
    Generation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    generations.recover()
    assert count(status=Status.FAILED, outcome_unknown=True, error_code="lost_touch") == 2
    assert balance(alice) == 100
    assert not Image.objects.exists()


def test_a_press_is_followed_from_the_page_to_its_end(
    start: Start, as_alice: Client, catalogue: Any, tmp_path: Path
) -> None:
    start("--latency", "0", log=tmp_path / "log")
    as_alice.post("/studio/runs/", posted(catalogue), headers={"x-request-id": "press-1"})
    until(lambda: count(status=Status.SUCCEEDED) == 1)
    ended = tmp_path / "log"
    until(lambda: "generation ended" in ended.read_text())
    [line] = [json.loads(each) for each in ended.read_text().splitlines() if "generation ended" in each]
    generation = Generation.objects.get()
    assert (line["request_id"], line["process"], line["outcome"]) == ("press-1", "worker-generate", "succeeded")
    assert (line["run"], line["generation"]) == (str(generation.run.uuid), str(generation.uuid))
    assert uuid.UUID(line["task"])


@pytest.mark.long
def test_a_deploy_in_the_middle_of_a_hundred_calls(start: Start, catalogue: Any, tmp_path: Path) -> None:
    users = [User.objects.create_user(email=f"user-{number}@example.com") for number in range(25)]
    for user in users:
        give(user, 100)
        generations.submit(user=user, brief=brief(count=4, previews=2), key=uuid.uuid4())
    log = tmp_path / "calls"
    old = start("--latency", "8", "--canned", "--calls", str(log))
    until(lambda: count(sent_at__isnull=False, ended_at__isnull=True) == 100, seconds=60)
    old.send_signal(signal.SIGTERM)
    for user in users[:5]:
        generations.submit(user=user, brief=brief(count=4, previews=2), key=uuid.uuid4())
    start("--latency", "1", "--canned", "--calls", str(log))
    old.wait(120)
    until(lambda: count(status=Status.SUCCEEDED) == 120, seconds=60)
    paid = Counter(json.loads(line)["seed"] for line in log.read_text().splitlines())
    assert len(paid) == 120
    assert set(paid.values()) == {1}
    assert Image.objects.count() == 120


@pytest.mark.long
def test_one_process_holds_two_hundred_waiting_calls(start: Start, catalogue: Any) -> None:
    users = [User.objects.create_user(email=f"user-{number}@example.com") for number in range(50)]
    for user in users:
        give(user, 100)
        generations.submit(user=user, brief=brief(count=4, previews=0), key=uuid.uuid4())
    start("--latency", "20", "--canned")
    until(lambda: count(sent_at__isnull=False, ended_at__isnull=True) == 200, seconds=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        [connections] = cursor.fetchone() or (0,)
    assert connections < 25
    until(lambda: count(status=Status.SUCCEEDED) == 200, seconds=120)
    assert {balance(user) for user in users} == {100 - 16}
