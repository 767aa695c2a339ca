"""The answer to one call, right or gone wrong, and its one line in the log of paid calls."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from studio.sandbox import breaks, takes
from studio.sandbox.calls import Call
from studio.sandbox.takes import Take


@dataclass(frozen=True)
class Answer:
    """An ASGI app for one call. However the line ends, the call was taken and is in the log once."""

    call: Call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. A caller that hangs up before the picture is made has bought it all the same."""
        call = self.call
        try:
            if call.mishap.line is not None:
                await call.mishap.line(call, scope, receive, send)
            else:
                response = await _response(call)
                await response(scope, receive, send)
        finally:
            call.record(outcome="undelivered")


async def _response(call: Call) -> Response:
    if call.order.stream:
        return StreamingResponse(_events(call), media_type="text/event-stream")
    if call.mishap.whole is not None:
        return await call.mishap.whole(call)
    return JSONResponse(await takes.document(call))


async def _events(call: Call) -> AsyncIterator[bytes]:
    """The events of all pictures; after one that was broken off there is no other."""
    script = call.mishap.stream or breaks.in_order
    for index in range(call.order.n):
        async for event in script(Take(call, index)):
            yield event
        if call.recorded:
            return
