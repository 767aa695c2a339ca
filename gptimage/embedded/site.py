"""The folder that embedded services live in: its room on the disk, its keys and its ports, kept between starts."""

import json
import os
import random
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gptimage.embedded.children import StartError

NEEDED_MB = 500
KEY_NAMES = (
    "postgres",
    "postgres_superuser",
    "valkey",
    "s3_access",
    "s3_secret",
    "s3_inside",
    "place",
)
PORT_NAMES = ("postgres", "valkey", "s3", "s3_master", "s3_volume", "s3_filer")
# Below the range that the kernel hands out by itself, and with room above: SeaweedFS adds 10,000 to each of its ports.
PORTS = range(10240, 22000)
GRPC_OFFSET = 10000


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where services run and what they share."""

    root: Path
    lock: IO[str]
    keys: dict[str, str]
    ports: dict[str, int]
    durable: bool

    def log(self, name: str) -> Path:
        """The log of a service; the one before stays beside it, as it may tell why that run ended."""
        folder = self.root / "log"
        folder.mkdir(mode=0o700, exist_ok=True)
        log = folder / f"{name}.log"
        if log.exists():
            log.replace(folder / f"{name}.before.log")
        return log


def make_room(root: Path) -> None:
    """The folder exists, is ours to write and has room; else StartError."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"Can't make the folder {root} ({error.strerror}): give it to this user.") from error
    if not os.access(root, os.W_OK | os.X_OK, effective_ids=True):
        raise StartError(f"Can't write in {root}: give it to this user, or remove it if nothing in it is needed.")
    free_mb = shutil.disk_usage(root).free // 1024**2
    if free_mb < NEEDED_MB:
        raise StartError(f"The disk that holds {root} has {free_mb} MB left and {NEEDED_MB} are needed: free some.")


def remembered_keys(root: Path) -> dict[str, str]:
    """Passwords made for this folder alone, readable by its owner alone."""
    file = root / "keys.json"
    keys: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if missing := set(KEY_NAMES) - set(keys):
        keys |= {name: secrets.token_hex(20) for name in missing}
        write_private(file, json.dumps(keys))
    return keys


def remembered_key(root: Path, name: str) -> str | None:
    """A key of any folder's, None when it is no such folder (any more)."""
    try:
        return str(json.loads((root / "keys.json").read_text())[name])
    except (OSError, ValueError, KeyError):
        return None


def remembered_ports(root: Path) -> dict[str, int]:
    """The same ports as last time where they are free, so that addresses keep their meaning."""
    file = root / "ports.json"
    last: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    ports: dict[str, int] = {}
    for name in PORT_NAMES:
        ports[name] = _free_port(last.get(name), taken=set(ports.values()))
    file.write_text(json.dumps(ports))
    return ports


def write_private(file: Path, text: str) -> None:
    """Whole or not at all, and never readable by others for a moment."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(text)
    draft.replace(file)


def _free_port(last: int | None, *, taken: set[int]) -> int:
    candidates = [last] if last else []
    candidates += random.sample(PORTS, 200)
    for port in candidates:
        if port not in taken and _is_free(port) and _is_free(port + GRPC_OFFSET):
            return port
    raise StartError(f"No free port between {PORTS.start} and {PORTS.stop} on 127.0.0.1: end what holds them.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
