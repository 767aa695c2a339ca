"""The local Stripe for tests: the app itself in a thread, on a port of its own, and verbs for what only it can do.

with stripe_stage() as stage:
    session = stage.client.v1.checkout.sessions.create(...)
    stage.pay(session.id)
    for event in stage.events():
        body, headers = stage.signed(event)
"""

import asyncio
import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stripe
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from credits.sandbox.server import create_app
from credits.sandbox.settings import Settings
from credits.sandbox.webhooks import signature
from tests.listening import free_port


@dataclass
class Stage:
    """A running local Stripe."""

    url: str
    key: str
    webhook_secret: str

    @property
    def client(self) -> stripe.StripeClient:
        return stripe.StripeClient(self.key, base_addresses={"api": self.url}, max_network_retries=0)

    def act(self, path: str, **said: Any) -> dict[str, Any]:
        """POST /sandbox/<path>; what it answered, a refusal too."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/sandbox/{path}", json.dumps(said).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return json.loads(error.read())

    def behave(self, **changes: Any) -> dict[str, Any]:
        """deliver=True|False, latency_s=, fault="down"|"rate_limit"|None."""
        return self.act("behaviour", **changes)

    def pay(self, session: str, method: str = "card", **said: Any) -> dict[str, Any]:
        """By "card", "debit", "declined" or "later" (fails when it renews); promotion_code=, country=."""
        return self.act(f"checkout/{session}/pay", method=method, **said)

    def settle(self, intent: str, *, succeed: bool = True) -> dict[str, Any]:
        """The bank's late answer to a debit."""
        return self.act(f"payments/{intent}/settle", succeed=succeed)

    def renew(self, subscription: str, *, fail: bool | None = None) -> dict[str, Any]:
        """The next period begins now; None: the card decides."""
        return self.act(f"subscriptions/{subscription}/renew", fail=fail)

    def retry(self, invoice: str, *, succeed: bool = True) -> dict[str, Any]:
        return self.act(f"invoices/{invoice}/retry", succeed=succeed)

    def pause(self, subscription: str) -> dict[str, Any]:
        return self.act(f"subscriptions/{subscription}/pause")

    def resume(self, subscription: str) -> dict[str, Any]:
        return self.act(f"subscriptions/{subscription}/resume")

    def dispute(self, charge: str, *, amount: int | None = None) -> dict[str, Any]:
        return self.act(f"charges/{charge}/dispute", amount=amount)

    def close_dispute(self, dispute: str, *, won: bool) -> dict[str, Any]:
        return self.act(f"disputes/{dispute}/close", won=won)

    def deliver(self, event: str) -> int:
        """Send an event again, now; the status that the product answered."""
        return self.act(f"events/{event}/deliver")["status"]

    def reset(self) -> None:
        self.act("reset")

    def events(self, *types: str, after: str | None = None) -> list[dict[str, Any]]:
        """As plain dicts, oldest first; of these types, and those that came after an event."""
        found: list[dict[str, Any]] = []
        for event in self.client.v1.events.list({"limit": 100}).auto_paging_iter():
            if event.id == after:
                break
            found.insert(0, event.to_dict())
        return [event for event in found if not types or event["type"] in types]

    def signed(self, event: dict[str, Any], *, moment: int | None = None) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a webhook, as they are sent; signed now, or for another moment."""
        body = json.dumps(event, indent=2, default=str).encode()
        return body, {"Stripe-Signature": signature(body, secret=self.webhook_secret, moment=moment)}


@contextlib.contextmanager
def stripe_stage(*, webhook_url: str = "", deliver: bool = True, state: Path | None = None) -> Iterator[Stage]:
    """Runs one until the block ends. Without `deliver` events wait until `behave(deliver=True)` or `deliver(event)`."""
    settings = Settings(webhook_url=webhook_url, deliver=deliver, state=state)
    port, ready, running = free_port(), threading.Event(), {}

    async def serve() -> None:
        server = Server(
            create_app(settings),
            port=port,
            interface=Interfaces.ASGI,
            websockets=False,
            log_level=LogLevels.error,
        )
        running.update(server=server, loop=asyncio.get_running_loop())
        ready.set()
        await server.serve()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="stripe")
    thread.start()
    try:
        assert ready.wait(5)
        _await_health(f"http://127.0.0.1:{port}/health")
        yield Stage(f"http://127.0.0.1:{port}", settings.key, settings.webhook_secret)
    finally:
        running["loop"].call_soon_threadsafe(running["server"].stop)
        thread.join(10)


def _await_health(url: str) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{url} does not answer")
