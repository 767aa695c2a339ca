"""The answers to one call: a JSON body or a stream of events, each at its time."""

import asyncio
import base64
import functools
import json
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from studio.sandbox import behaviour, darkroom, usage
from studio.sandbox.darkroom import Print
from studio.sandbox.validation import Order

NO_PICTURE = b"This is not a picture."
CANNED_MOST = 16


@dataclass(frozen=True)
class Call:
    """One request, checked, with how it is to be answered. Holds no pixels, so that hundreds can wait."""

    order: Order
    seed: str
    quality: str
    fault: str | None
    latency_s: float
    log: str | None
    pool: ThreadPoolExecutor
    canned: dict[object, asyncio.Future[Print]] | None

    def sitting(self, index: int) -> darkroom.Sitting:
        """Picture number `index` of the call."""
        return darkroom.sit(order=self.order, seed=self.seed, index=index, quality=self.quality)

    def record(self, *, outcome: str, size: str | None = None, digest: str | None = None) -> None:
        """Note in the log of paid calls how this one ended."""
        said = self.order.size
        size = size or (f"{said[0]}x{said[1]}" if said else "auto")
        line = behaviour.Call(
            model=self.order.engine.name,
            seed=self.seed,
            size=size,
            quality=self.quality,
            outcome=outcome,
            sha256=digest,
        )
        behaviour.record(line, path=self.log)


async def whole(call: Call) -> dict[str, Any]:
    """The JSON body of a call without a stream."""
    due = time.monotonic() + call.latency_s
    await _until(due)
    prints = [await _final(call, index) for index in range(call.order.n)]
    for one in prints:
        _delivered(call, one)
    first = prints[0]
    return {
        "created": int(time.time()),
        **_echo(call, first),
        "data": [] if call.fault == "empty" else [{"b64_json": _base64(one.data)} for one in prints],
        "usage": usage.of_order(call.order, quality=call.quality, size=first.size, pictures=len(prints)),
    }


async def torn(call: Call) -> AsyncIterator[bytes]:
    """A JSON body that breaks off: fewer bytes than were announced."""
    await _until(time.monotonic() + call.latency_s)
    call.record(outcome="cut")
    yield b'{"created": '


async def stream(call: Call) -> AsyncIterator[bytes]:
    """The events of a streamed call. A caller that hangs up has still bought the picture."""
    begun = time.monotonic()
    for index in range(call.order.n):
        try:
            async for event in _events(call, index, begun=begun):
                yield event
        except (asyncio.CancelledError, GeneratorExit):
            call.record(outcome="undelivered")
            raise
        if call.fault in ("cut", "stream_error"):
            call.record(outcome=call.fault)
            return


async def _events(call: Call, index: int, *, begun: float) -> AsyncIterator[bytes]:
    sitting = call.sitting(index)
    count = call.order.partial_images
    for step in range(count):
        await _until(begun + call.latency_s * (step + 1) / (count + 1))
        partial = await _in_pool(call, functools.partial(darkroom.partial, sitting, step=step, count=count))
        yield _partial_event(call, partial, step=step)
        if call.fault in ("cut", "stream_error"):
            break
    if call.fault == "cut":
        return
    if call.fault == "stream_error":
        yield _error_event()
        return
    await _until(begun + call.latency_s)
    final = await _final(call, index)
    # Made and paid for before it is sent: whoever hangs up now finds the call in the log.
    _delivered(call, final)
    yield _completed_event(call, final)


async def _final(call: Call, index: int) -> Print:
    if call.fault == "not_a_picture":
        size = call.sitting(index).recipe.size
        return Print(NO_PICTURE, size)
    if call.canned is not None:
        return await _canned(call)
    sitting = call.sitting(index)
    if call.fault == "wrong_size":
        sitting = darkroom.missized(sitting)
    return await _in_pool(call, lambda: darkroom.final(sitting))


async def _canned(call: Call) -> Print:
    """One prepared picture per size, format and quality, whoever asks; painted once, however many ask at once."""
    assert call.canned is not None
    order = call.order
    key = (order.size, order.output_format, order.background, call.quality)
    if key not in call.canned:
        if len(call.canned) >= CANNED_MOST:
            call.canned.clear()
        call.canned[key] = asyncio.ensure_future(_in_pool(call, lambda: darkroom.final(call.sitting(0))))
    return await asyncio.shield(call.canned[key])


async def _in_pool(call: Call, work: Callable[[], Print]) -> Print:
    return await asyncio.get_running_loop().run_in_executor(call.pool, work)


async def _until(due: float) -> None:
    wait_s = due - time.monotonic()
    if wait_s > 0:
        await asyncio.sleep(wait_s)


def _delivered(call: Call, one: Print) -> None:
    outcome = call.fault or "completed"
    call.record(outcome=outcome, size=_size(one), digest=sha256(one.data).hexdigest())


def _size(one: Print) -> str:
    return f"{one.size[0]}x{one.size[1]}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _echo(call: Call, one: Print) -> dict[str, str]:
    """What the API repeats of the order, with every `auto` resolved."""
    order = call.order
    echo = {
        "background": "transparent" if order.background == "transparent" else "opaque",
        "output_format": order.output_format,
        "quality": call.quality,
        "size": _size(one),
    }
    return echo if order.safety_identifier is None else {**echo, "safety_identifier": order.safety_identifier}


def _event(kind: str, fields: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def _partial_event(call: Call, partial: Print, *, step: int) -> bytes:
    fields = {"b64_json": _base64(partial.data), "partial_image_index": step, "created_at": int(time.time())}
    echo = _echo(call, partial)
    echo.pop("safety_identifier", None)
    return _event("image_generation.partial_image", {**fields, **echo})


def _completed_event(call: Call, final: Print) -> bytes:
    picture = "" if call.fault == "empty" else _base64(final.data)
    fields = {"b64_json": picture, "created_at": int(time.time()), **_echo(call, final)}
    fields["usage"] = usage.of_order(call.order, quality=call.quality, size=final.size)
    return _event("image_generation.completed", fields)


def _error_event() -> bytes:
    error = {
        "type": "image_generation_server_error",
        "code": "image_generation_failed",
        "message": "Image generation failed. Please try again.",
        "param": None,
    }
    return _event("error", {"error": error})
