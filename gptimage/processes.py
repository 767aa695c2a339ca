"""The processes that the product consists of: what each is started with, and how they run and end together.

docker-compose.yml starts the same command lines; a test holds the two together.
"""

import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

from gptimage.embedded.children import Child, StartError, ask_to_end, end, spawn

CELERY = "celery --quiet --app gptimage"
COMMANDS = {
    # Each open page holds a request, its event stream: more than the server's own limit of a thousand at once.
    "web": "granian --interface asgi --http 1 --no-ws --workers 2 --backpressure 5000 --respawn-failed-workers "
    "--workers-kill-timeout 6 --log-level warning gptimage.asgi:application",
    "worker-generate": f"{CELERY} worker --queues generate --concurrency 200 --hostname generate@%h "
    "--without-gossip --without-mingle --loglevel WARNING",
    "worker-default": f"{CELERY} worker --queues default --concurrency 4 --hostname default@%h "
    "--without-gossip --without-mingle --loglevel WARNING",
    "beat": f"{CELERY} beat --pidfile= --loglevel WARNING",
}
WORKER_ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "2",  # two hundred threads would each keep an arena of their own
}
# Celery warns root at length, who knows already.
QUIET_AS_ROOT = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
# What celery prints, at every level, as it begins to end: a matter of course, and keys that nobody needs to press.
MATTERS_OF_COURSE = ("worker: Warm shutdown (MainProcess)",)
SERVES_OTHERS = "sandbox"  # ends when nobody is left who waits for its answers
PATIENCE_S = 12.0
# One that ends by itself is started again, after 1, 2, 4 and 8 s; who ends once more within a minute ends all of it.
WAIT_S = 1.0
ENDS_TOO_OFTEN = 5
LATE_S = 60.0
BINARIES = Path(sys.executable).parent
Start = Callable[[], Child]


def start(*, name: str, command: Sequence[str], environment: Mapping[str, str], lock: IO[str], folder: Path) -> Child:
    """Starts one process, its output relayed to ours by `run_together`."""
    return spawn(
        name=name,
        argv=[BINARIES / command[0], *command[1:]],
        log=None,
        lock=lock,
        end_signal=signal.SIGTERM,
        env={**os.environ, **environment, **WORKER_ENVIRONMENT, **QUIET_AS_ROOT, "PYTHONUNBUFFERED": "1"},
        cwd=folder,
        umask=0o077,  # mails with codes, pictures on their way: for nobody else's eyes
    )


def run_together(*, starts: Mapping[str, Start], when_up: Callable[[], bool], announce: Callable[[], None]) -> None:
    """Starts all, relays what they say, announces once `when_up` holds, and returns only by an exception.

    One that ends by itself before that ends all of it, and so does one that ends too often later: StartError names
    it. Until then it is started again. The caller's signals raise too. In any case all are ended.
    """
    relay = _Relay(width=max(map(len, starts)))
    places: list[_Place] = []
    try:
        for start in starts.values():
            places.append(_Place(start, relay))
        while not when_up():
            relay.work(seconds=0.2)
            for place in places:
                place.refuse_ended()
        announce()
        while True:
            relay.work(seconds=0.5)
            for place in places:
                place.keep_filled()
    finally:
        say("Stopping …")
        children = [place.child for place in places]
        deadline = time.monotonic() + PATIENCE_S
        for some in (
            [child for child in children if child.name != SERVES_OTHERS],
            [child for child in children if child.name == SERVES_OTHERS],
        ):
            ask_to_end(some)
            while time.monotonic() < deadline and any(child.process.poll() is None for child in some):
                relay.work(seconds=0.1)
        end(children, patience_s=0)
        relay.work(seconds=0)
        relay.close()


def say(text: str) -> None:
    """Writes to the terminal, which may be gone: then there is nobody to tell."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  # or Python complains when it flushes at exit


class _Relay:
    """Hands on what children print, each line under its name.

    In our only thread: the kernel tells a child of its parent's death once for each thread that dies.
    """

    def __init__(self, *, width: int) -> None:
        self.width = width
        self.outputs = selectors.DefaultSelector()

    def listen(self, child: Child) -> None:
        """From now on its lines are handed on too."""
        if child.process.stdout:
            self.outputs.register(child.process.stdout, selectors.EVENT_READ, (child.name, bytearray()))

    def work(self, *, seconds: float) -> None:
        """Relays what there is, and waits that long for more."""
        for key, _ in self.outputs.select(timeout=seconds):
            name, kept = key.data
            chunk = os.read(key.fd, 65536)
            kept += chunk or b"\n"
            *lines, rest = kept.split(b"\n")
            kept[:] = rest
            for text in (line.decode(errors="replace").rstrip() for line in lines):
                if text and text not in MATTERS_OF_COURSE:
                    say(f"{name:<{self.width}} | {text}")
            if not chunk:
                self._forget(key.fileobj)

    def close(self) -> None:
        """Whatever they still say is for nobody."""
        for key in list(self.outputs.get_map().values()):
            self._forget(key.fileobj)
        self.outputs.close()

    def _forget(self, output: Any) -> None:
        self.outputs.unregister(output)
        output.close()


class _Place:
    """Where one of the processes runs, and after it the next that takes its place."""

    def __init__(self, start: Start, relay: _Relay) -> None:
        self.start, self.relay = start, relay
        self.ends: list[float] = []
        self.due: float | None = None
        self._fill()

    def refuse_ended(self) -> None:
        """StartError when it has ended by itself."""
        if (code := self.child.process.poll()) is not None:
            self._refuse(code, "")

    def keep_filled(self) -> None:
        """Starts the next when the last has ended; the oftener that was of late, the later. StartError after a few."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self._fill()
        elif (code := self.child.process.poll()) is not None:
            end([self.child], patience_s=0)  # what it has started itself
            self.ends = [moment for moment in self.ends if now - moment < LATE_S] + [now]
            if len(self.ends) == ENDS_TOO_OFTEN:
                self._refuse(code, f", {ENDS_TOO_OFTEN} times within a minute")
            wait_s = WAIT_S * 2 ** (len(self.ends) - 1)
            say(f"{self.child.name} ended by itself (code {code}): started again in {wait_s:.0f} s.")
            self.due = now + wait_s

    def _fill(self) -> None:
        self.child = self.start()
        self.relay.listen(self.child)
        self.due = None

    def _refuse(self, code: int, often: str) -> NoReturn:
        self.relay.work(seconds=0.1)  # its last words
        raise StartError(f"{self.child.name} ended by itself (code {code}){often}: its last lines above say why.")
