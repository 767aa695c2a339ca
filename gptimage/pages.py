"""Django's WSGI pages behind an ASGI server: each in a thread, and handed to the loop in as few pieces as can be.

a2wsgi hands over head, body and end one by one, and each time the thread waits for the loop, and the loop for the
interpreter that other threads draw pages with.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, Final

from a2wsgi.wsgi import Body, build_environ

AT_ONCE: Final = 1 << 20  # bytes of an answer that are held before they are passed on


class Pages:
    """A WSGI application as an ASGI one, for requests over HTTP."""

    def __init__(self, application: Any, *, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request. Raises what the application raises."""
        loop = asyncio.get_running_loop()
        answer = _Answer(loop, send)
        environ = build_environ(scope, Body(loop, _coroutine(receive)))
        work = partial(copy_context().run, answer.fill, self._application, environ)
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
        return self._parts.append


def _coroutine(receive: Any) -> Any:
    """Granian gives a future; what reads a body from a thread takes coroutines only."""

    async def received() -> Any:
        return await receive()

    return received
