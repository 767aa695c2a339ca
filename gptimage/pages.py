"""Django's WSGI pages behind an ASGI server: a request takes a thread once it is all there, and gives it back at once.

Whoever sends slowly holds a connection and no thread. An answer goes to the loop in one piece where it is not large:
a2wsgi's own way hands over head, body and end one by one, and each time the thread waits for the loop, and the loop for
the interpreter that other threads draw pages with.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from a2wsgi.wsgi import build_environ

AT_ONCE: Final = 1 << 20  # bytes of an answer that are held before they are passed on, and of a body in memory
MOST_BODY: Final = 64 << 20
PIECE_S: Final = 20.0  # for the next piece of a body
WORDS: Final = {  # before the application is asked, so in one language
    408: b"The connection is too slow or was cut off. Nothing was charged. Go back and send it again.",
    413: b"Together these files are larger than 64 MB. Nothing was charged. Go back and send fewer at once.",
}


class _Refused(Exception):
    """A body that is not waited for: the status to answer, 0 where nobody is there any more."""


class Pages:
    """A WSGI application as an ASGI one, for requests over HTTP."""

    def __init__(self, application: Any, *, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request. Raises what the application raises."""
        loop = asyncio.get_running_loop()
        with SpooledTemporaryFile(AT_ONCE) as body:
            try:
                if any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]):
                    await _read(receive, into=body)
            except _Refused as refused:
                [status] = refused.args
                if status:
                    headers = [(b"connection", b"close"), (b"content-type", b"text/plain")]
                    await send({"type": "http.response.start", "status": status, "headers": headers})
                    await send({"type": "http.response.body", "body": WORDS[status]})
                return
            answer = _Answer(loop, send)
            work = partial(copy_context().run, answer.fill, self._application, _environ(scope, body))
            await loop.run_in_executor(self._threads, work)
            await answer.pass_on(more=False)


class _Answer:
    """What a thread has made of an answer, and the loop has not passed on yet."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Any) -> None:
        self._loop, self._send = loop, send
        self._head: dict[str, Any] | None = None
        self._parts: list[bytes] = []
        self._size = 0

    def fill(self, application: Any, environ: Any) -> None:
        """In a thread: lets the application answer, and waits for the loop where that is much."""
        parts = application(environ, self._start)
        try:
            for part in parts:
                self._parts.append(part)
                self._size += len(part)
                if self._size >= AT_ONCE:
                    asyncio.run_coroutine_threadsafe(self.pass_on(more=True), self._loop).result()
        finally:
            getattr(parts, "close", lambda: None)()

    async def pass_on(self, *, more: bool) -> None:
        """On the loop: gives the server what there is."""
        if self._head is not None:
            await self._send(self._head)
        await self._send({"type": "http.response.body", "body": b"".join(self._parts), "more_body": more})
        self._head, self._parts, self._size = None, [], 0

    def _start(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._head = {"type": "http.response.start", "status": int(status[:3]), "headers": named}
        return lambda part: self._parts.append(part)


async def _read(receive: Any, *, into: IO[bytes]) -> None:
    """The whole body. Raises _Refused where it is too large, or nothing more of it comes."""
    more, size = True, 0
    while more:
        try:
            async with asyncio.timeout(PIECE_S):
                message = await receive()
        except TimeoutError:
            raise _Refused(408) from None
        if message["type"] != "http.request":
            raise _Refused(0)
        data, more = message.get("body", b""), message.get("more_body", False)
        size += len(data)
        if size > MOST_BODY:
            raise _Refused(413)
        into.write(data)


def _environ(scope: Any, body: IO[bytes]) -> Any:
    size = body.tell()
    body.seek(0)
    environ = build_environ(scope, body)  # type: ignore[arg-type]  # it only hands the file on
    return {**environ, "CONTENT_LENGTH": str(size)} if size else environ
