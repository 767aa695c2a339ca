"""Reads a model's event stream out of raw bytes, cheaply enough for hundreds of calls in one process.

The openai client's own stream costs 7 MB a waiting call; here a picture is decoded out of the buffer, without making
a string of its megabytes first. An event may be split anywhere.
"""

import binascii
import json
import re
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import pybase64

MOST_BYTES: Final = 64_000_000  # a picture of the most pixels that a model makes has 33 MB, and 44 in base64
READERS: Final = 2
PATIENCE_S: Final = 0.5
_PICTURE = re.compile(rb'"b64_json"\s*:\s*"')
# So many streams are drained at once; the others leave their bytes to the network. One that waited PATIENCE_S goes on
# without a place, so that two that trickle never hold up all others.
_places = threading.BoundedSemaphore(READERS)


class Malformed(Exception):
    """The stream is not what the API promises."""


class Event(NamedTuple):
    """One event: its JSON without the picture, and the picture's bytes (None where it carried none)."""

    fields: dict[str, Any]
    picture: bytes | None


def events(chunks: Iterable[bytes]) -> Iterator[Event]:
    """The events of a stream, as they end. Raises Malformed."""
    buffer, lines = bytearray(), list[bytes]()
    held = False
    try:
        for chunk in chunks:
            if not buffer and not held:
                held = _places.acquire(timeout=PATIENCE_S)
            searched = len(buffer)
            buffer += chunk
            if len(buffer) + sum(map(len, lines)) > MOST_BYTES:
                raise Malformed("too large")
            while (end := buffer.find(b"\n", searched)) >= 0:
                if buffer.startswith(b"data:"):
                    lines.append(bytes(memoryview(buffer)[5:end]))
                elif lines and not buffer[:end].strip():
                    if event := _parse(b"\n".join(lines)):  # of one line, this is the line itself
                        yield event
                        del event  # or its picture would be held while the next one is waited for
                    lines.clear()
                del buffer[: end + 1]
                searched = 0
            if held and not buffer:
                _places.release()
                held = False
    finally:
        if held:
            _places.release()


def document(chunks: Iterable[bytes]) -> Event:
    """A whole JSON answer and the first picture in it, for models that do not stream. Raises Malformed."""
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        if len(buffer) > MOST_BYTES:
            raise Malformed("too large")
    return _parse(bytes(buffer)) or Event({}, None)


def decoded(text: str | bytes | memoryview) -> bytes:
    """Base64 to bytes. Raises Malformed."""
    try:
        return pybase64.b64decode(text, validate=True)  # at a fiftieth of the standard library's CPU
    except (binascii.Error, ValueError) as error:
        raise Malformed("base64") from error


def _parse(data: bytes) -> Event | None:
    if data.strip() in (b"", b"[DONE]"):  # a heartbeat, the end
        return None
    start = _PICTURE.search(data)
    if start is None:
        return Event(_object(data), None)
    end = data.find(b'"', start.end())
    if end < 0:
        raise Malformed("picture without an end")
    fields = _object(data[: start.end()] + data[end:])
    if data.find(b"\\", start.end(), end) >= 0:
        return Event(fields, decoded(data[start.end() : end].replace(b"\\/", b"/")))
    return Event(fields, decoded(memoryview(data)[start.end() : end]))


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed("JSON") from error
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return value
