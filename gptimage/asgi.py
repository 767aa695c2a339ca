"""One ASGI callable: /live/ is a native application that holds event streams, everything else is Django's WSGI pages.

Measured on two cores: Django's own ASGI handler serves pages at 0.4 of this rate (docs/DESIGN.md, Processes).
"""

import asyncio
import os
import signal
import threading
from types import FrameType
from typing import Any, Final

from gptimage.pages import Pages
from gptimage.wsgi import application as pages
from studio.stream import end_all, stream  # after Django is set up by the import above

PAGE_THREADS: Final = 8
STOP_S: Final = 4.0  # for pages that are being answered; the server kills after six (gptimage/processes.py)
_pages: Final = Pages(pages, threads=PAGE_THREADS)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Hands each request to the half that serves it."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["path"] == "/live/":
        await stream(scope, receive, send)
    else:
        await _pages(scope, receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _end_streams_on_stop()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _end_surely() -> None:
    """The server waits for who has sent half a request, too: nobody holds a deploy up by that."""
    late = threading.Timer(STOP_S, os._exit, args=(0,))
    late.daemon = True
    late.start()


def _end_streams_on_stop() -> None:
    """The server waits for its connections before it says lifespan.shutdown, and streams do not end: hear the signal.

    The server's own handler, or its loop's, is called as before.
    """
    loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)
    if not callable(before):
        return  # then the process ends at once, and its streams with it

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(end_all)
        _end_surely()
        before(number, frame)

    signal.signal(signal.SIGTERM, stop)
