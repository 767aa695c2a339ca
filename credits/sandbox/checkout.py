"""How a Checkout Session is paid: on the hosted page or by the control endpoint, at once or settled late."""

import time
from typing import Any

from credits.sandbox import errors, invoices, payments, periods, sessions, subscriptions
from credits.sandbox.books import Books
from credits.sandbox.shapes import Thing


def pay(books: Books, session: Thing, *, nature: str, email: str | None = None, country: str | None = None) -> Thing:
    """What the page's Pay button does; `nature` is a card's (payments.CARDS) or "debit". 402 where it is declined."""
    if session["status"] != "open":
        raise errors.invalid(f"This Checkout Session has a status of `{session['status']}` and cannot be paid.")
    guest = {"customer_email": email or "buyer@example.com"}
    details = session["customer_details"] or sessions.details_of(None, guest)
    assert details is not None
    address = details["address"] or {
        **dict.fromkeys(("city", "line1", "line2", "postal_code", "state")),
        "country": country,
    }
    session["customer_details"] = {**details, "address": address}
    customer = _customer(books, session)
    bearer = {"customer": customer["id"] if customer else None, "email": details["email"]}
    method = payments.add_method(books, nature=nature, country=address["country"], **bearer)
    result, intent = "succeeded", None
    if session["amount_total"]:
        intent = _intent(books, session, customer)
        result = payments.attempt(books, intent, method=method)
        if result == "failed":
            raise errors.declined(charge=intent["latest_charge"])
    done: Thing = {"payment_intent": intent["id"] if intent else None}
    if session["mode"] == "subscription":
        assert customer is not None
        done = _subscribe(books, session, customer, method, intent)
    elif session["invoice_creation"]["enabled"] and result == "succeeded":
        done["invoice"] = _invoice(books, session, intent)
    status = {"succeeded": "paid" if intent else "no_payment_required", "processing": "unpaid"}[result]
    return books.change(
        session, "checkout.session.completed", status="complete", payment_status=status, url=None, **done
    )


def _customer(books: Books, session: Thing) -> Thing | None:
    """Who buys; made now where the session asks for it, else a guest (None)."""
    details = session["customer_details"]
    if session["customer"]:
        customer = books.get("customer", session["customer"])
        if session["_said"]["customer_update"].get("address") == "auto" and customer["address"] != details["address"]:
            books.change(customer, "customer.updated", address=details["address"])
        return customer
    if session["customer_creation"] != "always":
        return None
    who = {"email": details["email"], "address": details["address"]}
    customer = books.add("customer", "customer.created", **who)
    session["customer"] = customer["id"]
    return customer


def _intent(books: Books, session: Thing, customer: Thing | None) -> Thing:
    """One for all attempts of a session."""
    amount, data = session["amount_total"], session["_said"]["payment_intent_data"]
    if name := session.get("_intent"):
        return books.change(books.get("payment_intent", name), amount=amount)
    fields = {**data, "metadata": data.get("metadata") or {}}
    if session["mode"] == "subscription":
        fields["description"] = "Subscription creation"
    bearer = customer["id"] if customer else None
    intent = payments.add_intent(books, amount=amount, currency=session["currency"], customer=bearer, **fields)
    session["_intent"] = intent["id"]
    return intent


def _granted(books: Books, session: Thing, **whose: Any) -> Thing | None:
    """The discount as what was bought bears it."""
    if not session["discounts"]:
        return None
    given, now = session["discounts"][0], int(time.time())
    coupon = books.get("coupon", given["coupon"])
    months = {"interval": "month", "interval_count": coupon["duration_in_months"] or 1}
    end = periods.end_of(now, months, anchor=now) if coupon["duration"] == "repeating" else None
    books.change(coupon, times_redeemed=coupon["times_redeemed"] + 1)
    if name := given["promotion_code"]:
        promotion = books.get("promotion_code", name)
        books.change(promotion, times_redeemed=promotion["times_redeemed"] + 1)
    source = {"coupon": coupon["id"], "type": "coupon"}
    return books.add("discount", source=source, start=now, end=end, promotion_code=name, **whose)


def _subscribe(books: Books, session: Thing, customer: Thing, method: Thing, intent: Thing | None) -> Thing:
    prices = [(books.get("price", name), quantity) for name, quantity in session["_prices"]]
    price, quantity = next(pair for pair in prices if pair[0]["recurring"])
    data, discount = session["_said"]["subscription_data"], _granted(books, session, customer=customer["id"])
    subscription = subscriptions.begin(
        books,
        customer=customer,
        price=price,
        quantity=quantity,
        taxed=session["automatic_tax"]["enabled"],
        default_payment_method=method["id"],
        discounts=[discount["id"]] if discount else [],
        description=data.get("description"),
        metadata=data.get("metadata") or {},
    )
    once = [_line(books, one, quantity) for one, quantity in prices if not one["recurring"]]
    lines = [subscriptions.regular_line(subscription), *once]
    subscriptions.bill(books, subscription, lines=lines, reason="subscription_create", intent=intent)
    return {"subscription": subscription["id"], "invoice": subscription["latest_invoice"]}


def _line(books: Books, price: Thing, quantity: int) -> Thing:
    now, product = int(time.time()), books.get("product", price["product"])
    amount, description = price["unit_amount"] * quantity, product["name"]
    return invoices.line(price, amount=amount, period=(now, now), quantity=quantity, description=description)


def _invoice(books: Books, session: Thing, intent: Thing | None) -> str:
    """The invoice of a pack that is paid already."""
    lines = [_line(books, books.get("price", name), quantity) for name, quantity in session["_prices"]]
    customer, taxed = books.get("customer", session["customer"]), session["automatic_tax"]["enabled"]
    discount = _granted(books, session, customer=customer["id"])
    invoice = invoices.draft(books, customer=customer, lines=lines, reason="manual", discount=discount, taxed=taxed)
    invoices.finalize(books, invoice)
    method = books.get("payment_method", intent["payment_method"]) if intent else None
    invoices.pay(books, invoice, method=method, intent=intent)
    name: str = invoice["id"]
    return name


def settle(books: Books, intent: Thing, *, succeed: bool) -> Thing:
    """The bank's late answer, for the payment, its invoice and its session."""
    subscriptions.settle(books, intent, succeed=succeed)
    for session in books.find("checkout.session", _intent=intent["id"]):
        if not succeed:
            books.emit("checkout.session.async_payment_failed", session)
            continue
        if session["mode"] == "payment" and session["invoice_creation"]["enabled"]:
            session["invoice"] = _invoice(books, session, intent)
        books.change(session, "checkout.session.async_payment_succeeded", payment_status="paid")
    return intent
