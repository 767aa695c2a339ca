"""Pictures a second with a model that takes no time: from the first claim to the last copy in the store.

The worker is stopped while all are submitted, then let go. Beside it: decode, three copies and four puts of the same
pictures in as many threads as a worker has for them, with no call, no row, no message and no spool.
"""

import signal
import time
from typing import Final

from bench import bare, presses, stage, usage
from bench.measure import Measurement, Target, alternately, beside

FRAMES: Final = 48


def measure(*, small: bool) -> list[Measurement]:
    """Ours beside the bare picture work."""
    frames = 8 if small else FRAMES
    with stage.running("throughput") as running:
        running.start_model("--latency", "0")
        worker = running.start("worker-generate")
        users = presses.owners(frames // 4)
        _copied(presses.submit(users=users, frames=1, previews=0))
        pictures = [bare.bought(previews=0)] * frames
        bare.pictures_a_second(pictures[:2])
        model = running.processes["model"]
        spent = [usage.cpu_s(model.pid), usage.cpu_s(worker.pid)]

        def ours() -> float:
            running.tell("worker-generate", signal.SIGSTOP)
            made = presses.submit(users=users, frames=frames, previews=0)
            running.tell("worker-generate", signal.SIGCONT)
            began = time.perf_counter()
            _copied(made)
            return frames / (time.perf_counter() - began)

        rates = alternately(ours, lambda: bare.pictures_a_second(pictures))
        made = frames * len(rates[0])
        each = [1000 * (usage.cpu_s(model.pid) - spent[0]) / made, 1000 * (usage.cpu_s(worker.pid) - spent[1]) / made]
    return [
        beside(
            "throughput", "pictures/s", *rates, against="bare decode, copies and puts", target=Target(least_ratio=0.6),
            note=f"{frames} 1024 px PNGs a round; CPU a picture: worker {each[1]:.0f} ms, and the sandbox "
            f"{each[0]:.0f} ms, which the baseline does without",
        )
    ]  # fmt: skip


def _copied(made: list[int], patience_s: float = 120) -> None:
    """Returns once each has its picture and all copies."""
    from studio.models import Image

    deadline = time.monotonic() + patience_s
    while Image.objects.filter(generation__in=made).exclude(widths=[]).count() < len(made):
        if time.monotonic() > deadline:
            raise TimeoutError("the pictures did not come")
        time.sleep(0.02)
