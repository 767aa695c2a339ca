"""One call on its way: what was ordered, how it is to be answered, and that it is paid for once."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from studio.sandbox import darkroom, paid
from studio.sandbox.darkroom import Print, Sitting
from studio.sandbox.files import Shelf
from studio.sandbox.validation import Order

if TYPE_CHECKING:
    from studio.sandbox.takes import Take

Json = dict[str, Any]
Statement = Callable[["Call", Json, list[Json]], None]


@dataclass(frozen=True)
class Mishap:
    """What goes wrong with a call that was taken. What is None goes as it should.

    `picture` makes the file. `states` changes the finished picture's JSON in place (a whole answer or the event, and
    the objects in it that hold a picture each), `hints` that of a partial one. `stream` is the order of one picture's
    events, `whole` the answer without a stream. `line` has the connection for itself.
    """

    picture: Callable[[Sitting], Print] | None = None
    states: Statement | None = None
    hints: Statement | None = None
    stream: Callable[["Take"], AsyncIterator[bytes]] | None = None
    whole: Callable[["Call"], Awaitable[Response]] | None = None
    line: Callable[["Call", Scope, Receive, Send], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Room:
    """What all calls of a server share: its threads for pixel work, prepared pictures, and the shelf of files."""

    pool: ThreadPoolExecutor
    canned: dict[object, asyncio.Future[Print]] = field(default_factory=dict)
    files: Shelf = field(default_factory=Shelf)


@dataclass
class Call:
    """One request, checked, with how it is to be answered. Holds no pixels, so that hundreds can wait."""

    order: Order
    seed: str
    quality: str
    fault: str | None
    mishap: Mishap
    latency_s: float
    request_id: str
    address: str  # of the server, as the caller knows it
    log: str | None
    canned: bool
    room: Room
    begun: float = field(default_factory=time.monotonic)
    recorded: bool = False

    def sitting(self, index: int) -> Sitting:
        """Picture number `index` of the call."""
        return darkroom.sit(order=self.order, seed=self.seed, index=index, quality=self.quality)

    async def reach(self, share: float = 1.0) -> None:
        """Wait until that share of the latency is over; all of it is when the picture is due."""
        wait_s = self.begun + share * self.latency_s - time.monotonic()
        if wait_s > 0:
            await asyncio.sleep(wait_s)

    def made(self, one: Print) -> None:
        """The last picture of the call is made, and with that the call is paid for."""
        self.record(outcome=self.fault or "completed", one=one)

    def record(self, *, outcome: str, one: Print | None = None) -> None:
        """Note in the log of paid calls how this one ended. The first word counts: nobody pays twice for a call."""
        if self.recorded:
            return
        self.recorded = True
        size = one.size if one else self.order.size
        line = paid.Line(
            request_id=self.request_id,
            model=self.order.engine.name,
            seed=self.seed,
            size=f"{size[0]}x{size[1]}" if size else "auto",
            quality=self.quality,
            outcome=outcome,
            sha256=sha256(one.data).hexdigest() if one else None,
        )
        paid.record(line, path=self.log)
