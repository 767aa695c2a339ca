"""Killed at any point, a worker costs nobody a picture that is in hand, a credit without one, or a second call."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from credits import audit
from studio import generations, spool, storage
from studio.generations import leases
from studio.models import Generation, Image, Run, Status
from tests.backstage import sandbox
from tests.conftest import balance, give
from tests.listening import ROOT
from tests.studio.lost import lapse

Submit = Callable[..., Run]
# What becomes of a frame whose worker is killed there: its end, and how often the model was paid for it.
ENDS = {
    "claimed": (Status.QUEUED, 0),
    "sent": (Status.FAILED, 0),
    "waiting": (Status.FAILED, 1),
    "answered": (Status.FAILED, 1),
    "spooled": (Status.SUCCEEDED, 1),
    "storing": (Status.SUCCEEDED, 1),
    "stored": (Status.SUCCEEDED, 1),
    "committing": (Status.SUCCEEDED, 1),
    "committed": (Status.SUCCEEDED, 1),
    "copying": (Status.SUCCEEDED, 1),
}


@dataclass
class Doomed:
    """A process whose forks are killed where it is told, and the log of what their sandbox was paid for."""

    process: "subprocess.Popen[str]"
    log: Path

    def killed_at(self, point: str, name: object) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{point} {name}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == f"{-signal.SIGKILL}\n"

    def paid(self, frame: Generation) -> int:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return sum(json.loads(line)["seed"] == str(frame.pk) for line in lines)


@pytest.fixture(scope="module")
def doomed(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doomed]:
    """A worker of this test's database, and a sandbox of its own."""
    log = tmp_path_factory.mktemp("model") / "calls"
    model, address = sandbox("--latency", "0.2", "--canned", "--calls", str(log))
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    database = f"{base}/{connection.settings_dict['NAME']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.studio.killed"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "OPENAI_BASE_URL": address},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Doomed(process, log)
    model.terminate()
    model.wait()


@pytest.fixture(autouse=True)
def _old_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "trusted", lambda: True)


@pytest.mark.parametrize("point", ENDS)
def test_a_killed_worker(point: str, submitted: Submit, doomed: Doomed, alice: User) -> None:
    end, calls = ENDS[point]
    run = submitted()
    frame = run.generations.get()
    doomed.killed_at(point, frame.uuid)
    lapse()
    generations.recover()
    frame.refresh_from_db()
    assert (frame.status, frame.outcome_unknown) == (end, end == Status.FAILED)
    assert balance(alice) == (100 if end == Status.FAILED else 100 - run.credits)
    assert Image.objects.count() == (end == Status.SUCCEEDED)
    if end == Status.SUCCEEDED:
        assert storage.exists(key=Image.objects.get().object_key)
    if end != Status.QUEUED:
        generations.run(generation_uuid=frame.uuid)  # its message, once more
    assert doomed.paid(frame) == calls
    generations.recover()
    assert frame.uuid not in spool.kept()
    assert audit.findings() == []


def test_a_page_killed_between_commit_and_publish(
    transactional_db: None, catalogue: Any, doomed: Doomed, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(alice, 100)
    doomed.killed_at("published", alice.uuid)
    frame = Generation.objects.get()
    assert frame.status == Status.QUEUED
    sent: list[object] = []
    monkeypatch.setattr(generations.queue, "enqueue", lambda rows: sent.extend(rows))
    Generation.objects.update(handed_at=timezone.now() - timedelta(seconds=settings.LEASE_S + 1))
    generations.recover()
    assert sent == [frame.uuid]
