"""Answers that stop, or come in another order, than the API promises: as a stream, and whole."""

import json
from collections.abc import AsyncIterator

from starlette.responses import JSONResponse, Response, StreamingResponse

from studio.sandbox import errors, takes
from studio.sandbox.calls import Call
from studio.sandbox.takes import Take


async def in_order(take: Take) -> AsyncIterator[bytes]:
    """As it should be: the partial pictures, then the finished one."""
    async for event in take.partials():
        yield event
    yield await take.completed()


async def early(take: Take) -> AsyncIterator[bytes]:
    """The finished picture before the partial ones."""
    yield await take.completed()
    async for event in take.partials():
        yield event


async def twice(take: Take) -> AsyncIterator[bytes]:
    """The finished picture two times."""
    async for event in take.partials():
        yield event
    completed = await take.completed()
    yield completed
    yield completed


async def twice_whole(call: Call) -> Response:
    """A list with every picture two times."""
    said = await takes.document(call)
    return JSONResponse({**said, "data": said["data"] * 2})


async def cut(take: Take) -> AsyncIterator[bytes]:
    """The stream ends after its first partial picture, as if it were complete."""
    async for event in _opening(take):
        yield event
    _paid(take.call)


async def cut_whole(call: Call) -> Response:
    """A body that ends before the length that was announced."""
    await call.reach()
    _paid(call)

    async def torn() -> AsyncIterator[bytes]:
        yield b'{"created": '

    return StreamingResponse(torn(), headers={"content-length": "1000000"}, media_type="application/json")


async def json_cut(take: Take) -> AsyncIterator[bytes]:
    """The finished picture's event is half a JSON text; the stream ends well."""
    async for event in take.partials():
        yield event
    completed = await take.completed()
    yield completed[: len(completed) // 2] + b"\n\n"


async def json_cut_whole(call: Call) -> Response:
    """Half a JSON text; the body is as long as was announced."""
    text = json.dumps(await takes.document(call))
    return Response(text[: len(text) // 2], media_type="application/json")


async def stream_error(take: Take) -> AsyncIterator[bytes]:
    """After the first partial picture the stream says that making the picture failed."""
    async for event in _opening(take):
        yield event
    _paid(take.call)
    message = "Image generation failed. Please try again."
    failed = errors.ApiError(500, message, type="image_generation_server_error", code="image_generation_failed")
    yield takes.event("error", failed.body())


async def stream_error_whole(call: Call) -> Response:
    """500, after all that time."""
    await call.reach()
    _paid(call)
    raise errors.server_error()


async def moderation_output(take: Take) -> AsyncIterator[bytes]:
    """After the first partial picture the stream says that the safety check refused the picture."""
    async for event in _opening(take):
        yield event
    _paid(take.call)
    yield takes.event("error", errors.moderation_blocked(stage="output").body())


async def moderation_output_whole(call: Call) -> Response:
    """400, after all that time."""
    await call.reach()
    _paid(call)
    raise errors.moderation_blocked(stage="output")


async def _opening(take: Take) -> AsyncIterator[bytes]:
    """The first partial picture; where none was asked, the time that a picture takes."""
    async for event in take.partials(most=1):
        yield event
    if not take.call.order.partial_images:
        await take.call.reach()


def _paid(call: Call) -> None:
    call.record(outcome=call.fault or "completed")
