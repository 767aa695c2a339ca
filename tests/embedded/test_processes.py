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
