"""How the product's processes run together: one that is killed is started again, one that can't run ends all."""

import os
import re
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from gptimage import processes
from gptimage.embedded import StartError
from gptimage.embedded.children import spawn

LIVES = "import os, time; print('lives', os.getpid(), flush=True); time.sleep(60)"
DIES = "print('last words')"


class Enough(Exception):
    """The test has seen what it waits for."""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(processes, "say", lines.append)
    return lines


def run(folder: Path, script: str, *, up: Callable[[], bool] = lambda: True) -> None:
    with (folder / "lock").open("a+") as lock:
        argv = [sys.executable, "-c", script]
        start = partial(spawn, name="one", argv=argv, log=None, lock=lock, end_signal=signal.SIGTERM)
        processes.run_together(starts={"one": start}, when_up=up, announce=lambda: None)


def test_one_that_is_killed_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def hear(line: str) -> None:
        said.append(line)
        lives = [int(number) for number in re.findall(r"lives (\d+)", "\n".join(said))]
        if len(lives) == 1 and "lives" in line:
            os.kill(lives[0], signal.SIGKILL)
        elif len(lives) == 2 and "lives" in line:
            raise Enough

    monkeypatch.setattr(processes, "WAIT_S", 0.1)
    monkeypatch.setattr(processes, "say", hear)
    with pytest.raises(Enough):
        run(tmp_path, LIVES)
    assert [line for line in said if "ended by itself" in line] == [
        "one ended by itself (code -9): started again in 0 s."
    ]


def test_one_that_dies_at_its_first_start_ends_all(tmp_path: Path, said: list[str]) -> None:
    with pytest.raises(StartError, match=r"one ended by itself \(code 0\): its last lines above say why"):
        run(tmp_path, DIES, up=lambda: False)
    assert said[0] == "one | last words"


def test_one_that_keeps_dying_ends_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    monkeypatch.setattr(processes, "WAIT_S", 0.01)
    with pytest.raises(StartError, match=r"\(code 0\), 5 times within a minute: its last lines above say why"):
        run(tmp_path, DIES)
    assert said.count("one | last words") == 5
    assert len([line for line in said if "started again" in line]) == 4


CELERY_ENDS = """
import signal, sys, time
def end(*_):
    print("worker: Warm shutdown (MainProcess)")
    print("a real warning")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("lives", flush=True)
time.sleep(60)
"""


def test_a_stop_says_nothing_that_is_a_matter_of_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def hear(line: str) -> None:
        said.append(line)
        if "lives" in line:
            raise Enough

    monkeypatch.setattr(processes, "say", hear)
    with pytest.raises(Enough):
        run(tmp_path, CELERY_ENDS)
    assert said == ["one | lives", "Stopping …", "one | a real warning"]


def test_who_serves_others_ends_after_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    script = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (print('ends'), sys.exit()))\n"

    def hear(line: str) -> None:
        said.append(line)
        if sum("lives" in line for line in said) == 2 and "lives" in line:
            raise Enough

    monkeypatch.setattr(processes, "say", hear)
    with (tmp_path / "lock").open("a+") as lock, pytest.raises(Enough):
        starts = {
            name: partial(
                spawn,
                name=name,
                argv=[sys.executable, "-c", f"{script}print('lives', flush=True); time.sleep(60)"],
                log=None,
                lock=lock,
                end_signal=signal.SIGTERM,
            )
            for name in ("sandbox", "worker")
        }
        processes.run_together(starts=starts, when_up=lambda: True, announce=lambda: None)
    assert [line.split()[0] for line in said if line.endswith("ends")] == ["worker", "sandbox"]


def test_what_they_write_is_for_nobody_else(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("a+") as lock:
        command = ["python", "-c", "open('mail', 'w').close()"]
        child = processes.start(name="one", command=command, environment={}, lock=lock, folder=tmp_path)
        with child.process:
            child.process.wait()
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o600
