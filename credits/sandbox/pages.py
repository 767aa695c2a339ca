"""The hosted pages: plain HTML that works without JavaScript, and says that no money moves here."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from credits.sandbox import checkout, errors, money, payments, portal, sessions
from credits.sandbox.books import Books
from credits.sandbox.markup import STYLE, document, error_of, rows
from credits.sandbox.shapes import Thing

_COUNTRIES = {"DE": "Germany", "FR": "France", "GB": "United Kingdom", "US": "United States"}


def _session(request: Request) -> tuple[Books, Thing]:
    books: Books = request.app.state.books
    books.address = str(request.base_url).rstrip("/")
    return books, books.get("checkout.session", request.path_params["id"])


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a plain form."""
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


async def show_checkout(request: Request) -> Response:
    """The page to pay on."""
    return _checkout_page(*_session(request), said={}, wrong={})


async def submit_checkout(request: Request) -> Response:
    """A promotion code, or the payment itself."""
    books, session = _session(request)
    said = await form_of(request)
    if session["status"] != "open":
        return _checkout_page(books, session, said=said, wrong={}, status=409)
    try:
        if said.get("promotion_code"):
            sessions.promote(books, session, said["promotion_code"])
        if said.get("do") == "apply":
            books.save()
            return RedirectResponse(request.url.path, status_code=303)
        checkout.pay(books, session, nature=_nature(said), email=said.get("email"), country=said.get("country"))
    except errors.StripeError as refusal:
        field = "card" if refusal.status == 402 else refusal.param or "card"
        return _checkout_page(books, session, said=said, wrong={field: refusal.message}, status=refusal.status)
    finally:
        books.save()
    return RedirectResponse(_return_url(session), status_code=303)


def _nature(said: Mapping[str, str]) -> str:
    if said.get("method") == "debit":
        return "debit"
    return payments.nature_of(said.get("card", ""))


def _return_url(session: Thing) -> str:
    url: str = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    return url


def _checkout_page(
    books: Books, session: Thing, *, said: Mapping[str, str], wrong: Mapping[str, str], status: int = 200
) -> Response:
    back = f'<a href="{escape(session["cancel_url"] or session["success_url"])}">Back</a>'
    if session["status"] != "open":
        word = "has been paid" if session["status"] == "complete" else "has expired"
        return HTMLResponse(document("Checkout", f"<p>This checkout {word}.</p><p>{back}</p>"), status_code=status)
    code = _code_field(session, said, wrong) if session["allow_promotion_codes"] else ""
    body = f"""
    {_sums(session)}
    <form method="post">
      {code}
      {_email_field(session, said)}
      {_country_field(session, said)}
      <fieldset>
        <legend>Pay with</legend>
        <label><input type="radio" name="method" value="card" checked> Card</label>
        <label><input type="radio" name="method" value="debit"> Bank debit (asynchronous)</label>
      </fieldset>
      {card_field(said.get("card", "4242 4242 4242 4242"), wrong)}
      <button name="do" value="pay">Pay {money.words(session["amount_total"], session["currency"])}</button>
    </form>
    <p>{back}</p>"""
    return HTMLResponse(document("Checkout", body), status_code=status)


def card_field(value: str, wrong: Mapping[str, str]) -> str:
    """The card's number, with what each test card does."""
    return f"""
      <label for="card">Card number</label>
      <input id="card" name="card" inputmode="numeric" value="{escape(value)}"{error_of("card", wrong)}
      <p>4242 4242 4242 4242 pays. 4000 0000 0000 0002 is declined. 4000 0000 0000 0341 fails when it renews.</p>"""


def _code_field(session: Thing, said: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    value = escape(said.get("promotion_code", ""))
    return f"""
      <label for="promotion_code">Promotion code</label>
      <input id="promotion_code" name="promotion_code" value="{value}"{error_of("promotion_code", wrong)}
      <button name="do" value="apply">Apply</button>"""


def _email_field(session: Thing, said: Mapping[str, str]) -> str:
    email = (session["customer_details"] or {}).get("email")
    if email:
        return f"<p>E-mail: {escape(email)}</p>"
    value = escape(said.get("email", ""))
    return f'<label for="email">E-mail</label><input id="email" name="email" type="email" required value="{value}">'


def _country_field(session: Thing, said: Mapping[str, str]) -> str:
    address = (session["customer_details"] or {}).get("address")
    if address:
        return f"<p>Country: {escape(address['country'] or '')}</p>"
    options = "".join(
        f'<option value="{code}"{" selected" if said.get("country") == code else ""}>{name}</option>'
        for code, name in _COUNTRIES.items()
    )
    return f'<label for="country">Country</label><select id="country" name="country">{options}</select>'


def _sums(session: Thing) -> str:
    currency, details = session["currency"], session["total_details"]
    lines: list[Any] = [
        (f"{line['quantity']} × {line['description']}", money.words(line["amount_subtotal"], currency))
        for line in session["_line_items"]
    ]
    if details["amount_discount"]:
        lines.append(("Discount", money.words(-details["amount_discount"], currency)))
    if details["amount_tax"]:
        lines.append((f"Tax {money.TAX_PERCENT}%", money.words(details["amount_tax"], currency)))
    return rows([*lines, ("Total", money.words(session["amount_total"], currency))])


async def show_invoice(request: Request) -> Response:
    """An invoice, to read."""
    books: Books = request.app.state.books
    invoice = books.get("invoice", request.path_params["id"])
    lines = [(one["description"], money.words(one["amount"], one["currency"])) for one in invoice["lines"]["data"]]
    total = money.words(invoice["total"], invoice["currency"])
    title = f"Invoice {invoice['number']}"
    return HTMLResponse(document(title, rows([*lines, ("Total", total)]) + f"<p>{invoice['status'].capitalize()}</p>"))


async def style(request: Request) -> Response:
    """The pages' look."""
    return PlainTextResponse(STYLE, media_type="text/css")


ROUTES = [
    Route("/c/pay/{id}", show_checkout, methods=["GET"]),
    Route("/c/pay/{id}", submit_checkout, methods=["POST"]),
    Route("/i/{id}", show_invoice, methods=["GET"]),
    Route("/p/session/{id}", portal.show, methods=["GET"]),
    Route("/p/session/{id}", portal.submit, methods=["POST"]),
    Route("/style.css", style, methods=["GET"]),
]
