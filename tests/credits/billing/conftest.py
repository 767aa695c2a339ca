"""A shop with a local Stripe behind it, and Stripe's word brought by hand: once, twice, in whatever order."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from credits import ledger, shop_rows
from credits.billing import checkouts, events
from credits.models import Checkout, SalePrice, StripeEvent, Wallet
from tests.stripe_stage import Stage, stripe_stage

ADDRESS = "http://127.0.0.1/credits/checkout/{}/"


@pytest.fixture(scope="session")
def _stripe() -> Iterator[Stage]:
    with stripe_stage(deliver=False) as stage:
        yield stage


@pytest.fixture
def stage(_stripe: Stage, settings: Any) -> Stage:
    """Stripe, empty."""
    _stripe.reset()
    settings.STRIPE_SECRET_KEY = _stripe.key
    settings.STRIPE_WEBHOOK_SECRET = _stripe.webhook_secret
    settings.STRIPE_API_BASE = _stripe.url
    return _stripe


@pytest.fixture
def on_sale(db: None) -> None:
    shop_rows.stock()


class Till:
    """alice at the till."""

    def __init__(self, stage: Stage, wallet: Wallet) -> None:
        self.stage = stage
        self.wallet = wallet
        self.seen: str | None = None

    def open(self, name: str, interval: str = "") -> Checkout:
        """The page at Stripe for a plan or a pack."""
        prices = SalePrice.objects.filter(plan__name=name) | SalePrice.objects.filter(pack__name=name)
        price = prices.get(interval=interval) if interval else prices.order_by("amount_minor")[0]
        return checkouts.open_page(wallet=self.wallet, price=price, key=uuid.uuid4(), address=ADDRESS.format)

    def buy(self, name: str, interval: str = "", **how: Any) -> Checkout:
        """Opens it and pays; what Stripe has to say is not heard yet."""
        checkout = self.open(name, interval)
        self.stage.pay(str(checkout.session_id), **how)
        return checkout

    def news(self) -> list[dict[str, Any]]:
        """What Stripe said since the last time."""
        found = self.stage.events(after=self.seen)
        self.seen = found[-1]["id"] if found else self.seen
        return found

    def hear(self, news: list[dict[str, Any]]) -> None:
        """Stores and works off, one by one."""
        for event in news:
            body, headers = self.stage.signed(event)
            events.receive(body=body, signature=headers["Stripe-Signature"])
            events.work(event_id=event["id"])
        assert not StripeEvent.objects.filter(state=StripeEvent.State.FAILED).exists(), list(
            StripeEvent.objects.values_list("kind", "error")
        )

    @property
    def balance(self) -> int:
        return ledger.spendable(lots=self.wallet.lots.all())


@pytest.fixture
def till(stage: Stage, on_sale: None, wallet: Wallet) -> Till:
    return Till(stage, wallet)
