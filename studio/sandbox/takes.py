"""What a call is answered with when nothing goes wrong: the JSON of a whole answer, and the events of a stream."""

import asyncio
import base64
import functools
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from studio.sandbox import darkroom, usage
from studio.sandbox.calls import Call, Json, Statement
from studio.sandbox.darkroom import Print

CANNED_MOST = 16


@dataclass(frozen=True)
class Take:
    """One picture of a streamed call: its events, each at its time."""

    call: Call
    index: int

    async def partials(self, *, most: int = 3) -> AsyncIterator[bytes]:
        """The events of the partial pictures, spread over the latency."""
        sitting = self.call.sitting(self.index)
        count = self.call.order.partial_images
        for step in range(min(count, most)):
            await self.call.reach((step + 1) / (count + 1))
            work = functools.partial(darkroom.partial, sitting, step=step, count=count)
            if self.call.canned:
                yield self._partial(await _canned(self.call, work, "partial", step, count), step=step)
            else:
                yield self._partial(await _in_pool(self.call, work), step=step)

    async def completed(self) -> bytes:
        """The event of the finished picture, once it is due.

        It is made and paid for before it is sent: whoever hangs up now finds the call in the log.
        """
        call = self.call
        await call.reach()
        final = await _final(call, self.index)
        if self.index == call.order.n - 1:
            call.made(final)
        said = {"b64_json": _base64(final.data), "created_at": int(time.time()), **_echo(call, final)}
        said["usage"] = usage.of_order(call.order, quality=call.quality, size=final.size)
        return self._event(f"{call.order.event}.completed", said, call.mishap.states)

    def _partial(self, partial: Print, *, step: int) -> bytes:
        said = {"b64_json": _base64(partial.data), "partial_image_index": step, "created_at": int(time.time())}
        said |= _echo(self.call, partial)
        said.pop("safety_identifier", None)
        return self._event(f"{self.call.order.event}.partial_image", said, self.call.mishap.hints)

    def _event(self, kind: str, said: Json, changes: Statement | None) -> bytes:
        if changes is not None:
            changes(self.call, said, [said])
        return event(kind, {"type": kind, **said})


def event(kind: str, said: Json) -> bytes:
    """One event of a stream, as it goes over the wire."""
    return f"event: {kind}\ndata: {json.dumps(said)}\n\n".encode()


async def document(call: Call) -> Json:
    """The JSON of a call without a stream, once it is due."""
    await call.reach()
    prints = [await _final(call, index) for index in range(call.order.n)]
    call.made(prints[-1])
    first = prints[0]
    pictures: list[Json] = [{"b64_json": _base64(one.data)} for one in prints]
    said: Json = {
        "created": int(time.time()),
        **_echo(call, first),
        "data": pictures,
        "usage": usage.of_order(call.order, quality=call.quality, size=first.size, pictures=len(prints)),
    }
    if call.mishap.states is not None:
        call.mishap.states(call, said, pictures)
    return said


async def _final(call: Call, index: int) -> Print:
    sitting, make = call.sitting(index), call.mishap.picture
    if make is not None:
        return await _in_pool(call, lambda: make(sitting))
    if call.canned:
        return await _canned(call, lambda: darkroom.final(call.sitting(0)), "final")
    return await _in_pool(call, lambda: darkroom.final(sitting))


async def _canned(call: Call, work: Callable[[], Print], *which: object) -> Print:
    """One prepared picture per size, format and quality, whoever asks; painted once, however many ask at once."""
    order, canned = call.order, call.room.canned
    key = (order.size, order.output_format, order.background, call.quality, order.event, *which)
    if key not in canned:
        if len(canned) >= CANNED_MOST:
            canned.clear()
        canned[key] = asyncio.ensure_future(_in_pool(call, work))
    return await asyncio.shield(canned[key])


async def _in_pool(call: Call, work: Callable[[], Print]) -> Print:
    return await asyncio.get_running_loop().run_in_executor(call.room.pool, work)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _echo(call: Call, one: Print) -> dict[str, str]:
    """What the API repeats of the order, with every `auto` resolved."""
    order = call.order
    echo = {
        "background": "transparent" if order.background == "transparent" else "opaque",
        "output_format": order.output_format,
        "quality": call.quality,
        "size": f"{one.size[0]}x{one.size[1]}",
    }
    return echo if order.safety_identifier is None else {**echo, "safety_identifier": order.safety_identifier}
