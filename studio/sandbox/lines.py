"""Answers that are none: what a connection may do instead. Each has the line to the caller for itself."""

import asyncio
import os
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from studio.sandbox.calls import Call

TRICKLE_S = 0.2
FLOOD_CHUNK, FLOOD_CHUNKS = 256 * 1024, 800
EVENTS, DOCUMENT = "text/event-stream", "application/json"
HANG_UP_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time: closing resets the connection


async def silence(call: Call, scope: Scope, receive: Receive, send: Send) -> None:
    """Not a byte until the caller gives up."""
    call.record(outcome="undelivered")
    await _until_hung_up(receive)


async def reset(call: Call, scope: Scope, receive: Receive, send: Send) -> None:
    """After the latency the connection is reset, before a byte of an answer."""
    await call.reach()
    call.record(outcome="undelivered")
    for line in _lines_to(*scope["client"]):
        with line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP_AT_ONCE)
            # Sends nothing; the server takes it for the caller's end and closes the socket, which resets it.
            line.shutdown(socket.SHUT_RD)
    await _until_hung_up(receive)


async def trickle(call: Call, scope: Scope, receive: Receive, send: Send) -> None:
    """Signs of life and never a picture, until the caller hangs up."""
    call.record(outcome="trickle")
    drop = b": still at it\n\n" if call.order.stream else b" "

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield drop
            await asyncio.sleep(TRICKLE_S)

    await StreamingResponse(drops(), media_type=_kind(call))(scope, receive, send)


async def flood(call: Call, scope: Scope, receive: Receive, send: Send) -> None:
    """One text of 200 MB where the picture belongs."""
    await call.reach()
    call.record(outcome="flood")

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in _flood(_event(call)):
            yield chunk
            await asyncio.sleep(0)  # as at an endless file

    await StreamingResponse(chunks(), media_type=_kind(call))(scope, receive, send)


async def gzip_bomb(call: Call, scope: Scope, receive: Receive, send: Send) -> None:
    """The same, as 200 KB of gzip."""
    await call.reach()
    call.record(outcome="gzip_bomb")
    packed = await asyncio.get_running_loop().run_in_executor(call.room.pool, lambda: _packed(_event(call)))
    await Response(packed, media_type=_kind(call), headers={"content-encoding": "gzip"})(scope, receive, send)


async def html(call: Call, scope: Scope, receive: Receive, send: Send) -> None:
    """200, with a page for people."""
    await call.reach()
    call.record(outcome="html")
    page = "<!doctype html><title>Please wait</title><p>Checking your browser before you go on.</p>"
    await HTMLResponse(page)(scope, receive, send)


def _kind(call: Call) -> str:
    return EVENTS if call.order.stream else DOCUMENT


async def _until_hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _lines_to(host: str, port: str | int) -> Iterator[socket.socket]:
    """Second handles to the sockets at whose other end this caller is. ASGI itself hands out none."""
    for descriptor in Path("/dev/fd").iterdir():
        line = _socket(int(descriptor.name))
        if line is None:
            continue
        if _peer(line) == (host, str(port)):
            yield line
        else:
            line.close()


def _socket(descriptor: int) -> socket.socket | None:
    try:
        second = os.dup(descriptor)
    except OSError:  # closed meanwhile
        return None
    try:
        return socket.socket(fileno=second)
    except OSError:  # a file
        os.close(second)
        return None


def _peer(line: socket.socket) -> tuple[str, str] | None:
    try:
        peer = line.getpeername()
    except OSError:  # one that listens
        return None
    return (peer[0], str(peer[1])) if isinstance(peer, tuple) else None


def _event(call: Call) -> str:
    """The event that the picture belongs in; none without a stream."""
    return f"{call.order.event}.completed" if call.order.stream else ""


def _flood(event: str) -> Iterator[bytes]:
    before, after = b'{"created": 1, "data": [{"b64_json": "', b'"}]}'
    if event:
        kind = event.encode()
        before, after = b"event: " + kind + b'\ndata: {"type": "' + kind + b'", "b64_json": "', b'"}\n\n'
    chunk = b"A" * FLOOD_CHUNK
    yield before
    for _ in range(FLOOD_CHUNKS):
        yield chunk
    yield after


@cache
def _packed(event: str) -> bytes:
    packer = zlib.compressobj(9, wbits=31)  # 31: with gzip's header
    return b"".join([*map(packer.compress, _flood(event)), packer.flush()])
