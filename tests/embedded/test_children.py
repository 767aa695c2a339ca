"""Who has a folder to himself, what becomes of those that a killed run has left, and what servers get to see."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gptimage.embedded import StartError, children
from tests.embedded.machine import BASE

# Takes the lock, starts a child that no polite signal ends, and waits to be killed.
RUN = """
import signal, sys, time
from pathlib import Path
from gptimage.embedded.children import sole_use_of, spawn
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
with sole_use_of(Path(sys.argv[1])) as lock:
    child = spawn(name="deaf", argv=[sys.executable, "-c", deaf], log=None, lock=lock, end_signal=signal.SIGTERM)
    child.process.stdout.readline()
    print(child.process.pid, flush=True)
    time.sleep(60)
"""


@contextlib.contextmanager
def killed_run(folder: Path) -> Iterator[int]:
    """What a run that was killed outright leaves: its child, by number."""
    environment = {**os.environ, "PYTHONPATH": str(BASE)}
    command = [sys.executable, "-c", RUN, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stdout
        left = int(run.stdout.readline())
        run.kill()
        run.wait()
        try:
            yield left
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)


def test_what_a_killed_run_has_left_is_waited_for_then_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LEFTOVER_PATIENCE_S", 0.5)
    told: list[str] = []
    with killed_run(tmp_path), (tmp_path / "lock").open() as reader:  # who reads the file is let live
        with children.sole_use_of(tmp_path, tell=told.append):
            assert told == ["An earlier run was killed: waiting for its last processes to end …"]
        assert reader.read()


def test_what_cannot_be_ended_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LEFTOVER_PATIENCE_S", 0.1)
    monkeypatch.setattr(children, "LEFTOVER_QUIET_S", 0.1)
    with killed_run(tmp_path) as left, monkeypatch.context() as powerless:
        powerless.setattr(os, "kill", lambda pid, number: None)
        with pytest.raises(StartError, match=f"kill -9 {left}"), children.sole_use_of(tmp_path):
            pytest.fail("taken twice")


def test_a_server_sees_none_of_our_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "1")
    with (tmp_path / "lock").open("a+") as lock:
        log = tmp_path / "log"
        told = children.spawn(name="env", argv=["/usr/bin/env"], log=log, lock=lock, end_signal=signal.SIGTERM)
        told.process.wait()
    assert sorted(line.partition("=")[0] for line in log.read_text().splitlines()) == ["LC_ALL", "PATH"]
