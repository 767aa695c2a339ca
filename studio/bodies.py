"""Bodies of answers, read no further than they are worth. Imported by whoever makes calls, for its HTTP client is."""

import time
from collections.abc import Iterator
from typing import Final

import httpx2

from studio.event_stream import Malformed

ERROR_BYTES: Final = 100_000
ERROR_S: Final = 10


class Beginning(httpx2.SyncByteStream):
    """The first of a body, for as long as an error's words are worth waiting for."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self.stream = stream

    def __iter__(self) -> Iterator[bytes]:
        read, until = 0, time.monotonic() + ERROR_S
        for chunk in self.stream:
            yield chunk
            read += len(chunk)
            if read > ERROR_BYTES or time.monotonic() > until:
                return

    def close(self) -> None:
        """Ends the answer."""
        self.stream.close()


class Packed(Beginning):
    """A body that nobody asked to have packed: it is not unpacked."""

    def __iter__(self) -> Iterator[bytes]:
        raise Malformed("packed")


def guard(response: httpx2.Response) -> None:
    """Puts the fitting one in an answer's place, before anything of it is read."""
    assert isinstance(response.stream, httpx2.SyncByteStream)
    if response.headers.get("content-encoding", "identity") != "identity":
        response.stream = Packed(response.stream)
    elif not response.is_success:
        response.stream = Beginning(response.stream)
