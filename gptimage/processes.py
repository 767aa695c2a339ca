"""The processes that the product consists of: what each is started with, and how they run and end together.

docker-compose.yml starts the same command lines; a test holds the two together.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from gptimage.embedded.children import Child, StartError, end, spawn

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
    width = max(len(child.name) for child in children)
    relays = [threading.Thread(target=_relay, args=(child, width), daemon=True) for child in children]
    try:
        for relay in relays:
            relay.start()
        _wait_while_alive(children, until=when_up)
        announce()
        _wait_while_alive(children, until=lambda: False)
    finally:
        end(children, patience_s=PATIENCE_S)
        for relay in relays:
            relay.join(timeout=1)


def say(text: str) -> None:
    """Writes to the terminal, which may be gone: then there is nobody to tell."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  # or Python complains when it flushes at exit


def _wait_while_alive(children: Sequence[Child], *, until: Callable[[], bool]) -> None:
    while not until():
        for child in children:
            if (code := child.process.poll()) is not None:
                time.sleep(0.3)  # its last words are still on their way
                raise StartError(f"{child.name} ended by itself (code {code}): its last lines above say why.")
        time.sleep(0.2)


def _relay(child: Child, width: int) -> None:
    assert child.process.stdout
    with child.process.stdout as lines:
        for line in lines:
            say(f"{child.name:<{width}} | {line.decode(errors='replace').rstrip()}")
