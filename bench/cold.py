"""`make run` in a fresh clone, with the packages in the cache already, until a page answers; and its second start."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.machine import ROOT
from bench.measure import RUNS, Measurement, Target
from tests.listening import free_port

PATIENCE_S: Final = 180
# What would point the clone at parts of somebody else's, or at this environment.
OURS: Final = ("VIRTUAL_ENV", "PYTHONPATH", "DJANGO_SETTINGS_MODULE")


def measure(*, small: bool) -> list[Measurement]:
    """Each round has a clone of its own; the median does not see a first one that finds the package cache cold."""
    rounds = 1 if small else RUNS
    found = [_round() for _ in range(rounds)]
    return [
        Measurement(
            name="cold: a fresh clone", unit="s", runs=[first for first, _ in found], target=Target(most=45),
            note="clone, environment, packages from the cache, database, tables, first rows, all processes",
        ),
        Measurement(
            name="cold: the second start", unit="s", runs=[second for _, second in found], target=Target(most=10),
        ),
    ]  # fmt: skip


def _round() -> tuple[float, float]:
    with _clone() as (clone, began):
        first = _until_it_answers(clone, began)
        second = _until_it_answers(clone, time.monotonic())
        subprocess.run(["make", "clean"], cwd=clone, check=True, capture_output=True)
    return first, second


@contextlib.contextmanager
def _clone() -> Iterator[tuple[Path, float]]:
    """A fresh clone, and the moment it was begun."""
    folder = Path(tempfile.mkdtemp(prefix="cold-"))
    began = time.monotonic()
    try:
        subprocess.run(["git", "clone", "--quiet", f"file://{ROOT}", str(folder / "clone")], check=True)
        yield folder / "clone", began
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _until_it_answers(clone: Path, began: float) -> float:
    """Starts it, waits for its sign-in page, ends it; the seconds since `began`."""
    port = free_port()
    with (clone.parent / "run.log").open("wb") as log:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            env=_environment() | {"PORT": str(port)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/accounts/login/", process, clone.parent / "run.log")
            return time.monotonic() - began
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"no page: {log.read_text(errors='replace')[-800:]}")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS}
