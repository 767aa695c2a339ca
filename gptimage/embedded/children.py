"""Processes that end with us: started with their log kept, watched while they start, ended without a trace.

A child dies with its parent even when the parent is killed outright (Linux tells it through PR_SET_PDEATHSIG), and
it holds the folder's lock for as long as it lives, so that a lock which is free means that nothing runs there.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, TypedDict

PR_SET_PDEATHSIG = 1
# What a killed run has left was told to end by the kernel, and workers take some seconds to hand back their calls.
LEFTOVER_QUIET_S = 2.0
LEFTOVER_PATIENCE_S = 15.0
# Servers read flags from variables: SeaweedFS takes our DEBUG for its own, and opens a port to everybody.
PLAIN_ENVIRONMENT = MappingProxyType({"PATH": os.defpath, "LC_ALL": "C"})


class StartError(Exception):
    """Something can't start. The text is one sentence that says what to do, fit for a terminal."""


class UserOptions(TypedDict, total=False):
    """How subprocess is told to become another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, kw_only=True)
class Child:
    """A running process, its log and the way it likes to be ended."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None
    end_signal: signal.Signals
    leftovers: Sequence[Path] = ()

    def last_words(self, *, lines: int = 3) -> str:
        """The end of its log, on one line."""
        text = self.log.read_text(errors="replace").strip() if self.log else ""
        return " / ".join(text.splitlines()[-lines:])


def spawn(
    *,
    name: str,
    argv: Sequence[str | Path],
    log: Path | None,
    lock: IO[str],
    end_signal: signal.Signals,
    env: Mapping[str, str] = PLAIN_ENVIRONMENT,
    umask: int = -1,
    cwd: Path | None = None,
    user: pwd.struct_passwd | None = None,
    leftovers: Sequence[Path] = (),
) -> Child:
    """Starts a process that gets `end_signal` when this thread ends, however it ends: call it from the main thread.

    Its output goes to `log`, or to us (`child.process.stdout`) when there is none. Its environment is `env` alone.
    """
    with log.open("wb") if log else contextlib.nullcontext(subprocess.PIPE) as output:
        process = subprocess.Popen(  # noqa: S603  # the arguments are ours
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            umask=umask,
            cwd=cwd,
            start_new_session=True,  # Ctrl+C in the terminal is for us: the database must outlive those who write to it
            pass_fds=[lock.fileno()],
            preexec_fn=die_with_parent(end_signal),  # safe here: no thread of ours has been started yet
            **as_user(user),
        )
    return Child(name=name, process=process, log=log, end_signal=end_signal, leftovers=leftovers)


def as_user(user: pwd.struct_passwd | None) -> UserOptions:
    """The options of subprocess that make a child another user, with none of our groups."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def die_with_parent(end_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs before it becomes its program. The kernel forgets the wish when the user changes: ask after."""
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def ask() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(end_signal))
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return ask


def wait_until(*, child: Child, ready: Callable[[], bool], patience_s: float = 60.0) -> None:
    """Returns when `ready` says so; StartError with the child's last words when it dies or takes too long."""
    deadline = time.monotonic() + patience_s
    while not ready():
        if (code := child.process.poll()) is not None:
            raise StartError(f"{child.name} ended at its start (code {code}): {child.last_words()} (log: {child.log})")
        if time.monotonic() > deadline:
            raise StartError(f"{child.name} does not answer after {patience_s:.0f} s: see {child.log}")
        time.sleep(0.03)


def ask_to_end(children: Sequence[Child]) -> None:
    """Sends each that runs the signal it likes."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(child.end_signal)


def end(children: Sequence[Child], *, patience_s: float = 8.0) -> None:
    """Ends all of them at once and returns when none is left; who does not go in time is killed, with its children."""
    ask_to_end(children)
    deadline = time.monotonic() + patience_s
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)  # each leads a group of its own
        child.process.wait()
        for file in child.leftovers:
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def sole_use_of(folder: Path, *, tell: Callable[[str], object] = lambda words: None) -> Iterator[IO[str]]:
    """Holds the folder's lock, which children inherit. StartError names the process that has it already.

    What a killed one has left is waited for, then ended; `tell` hears of it.
    """
    with (folder / "lock").open("a+") as lock:
        _take(lock, folder=folder, tell=tell)
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "born": _born(os.getpid())}, lock)
        lock.flush()
        yield lock


def _take(lock: IO[str], *, folder: Path, tell: Callable[[str], object]) -> None:
    if _is_ours(lock, folder=folder, patience_s=LEFTOVER_QUIET_S):
        return
    tell("An earlier run was killed: waiting for its last processes to end …")
    if _is_ours(lock, folder=folder, patience_s=LEFTOVER_PATIENCE_S):
        return
    for pid in _heirs(folder / "lock"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    if not _is_ours(lock, folder=folder, patience_s=LEFTOVER_QUIET_S):
        left = " ".join(map(str, _heirs(folder / "lock")))
        raise StartError(
            f"An earlier run was killed and its processes still use {folder}: "
            + (f"end them (`kill -9 {left}`), then start again." if left else "end them, then start again.")
        )


def _is_ours(lock: IO[str], *, folder: Path, patience_s: float) -> bool:
    """Whether it could be taken in time; StartError when the one that took it still lives."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if (holder := _holder(lock)) is not None:
            raise StartError(
                f"Process {holder} already works in {folder}: stop it (Ctrl+C where it runs, "
                f"or `kill {holder}`), then start again."
            )
        time.sleep(0.1)
    return False


def _holder(lock: IO[str]) -> int | None:
    """The process that took the lock, if it still lives; its children may hold the lock for a moment longer."""
    lock.seek(0)
    try:
        told = json.loads(lock.read())
    except ValueError:
        return None
    return told["pid"] if told["born"] and told["born"] == _born(told["pid"]) else None


def _heirs(file: Path) -> list[int]:
    """The processes that hold the lock itself, which only a child can: who has merely opened the file is none."""
    found = set()
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            pid, number = descriptor.parts[2], descriptor.name
            if descriptor.readlink() == file and "FLOCK" in Path(f"/proc/{pid}/fdinfo/{number}").read_text():
                found.add(int(pid))
    return sorted(found)


def _born(pid: int) -> str:
    """When a process started, in the kernel's ticks, so that a number in use again is not taken for the old process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except FileNotFoundError:
        return ""
