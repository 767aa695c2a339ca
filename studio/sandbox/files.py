"""Pictures that are told by their address instead of being sent: each lies here for a while."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

PATH = "/v1/images/files/"
GONE, ENDLESS = "gone", "endless"  # nothing is ever kept under these names
KEPT_S, KEPT_MOST = 300, 32
CHUNK = 64 * 1024


@dataclass
class Shelf:
    """Keeps the last few files, a few minutes long."""

    _files: dict[str, tuple[float, str, bytes]] = field(default_factory=dict)

    def put(self, data: bytes, *, kind: str) -> str:
        """Keep a file of that media type; its name is a random one."""
        while len(self._files) >= KEPT_MOST:
            del self._files[next(iter(self._files))]
        name = secrets.token_urlsafe(18)
        self._files[name] = (time.monotonic() + KEPT_S, kind, data)
        return name

    def get(self, name: str) -> tuple[str, bytes] | None:
        """The file's media type and bytes, or None where there is none any more."""
        until, kind, data = self._files.get(name, (0.0, "", b""))
        return (kind, data) if time.monotonic() < until else None


async def endless() -> AsyncIterator[bytes]:
    """A file that begins like a PNG and never ends."""
    yield b"\x89PNG\r\n\x1a\n"
    while True:
        yield bytes(CHUNK)
        await asyncio.sleep(0)  # sending to nobody doesn't wait: without this, no one would see that the caller left
