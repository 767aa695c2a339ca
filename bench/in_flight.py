"""Hundreds of calls that wait at once in one worker process: when their bytes are in hand, and the memory they take.

The worker is the product's own, with a thread for each call. It is stopped while all are submitted, let go at once, and
killed as soon as the last picture is in its spool: the picture work that has begun by then is in the memory, and its
rest is not waited for. Bare sockets that throw every byte away tell what the sandbox itself takes.
"""

import http.client
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import urlsplit

from bench import bare, presses, stage, usage
from bench.measure import RUNS, Measurement, Target, percentile
from gptimage.processes import COMMANDS
from studio.sandbox.behaviour import Behaviour, latency_of

LONG_S: Final = 20.0
SPREAD: Final = {"latency_s": 10.0, "latency_spread": 0.5}
BIT: Final = 1 << 18
Call = tuple[float, float]  # seconds from being let go to the bytes in hand, and from being sent


def measure(*, small: bool) -> list[Measurement]:
    """All on a model of 20 s, then on one of 5 to 15 s."""
    calls, long_s, rounds = (20, 3.0, 2) if small else (300, LONG_S, RUNS)
    spread = SPREAD | ({"latency_s": 2.0} if small else {})
    with stage.running("in_flight", {"IN_FLIGHT_PER_USER": "100000"}) as running:
        running.start_model()
        crowd = Crowd(running, calls)
        steady = Behaviour(latency_s=long_s)
        limit = crowd.bare(steady)
        same = [crowd.round(steady) for _ in range(rounds)]
        drawn = Behaviour(**spread)
        mixed = [crowd.round(drawn) for _ in range(rounds)]
    note = f"{calls} calls, one process, two partials each; bare sockets: "
    of_all = [max(whole for whole, _ in seen.calls) for seen in same]
    return [
        Measurement(
            name=f"in flight: the last of {calls}, {long_s:g} s model", unit="s", runs=of_all,
            baseline_runs=[long_s] * rounds, ratios=[one / long_s for one in of_all], against="the model's time",
            target=Target(most_ratio=1.15), note=f"{note}{max(limit):.2f} s; from being let go to the last bytes",
        ),
        Measurement(
            name="in flight: peak memory", unit="MB", runs=[seen.peak_mb for seen in same], target=Target(most=400),
        ),
        Measurement(
            name="in flight: over a 5 to 15 s model, p95", unit="ms", target=Target(most=150),
            runs=[1000 * percentile([own for _, own in seen.calls], 0.95) for seen in mixed],
            note=f"{calls} calls, beside the picture work of those that came before; from sent to in the spool",
        ),
    ]  # fmt: skip


class Seen:
    """What one round showed."""

    def __init__(self, calls: list[Call], peak_mb: float) -> None:
        self.calls = calls
        self.peak_mb = peak_mb


class Crowd:
    """So many calls at once, again and again."""

    def __init__(self, running: stage.Stage, size: int) -> None:
        self.stage, self.size = running, size
        self.users = presses.owners(10)

    def round(self, behaviour: Behaviour) -> Seen:
        """A worker that has just made its first picture, and then all at once."""
        worker = self._warm_worker()
        self.stage.tell("worker-generate", signal.SIGSTOP)
        made = presses.submit(users=self.users, frames=self.size, previews=2)
        self._tell(behaviour)
        began = time.time()
        self.stage.tell("worker-generate", signal.SIGCONT)
        rows = self._received(made, patience_s=4 * (behaviour.latency_s or 1) + 60)
        peak_mb = usage.peak_mb(worker)
        self.stage.kill("worker-generate")
        _forget()
        return Seen([_call(row, began, behaviour) for row in rows], peak_mb)

    def bare(self, behaviour: Behaviour) -> list[float]:
        """The same through bare sockets: the seconds of each."""
        self._tell(Behaviour(latency_s=0.0))
        bare.bought(previews=2)  # the sandbox paints what it repeats from now on
        self._tell(behaviour)
        with ThreadPoolExecutor(self.size) as pool:
            return list(pool.map(_thrown_away, range(self.size)))

    def _warm_worker(self) -> int:
        self._tell(Behaviour(latency_s=0.0))
        command = COMMANDS["worker-generate"].replace("--concurrency 200", f"--concurrency {self.size}")
        worker = self.stage.start("worker-generate", command)
        first = presses.submit(users=self.users, frames=1, previews=2)
        self._received(first, patience_s=60)
        return worker.pid

    def _received(self, made: list[int], *, patience_s: float) -> list[Any]:
        from studio.models import Generation

        open_ = Generation.objects.filter(pk__in=made)
        deadline = time.monotonic() + patience_s
        while open_.filter(received_at__isnull=True).exists():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{open_.filter(received_at__isnull=True).count()} pictures did not come")
            time.sleep(0.25)
        return list(open_)

    def _tell(self, behaviour: Behaviour) -> None:
        self.stage.tell_model(latency_s=behaviour.latency_s, latency_spread=behaviour.latency_spread)


def _forget() -> None:
    """What the killed worker had in hand, which the next one would begin with."""
    from django.db.models.functions import Now

    from studio import spool
    from studio.models import Generation, Image, Status

    running = Generation.objects.filter(status=Status.RUNNING)
    running.update(status=Status.FAILED, error_code="lost_touch", ended_at=Now(), lease_until=None)
    Image.objects.filter(widths=[]).update(widths=[320])
    for generation in spool.kept():
        spool.drop(generation=generation)


def _call(row: Any, began: float, behaviour: Behaviour) -> Call:
    came = row.received_at.timestamp()
    return came - began, came - row.sent_at.timestamp() - _latency(behaviour, str(row.pk))


def _latency(behaviour: Behaviour, seed: str) -> float:
    """What the sandbox draws for a call that was not asked before."""
    return latency_of({}, behaviour, quality="medium", seed=seed)


def _thrown_away(seed: int) -> float:
    at = urlsplit(os.environ["OPENAI_BASE_URL"])
    line = http.client.HTTPConnection(str(at.hostname), at.port, timeout=120)
    headers = {"Authorization": "Bearer sandbox", "Content-Type": "application/json", "X-Sandbox-Seed": str(seed)}
    asked = {**bare.ASKED, "stream": True, "partial_images": 2}
    began = time.perf_counter()
    line.request("POST", f"{at.path}/images/generations", json.dumps(asked), headers)
    answer, room = line.getresponse(), bytearray(BIT)
    while answer.readinto(room):
        pass
    line.close()
    return time.perf_counter() - began
