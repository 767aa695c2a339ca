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
from typing import IO

from gptimage.embedded.children import Child, StartError, ask_to_end, end, spawn

CELERY = "celery --quiet --app gptimage"
COMMANDS = {
    "web": "granian --interface asgi --workers 2 --workers-kill-timeout 3 --log-level warning "
    "gptimage.asgi:application",
    "worker-generate": f"{CELERY} worker --queues generate --pool threads --concurrency 200 --hostname generate@%h "
    "--without-gossip --without-mingle --loglevel WARNING",
    "worker-default": f"{CELERY} worker --queues default --pool threads --concurrency 4 --hostname default@%h "
    "--without-gossip --without-mingle --loglevel WARNING",
    "beat": f"{CELERY} beat --pidfile= --loglevel WARNING",
}
WORKER_ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "2",  # two hundred threads would each keep an arena of their own
    "REMAP_SIGTERM": "SIGQUIT",  # SIGTERM finishes or hands back, and does not wait for the slowest call
}
# Celery warns root at length, who knows already.
QUIET_AS_ROOT = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
PATIENCE_S = 12.0
BINARIES = Path(sys.executable).parent


def start(*, name: str, command: Sequence[str], environment: Mapping[str, str], lock: IO[str], folder: Path) -> Child:
    """Starts one process, its output relayed to ours by `run_together`."""
    return spawn(
        name=name,
        argv=[BINARIES / command[0], *command[1:]],
        log=None,
        lock=lock,
        end_signal=signal.SIGTERM,
        env={**environment, **WORKER_ENVIRONMENT, **QUIET_AS_ROOT, "PYTHONUNBUFFERED": "1"},
        cwd=folder,
    )


def run_together(*, children: Sequence[Child], when_up: Callable[[], bool], announce: Callable[[], None]) -> None:
    """Relays what they say, announces once `when_up` holds, and returns only by an exception.

    StartError names the first that ended by itself; the caller's signals raise too. In any case all are ended.
    """
    relay = _Relay(children)
    try:
        while not when_up():
            relay.work(seconds=0.2)
            _refuse_ended(children, relay)
        announce()
        while True:
            relay.work(seconds=1)
            _refuse_ended(children, relay)
    finally:
        say("Stopping …")
        ask_to_end(children)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and any(child.process.poll() is None for child in children):
            relay.work(seconds=0.1)
        end(children, patience_s=0)
        relay.work(seconds=0)


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

    def __init__(self, children: Sequence[Child]) -> None:
        self.width = max(len(child.name) for child in children)
        self.outputs = selectors.DefaultSelector()
        for child in children:
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
            for line in filter(None, lines):
                say(f"{name:<{self.width}} | {line.decode(errors='replace').rstrip()}")
            if not chunk:
                self.outputs.unregister(key.fileobj)


def _refuse_ended(children: Sequence[Child], relay: _Relay) -> None:
    for child in children:
        if (code := child.process.poll()) is not None:
            relay.work(seconds=0.1)  # its last words
            raise StartError(f"{child.name} ended by itself (code {code}): its last lines above say why.")
