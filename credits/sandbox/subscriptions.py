"""Subscriptions of one item: begun, changed, renewed, paused and ended."""

import time
from typing import Any

from credits.sandbox import errors, invoices, money, payments, periods
from credits.sandbox.books import Books, page
from credits.sandbox.calls import call
from credits.sandbox.shapes import Thing, fresh_id


def item_of(subscription: Thing) -> Thing:
    """Its one item."""
    item: Thing = subscription["items"]["data"][0]
    return item


def period_of(subscription: Thing) -> tuple[int, int]:
    """Start and end of what is paid for."""
    item = item_of(subscription)
    return item["current_period_start"], item["current_period_end"]


def begin(books: Books, *, customer: Thing, price: Thing, quantity: int, taxed: bool, **fields: Any) -> Thing:
    """Incomplete, until its first invoice is paid or on its way."""
    now = int(time.time())
    subscription = books.add(
        "subscription",
        automatic_tax={"disabled_reason": None, "enabled": taxed, "liability": {"type": "self"} if taxed else None},
        billing_cycle_anchor=now,
        currency=price["currency"],
        customer=customer["id"],
        start_date=now,
        **fields,
    )
    item = {
        "id": fresh_id("si_", 14),
        "created": now,
        "subscription": subscription["id"],
        "object": "subscription_item",
    }
    item |= {"billing_thresholds": None, "discounts": [], "metadata": {}, "tax_rates": [], "quantity": quantity}
    period = now, periods.end_of(now, price["recurring"], anchor=now)
    items = page([priced(item, price, period)], url=f"/v1/subscription_items?subscription={subscription['id']}")
    subscription["items"] = items
    books.emit("customer.subscription.created", subscription)
    return subscription


def priced(item: Thing, price: Thing, period: tuple[int, int]) -> Thing:
    """The item at that price, paid for that period."""
    plan = {name: price[name] for name in ("id", "active", "billing_scheme", "created", "currency", "livemode")}
    plan |= {name: price[name] for name in ("metadata", "nickname", "product", "tiers_mode")}
    plan |= {"object": "plan", "amount": price["unit_amount"], "amount_decimal": price["unit_amount_decimal"]}
    plan |= {**price["recurring"], "transform_usage": None}
    times = {"current_period_start": period[0], "current_period_end": period[1]}
    return {**item, "price": dict(price), "plan": plan, **times}


def bill(
    books: Books,
    subscription: Thing,
    *,
    lines: list[Thing],
    reason: str,
    intent: Thing | None = None,
    away: bool = True,
    fail: bool | None = None,
) -> str:
    """Invoice these lines and take the money; the subscription is active or past due by what that came to."""
    taxed = subscription["automatic_tax"]["enabled"]
    customer, discount = books.get("customer", subscription["customer"]), _discount(books, subscription)
    invoice = invoices.draft(
        books,
        customer=customer,
        lines=lines,
        reason=reason,
        subscription=subscription,
        discount=discount,
        taxed=taxed,
    )
    books.change(subscription, latest_invoice=invoice["id"])
    if discount and books.get("coupon", discount["source"]["coupon"])["duration"] == "once":
        books.change(subscription, discounts=[])
    invoices.finalize(books, invoice)
    return charge(books, subscription, invoice, intent=intent, away=away, fail=fail)


def _discount(books: Books, subscription: Thing) -> Thing | None:
    for name in subscription["discounts"]:
        discount = books.get("discount", name)
        if discount["end"] is None or discount["end"] > period_of(subscription)[0]:
            return discount
    return None


def charge(books: Books, subscription: Thing, invoice: Thing, **how: Any) -> str:
    """Try to take an open invoice's money."""
    customer = books.get("customer", subscription["customer"])
    name = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    method = books.get("payment_method", name) if name else None
    result = invoices.pay(books, invoice, method=method, **how)
    landed(books, subscription, succeed=result != "failed")
    return result


def landed(books: Books, subscription: Thing, *, succeed: bool) -> None:
    """Active once paid, past due when not; one that has ended or rests stays so."""
    status = "active" if succeed else "past_due"
    if subscription["status"] in ("incomplete", "active", "past_due") and subscription["status"] != status:
        books.change(subscription, "customer.subscription.updated", status=status)


def regular_line(subscription: Thing) -> Thing:
    """The line for the whole current period."""
    item = item_of(subscription)
    price = item["price"]
    amount = price["unit_amount"] * item["quantity"]
    every = money.words(price["unit_amount"], price["currency"])
    description = f"{item['quantity']} × {price['nickname'] or price['id']} (at {every})"
    period, quantity = period_of(subscription), item["quantity"]
    return invoices.line(
        price, amount=amount, period=period, quantity=quantity, description=description, subscription=subscription
    )


def renew(books: Books, subscription: Thing, *, fail: bool | None = None) -> Thing:
    """The period ends now: the next one begins and is billed, or the subscription ends where that was wished."""
    if subscription["status"] not in ("active", "past_due"):
        raise errors.invalid(f"{subscription['id']} is {subscription['status']} and does not renew.")
    if subscription["cancel_at_period_end"]:
        return end(books, subscription)
    price = books.get("price", subscription.pop("_next_price", None) or item_of(subscription)["price"]["id"])
    move(books, subscription, price, start=period_of(subscription)[1])
    lines = [*subscription.pop("_pending_lines", []), regular_line(subscription)]
    if pause := subscription["pause_collection"]:
        _set_aside(books, subscription, lines, behavior=pause["behavior"])
    else:
        bill(books, subscription, lines=lines, reason="subscription_cycle", fail=fail)
    return subscription


def _set_aside(books: Books, subscription: Thing, lines: list[Thing], *, behavior: str) -> None:
    """Collection is paused: an invoice that nobody is asked to pay."""
    customer = books.get("customer", subscription["customer"])
    invoice = invoices.draft(
        books, customer=customer, lines=lines, reason="subscription_cycle", subscription=subscription
    )
    books.change(subscription, latest_invoice=invoice["id"])
    if behavior == "keep_as_draft":
        return
    invoices.finalize(books, invoice)
    status = "void" if behavior == "void" else "uncollectible"
    books.change(invoice, "invoice.voided" if status == "void" else "invoice.marked_uncollectible", status=status)


def move(books: Books, subscription: Thing, price: Thing, *, start: int, quantity: int | None = None) -> None:
    """A new period from then on, at that price."""
    period = start, periods.end_of(start, price["recurring"], anchor=subscription["billing_cycle_anchor"])
    item = priced(item_of(subscription), price, period) | ({"quantity": quantity} if quantity else {})
    items = {**subscription["items"], "data": [item]}
    books.change(subscription, "customer.subscription.updated", items=items)


@call("DELETE", "subscriptions/{id}", "prorate:bool invoice_now:bool cancellation_details.comment")
def cancel(books: Books, said: Thing, name: str) -> Thing:
    """At once; nothing is given back."""
    subscription = books.get("subscription", name)
    if subscription["status"] == "canceled":
        raise errors.no_such("subscription", name)
    details = {**subscription["cancellation_details"], "reason": "cancellation_requested"}
    return end(books, subscription, cancellation_details=details, canceled_at=int(time.time()))


def end(books: Books, subscription: Thing, **changes: Any) -> Thing:
    """It is over."""
    now = int(time.time())
    return books.change(subscription, "customer.subscription.deleted", status="canceled", ended_at=now, **changes)


@call("POST", "subscriptions/{id}/resume", "billing_cycle_anchor:now|unchanged proration_behavior")
def resume(books: Books, said: Thing, name: str) -> Thing:
    """After a pause."""
    subscription = books.get("subscription", name)
    if subscription["status"] != "paused":
        message = f"Only paused subscriptions can be resumed. {name} is {subscription['status']}."
        raise errors.invalid(message)
    return books.change(subscription, "customer.subscription.resumed", status="active")


def pause(books: Books, subscription: Thing) -> Thing:
    """It rests: nothing is billed until it is resumed."""
    if subscription["status"] != "active":
        raise errors.invalid(f"{subscription['id']} is {subscription['status']} and cannot be paused.")
    return books.change(subscription, "customer.subscription.paused", status="paused")


def retry(books: Books, invoice: Thing, *, succeed: bool) -> Thing:
    """Another attempt to take an open invoice's money."""
    if invoice["status"] != "open":
        raise errors.invalid(f"{invoice['id']} is {invoice['status']}, not open.")
    if name := invoices.subscription_of(invoice):
        charge(books, books.get("subscription", name), invoice, fail=not succeed)
        return invoice
    raise errors.invalid(f"{invoice['id']} is of no subscription.")


def settle(books: Books, intent: Thing, *, succeed: bool) -> None:
    """The bank's late answer, for the payment and the invoice that waits for it."""
    if intent["status"] != "processing":
        raise errors.invalid(f"{intent['id']} is {intent['status']}, not processing.")
    payments.land(books, intent, succeed=succeed)
    for paid_by in books.objects["invoice_payment"].values():
        if paid_by["payment"]["payment_intent"] == intent["id"]:
            invoice = books.get("invoice", paid_by["invoice"])
            invoices.land(books, invoice, succeed=succeed)
            if name := invoices.subscription_of(invoice):
                landed(books, books.get("subscription", name), succeed=succeed)
