"""What only this machine can deliver, its own worker sweeps for."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from studio import generations, spool, tasks


class Clock:
    """Timers that go off when they are told to."""

    def __init__(self) -> None:
        self.set: list[tuple[float, Callable[[], None]]] = []

    def timer(self, after_s: float, act: Callable[[], None]) -> Any:
        self.set.append((after_s, act))
        return threading.Thread()

    def strike(self) -> None:
        self.set.pop(0)[1]()


def test_a_picture_in_the_spool_has_its_own_machine_sweep_until_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, swept, held = Clock(), list[str](), [uuid.uuid4()]
    monkeypatch.setattr(tasks.threading, "Timer", clock.timer)
    monkeypatch.setattr(generations, "run", lambda generation_uuid: None)
    monkeypatch.setattr(generations, "recover", lambda: swept.append("swept"))
    monkeypatch.setattr(spool, "kept", lambda: held)
    for _ in range(3):
        tasks.generate(str(uuid.uuid4()))
    assert [after_s for after_s, _ in clock.set] == [tasks.SWEEP_HERE_S], "one is enough"
    clock.strike()
    assert (swept, len(clock.set)) == (["swept"], 1), "and another, since it lies there still"
    held.clear()
    clock.strike()
    assert (swept, clock.set) == (["swept", "swept"], [])
    tasks.generate(str(uuid.uuid4()))
    assert clock.set == []
