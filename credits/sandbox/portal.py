"""The portal's page: the card, the invoices, and the subscription's price and end."""

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from credits.sandbox import changes, errors, money, payments, periods, subscriptions
from credits.sandbox.books import Books
from credits.sandbox.markup import document, error_of
from credits.sandbox.shapes import Thing


def _session(request: Request) -> tuple[Books, Thing, Thing]:
    books: Books = request.app.state.books
    books.address = str(request.base_url).rstrip("/")
    session = books.get("billing_portal.session", request.path_params["id"])
    return books, session, books.get("customer", session["customer"])


async def show(request: Request) -> Response:
    """What the customer has."""
    return HTMLResponse(_page(*_session(request), wrong={}))


async def submit(request: Request) -> Response:
    """One of the page's buttons."""
    books, session, customer = _session(request)
    said = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    try:
        _do(books, customer, said)
    except errors.StripeError as refusal:
        page = _page(books, session, customer, wrong={refusal.param or "card": refusal.message})
        return HTMLResponse(page, status_code=refusal.status)
    finally:
        books.save()
    return RedirectResponse(request.url.path, status_code=303)


def _do(books: Books, customer: Thing, said: Mapping[str, str]) -> None:
    if said.get("do") == "card":
        _change_card(books, customer, said.get("card", ""))
        return
    subscription = books.get("subscription", said.get("subscription"))
    if subscription["customer"] != customer["id"]:
        raise errors.no_such("subscription", subscription["id"])
    match said.get("do"):
        case "cancel" | "keep" as wish:
            changes.update(books, {"cancel_at_period_end": wish == "cancel"}, subscription["id"])
        case "switch":
            _switch(books, subscription, books.get("price", said.get("price"), param="price"))


def _change_card(books: Books, customer: Thing, number: str) -> None:
    """For what is renewed from now on."""
    nature = payments.nature_of(number)
    if nature == "declined":
        raise errors.declined()
    method = payments.add_method(books, nature=nature, customer=customer["id"], email=customer["email"], country=None)
    settings = {**customer["invoice_settings"], "default_payment_method": method["id"]}
    books.change(customer, "customer.updated", invoice_settings=settings)
    for subscription in _current(books, customer):
        books.change(subscription, "customer.subscription.updated", default_payment_method=method["id"])


def _switch(books: Books, subscription: Thing, price: Thing) -> None:
    """To a dearer price at once, for the rest of the period; to a cheaper one when the period ends."""
    item = subscriptions.item_of(subscription)
    if price not in _choices(books, subscription):
        raise errors.invalid("This price cannot be chosen.", param="price")
    if money.per_day(price) < money.per_day(item["price"]):
        subscription["_next_price"] = price["id"]
        return
    said = {"items": [{"id": item["id"], "price": price["id"]}], "proration_behavior": "always_invoice"}
    changes.update(books, said, subscription["id"])


def _current(books: Books, customer: Thing) -> list[Thing]:
    return [one for one in books.find("subscription", customer=customer["id"]) if one["status"] != "canceled"]


def _choices(books: Books, subscription: Thing) -> list[Thing]:
    prices = books.find("price", active=True, currency=subscription["currency"], type="recurring")
    now = subscriptions.item_of(subscription)["price"]["id"]
    return [one for one in prices if one["id"] != now and books.get("product", one["product"])["active"]]


def _page(books: Books, session: Thing, customer: Thing, *, wrong: Mapping[str, str]) -> str:
    parts = [_subscription(books, one) for one in _current(books, customer)] or ["<p>No subscription.</p>"]
    invoices = books.find("invoice", customer=customer["id"])
    listed = "".join(f"<li>{_invoice(one)}</li>" for one in invoices)
    back = f'<p><a href="{escape(session["return_url"] or "/")}">Back</a></p>'
    return document(
        "Billing",
        f"""<p>E-mail: {escape(customer["email"] or "")}</p>
    {"".join(parts)}
    <h2>Card</h2>
    <p>{escape(_card(books, customer))}</p>
    <form method="post">
      <label for="card">New card number</label>
      <input id="card" name="card" inputmode="numeric" autocomplete="off" required{error_of("card", wrong)}
      <button name="do" value="card">Change card</button>
    </form>
    <h2>Invoices</h2>
    <ul>{listed}</ul>
    {back}""",
    )


def _card(books: Books, customer: Thing) -> str:
    methods = books.find("payment_method", customer=customer["id"], type="card")
    return f"Visa ending in {methods[0]['card']['last4']}" if methods else "None"


def _invoice(invoice: Thing) -> str:
    words = f"{invoice['number'] or 'Draft'}: {money.words(invoice['total'], invoice['currency'])}, {invoice['status']}"
    url = invoice["hosted_invoice_url"]
    return f'<a href="{escape(url)}">{escape(words)}</a>' if url else escape(words)


def _subscription(books: Books, subscription: Thing) -> str:
    item = subscriptions.item_of(subscription)
    day = periods.day(item["current_period_end"])
    ends = subscription["cancel_at_period_end"]
    options = "".join(
        f'<option value="{one["id"]}">{escape(_priced(books, one))}</option>' for one in _choices(books, subscription)
    )
    following = subscription.get("_next_price")
    then = f"<p>From {day} on: {escape(_priced(books, books.get('price', following)))}.</p>" if following else ""
    switch = f"""
      <label for="price-{subscription["id"]}">Other price</label>
      <select id="price-{subscription["id"]}" name="price">{options}</select>
      <button name="do" value="switch">Switch</button>"""
    do, word = ("keep", "Don't cancel") if ends else ("cancel", "Cancel at period end")
    return f"""
    <h2>{escape(_priced(books, item["price"]))}</h2>
    <p>{subscription["status"].replace("_", " ").capitalize()}. {"Ends" if ends else "Renews"} on {day}.</p>{then}
    <form method="post">
      <input type="hidden" name="subscription" value="{subscription["id"]}">{switch if options else ""}
      <button name="do" value="{do}">{word}</button>
    </form>"""


def _priced(books: Books, price: Thing) -> str:
    every = price["recurring"]["interval"]
    name = books.get("product", price["product"])["name"]
    return f"{name}, {money.words(price['unit_amount'], price['currency'])} a {every}"
