"""What no call of Stripe's can make happen: payments, renewals, disputes, outages. `POST /sandbox/…` with JSON."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from starlette.requests import Request

from credits.sandbox import checkout, errors, payments, sessions, subscriptions
from credits.sandbox.books import Books
from credits.sandbox.shapes import Thing

Act = Callable[[Request, Thing], Thing | Awaitable[Thing]]
_NATURES = {"card": "good", "debit": "debit", "declined": "declined", "later": "later"}


@dataclass(frozen=True)
class Behaviour:
    """How API calls are answered from now on: after `latency_s` seconds, or with a `fault` of errors.FAULTS."""

    latency_s: float = 0.0
    fault: str | None = None


def behave(request: Request, said: Thing) -> Thing:
    """Other behaviour; `deliver` holds events back, or lets those go that were held."""
    state = request.app.state
    known = {field.name for field in fields(Behaviour)} | {"deliver"}
    for name in said:
        if name not in known:
            raise errors.unknown_parameter(name)
    if said.get("fault") not in (None, *errors.FAULTS):
        raise errors.invalid(f"A fault is one of {', '.join(errors.FAULTS)}.", param="fault")
    state.behaviour = replace(state.behaviour, **{name: said[name] for name in said if name != "deliver"})
    if "deliver" in said:
        state.courier.delivers = bool(said["deliver"])
        state.courier.release()
    return {**asdict(state.behaviour), "deliver": state.courier.delivers}


def pay(request: Request, said: Thing) -> Thing:
    """What the hosted page's button does."""
    books, session = _meant(request, "checkout.session")
    if code := said.get("promotion_code"):
        sessions.promote(books, session, code)
    nature = _NATURES.get(said.get("method", "card"))
    if nature is None:
        raise errors.invalid(f"A method is one of {', '.join(_NATURES)}.", param="method")
    return checkout.pay(books, session, nature=nature, email=said.get("email"), country=said.get("country"))


def settle(request: Request, said: Thing) -> Thing:
    """The bank's late answer to a debit."""
    books, intent = _meant(request, "payment_intent")
    return checkout.settle(books, intent, succeed=said["succeed"])


def renew(request: Request, said: Thing) -> Thing:
    """The next period begins now."""
    return subscriptions.renew(*_meant(request, "subscription"), fail=said.get("fail"))


def pause(request: Request, said: Thing) -> Thing:
    """The subscription rests."""
    return subscriptions.pause(*_meant(request, "subscription"))


def resume(request: Request, said: Thing) -> Thing:
    """And goes on."""
    books, subscription = _meant(request, "subscription")
    return subscriptions.resume(books, {}, subscription["id"])


def retry(request: Request, said: Thing) -> Thing:
    """Stripe's next attempt at an open invoice."""
    return subscriptions.retry(*_meant(request, "invoice"), succeed=said["succeed"])


def dispute(request: Request, said: Thing) -> Thing:
    """The buyer goes to their bank."""
    return payments.dispute(*_meant(request, "charge"), amount=said.get("amount"))


def close_dispute(request: Request, said: Thing) -> Thing:
    """The bank decides."""
    return payments.close_dispute(*_meant(request, "dispute"), won=said["won"])


async def deliver(request: Request, said: Thing) -> Thing:
    """Send an event once, now and again; what the product answered, 0 for nothing."""
    _, event = _meant(request, "event")
    return {"id": event["id"], "status": await request.app.state.courier.send(event)}


def reset(request: Request, said: Thing) -> Thing:
    """Forget all, and behave."""
    request.app.state.books.clear()
    request.app.state.behaviour = Behaviour()
    return {"reset": True}


def _meant(request: Request, kind: str) -> tuple[Books, Thing]:
    books: Books = request.app.state.books
    return books, books.get(kind, request.path_params["id"])


ACTS: dict[str, Any] = {
    "/sandbox/behaviour": behave,
    "/sandbox/checkout/{id}/pay": pay,
    "/sandbox/payments/{id}/settle": settle,
    "/sandbox/subscriptions/{id}/renew": renew,
    "/sandbox/subscriptions/{id}/pause": pause,
    "/sandbox/subscriptions/{id}/resume": resume,
    "/sandbox/invoices/{id}/retry": retry,
    "/sandbox/charges/{id}/dispute": dispute,
    "/sandbox/disputes/{id}/close": close_dispute,
    "/sandbox/events/{id}/deliver": deliver,
    "/sandbox/reset": reset,
}
