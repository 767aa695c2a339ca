"""Events on their way to the product: signed as Stripe signs them, and sent again until they are taken."""

import asyncio
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request

from credits.sandbox.books import Books, shown
from credits.sandbox.shapes import Thing

_WAITS_S = (0, 1, 2, 5, 15, 60, 300, 900)
_AT_ONCE = 4


def body_of(event: Thing) -> bytes:
    """The event as it is sent."""
    return json.dumps(shown(event), indent=2).encode()


def signature(body: bytes, *, secret: str, moment: int | None = None) -> str:
    """The `Stripe-Signature` header for a body."""
    moment = int(time.time()) if moment is None else moment
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


class Courier:
    """Delivers each event in a task of its own, so that one that fails holds no other up. May be told to hold them."""

    def __init__(self, books: Books, *, url: str, secret: str) -> None:
        self.books, self.url, self.secret = books, url, secret
        self.delivers = True
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._gate = asyncio.Semaphore(_AT_ONCE)
        books.tell = self.take

    def take(self, event: Thing) -> None:
        """Send it soon, unless events are held or it is under way."""
        if self.delivers and self.url and event["id"] not in self._tasks:
            task = asyncio.get_running_loop().create_task(self._deliver(event))
            self._tasks[event["id"]] = task
            task.add_done_callback(lambda done: self._tasks.pop(event["id"], None))

    def release(self) -> None:
        """Send all that has not been taken yet: those that were held, or a former process left."""
        for event in list(self.books.objects["event"].values()):
            if event["pending_webhooks"]:
                self.take(event)

    async def stop(self) -> None:
        """Leave what is not delivered yet for the next start."""
        under_way = list(self._tasks.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def send(self, event: Thing) -> int:
        """Once, now: the status that was answered, or 0 where nobody answered."""
        async with self._gate:
            status = await asyncio.to_thread(_post, self.url, body_of(event), self.secret)
        if 200 <= status < 300:
            event["pending_webhooks"] = 0
            self.books.save()
        return status

    async def _deliver(self, event: Thing) -> None:
        for wait_s in _WAITS_S:
            await asyncio.sleep(wait_s)
            if not self.delivers or 200 <= await self.send(event) < 300:
                return


def _post(url: str, body: bytes, secret: str) -> int:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(body, secret=secret),
        "User-Agent": "Stripe/1.0 (sandbox)",
    }
    try:
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - the operator named the address
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0
