from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.stripe_stage import Stage, stripe_stage

AWAY = {"success_url": "http://shop.test/done?s={CHECKOUT_SESSION_ID}", "cancel_url": "http://shop.test/back"}


@pytest.fixture(scope="session")
def running() -> Iterator[Stage]:
    with stripe_stage() as stage:
        yield stage


@pytest.fixture
def stage(running: Stage) -> Stage:
    running.reset()
    return running


@pytest.fixture
def api(stage: Stage) -> Any:
    """The real package's client, for this Stripe."""
    return stage.client.v1


@pytest.fixture
def price(api: Any) -> Callable[..., stripe.Price]:
    def made(amount: int = 1000, *, monthly: bool = False, **said: Any) -> stripe.Price:
        product = api.products.create({"name": "Plus" if monthly else "Pack"})
        if monthly:
            said["recurring"] = {"interval": "month"}
        return api.prices.create({"currency": "eur", "product": product.id, "unit_amount": amount, **said})

    return made


@pytest.fixture
def checkout(api: Any, price: Any) -> Callable[..., stripe.checkout.Session]:
    def made(sold: stripe.Price | None = None, **said: Any) -> stripe.checkout.Session:
        sold = sold or price()
        mode = "subscription" if sold.recurring else "payment"
        lines = [{"price": sold.id, "quantity": 1}]
        return api.checkout.sessions.create({"mode": mode, "line_items": lines, **AWAY, **said})

    return made


@pytest.fixture
def subscribe(api: Any, stage: Stage, checkout: Any, price: Any) -> Callable[..., stripe.Subscription]:
    def made(sold: stripe.Price | None = None, method: str = "card", **said: Any) -> stripe.Subscription:
        session = checkout(sold or price(1200, monthly=True), **said)
        return api.subscriptions.retrieve(stage.pay(session.id, method)["subscription"])

    return made
