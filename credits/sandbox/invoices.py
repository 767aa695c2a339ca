"""Invoices: their lines, their sums, and how they are paid."""

import time
from collections.abc import Sequence

from credits.sandbox import money, payments
from credits.sandbox.books import Books, page
from credits.sandbox.shapes import Thing, fresh_id

_RETRY_S = 3 * 86400


def line(
    price: Thing,
    *,
    amount: int,
    period: tuple[int, int],
    quantity: int,
    description: str,
    subscription: Thing | None = None,
    proration: bool = False,
) -> Thing:
    """A line for a price; `amount` before discount and tax, negative where money is owed back."""
    details: Thing = {"proration": proration, "proration_details": {"credited_items": None} if proration else None}
    if subscription:
        item = subscription["items"]["data"][0]["id"]
        details |= {"invoice_item": None, "subscription": subscription["id"], "subscription_item": item}
    else:
        details |= {"invoice_item": fresh_id("ii_"), "subscription": None}
    kind = "subscription_item_details" if subscription else "invoice_item_details"
    other = "invoice_item_details" if subscription else "subscription_item_details"
    return {
        "id": fresh_id("il_"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": description,
        "discount_amounts": [],
        "discountable": not proration,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": dict(subscription["metadata"]) if subscription else {},
        "parent": {kind: details, other: None, "type": kind},
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
        "subtotal": amount,
        "taxes": [],
    }


def draft(
    books: Books,
    *,
    customer: Thing,
    lines: Sequence[Thing],
    reason: str,
    subscription: Thing | None = None,
    discount: Thing | None = None,
    taxed: bool = False,
) -> Thing:
    """A draft with its sums. The customer's balance is counted when it is finalized."""
    coupon = books.get("coupon", discount["source"]["coupon"]) if discount else None
    parts = money.shares([one["amount"] for one in lines], coupon=coupon, taxed=taxed)
    for one, part in zip(lines, parts, strict=True):
        if discount:
            one["discount_amounts"] = [{"amount": part.discount, "discount": discount["id"]}]
        if taxed:
            one["taxes"] = [_tax(part.tax, one["amount"] - part.discount)]
    subtotal, off, tax = sum(one["amount"] for one in lines), sum(p.discount for p in parts), sum(p.tax for p in parts)
    invoice = books.add(
        "invoice",
        automatic_tax=_taxing(taxed),
        billing_reason=reason,
        currency=lines[0]["currency"],
        customer=customer["id"],
        customer_address=customer["address"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        discounts=[discount["id"]] if discount else [],
        parent=_parent(subscription),
        period_start=min(one["period"]["start"] for one in lines),
        period_end=max(one["period"]["end"] for one in lines),
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal,
        total=subtotal - off + tax,
        total_discount_amounts=[{"amount": off, "discount": discount["id"]}] if discount else [],
        total_excluding_tax=subtotal - off,
        total_taxes=[_tax(tax, subtotal - off)] if taxed else [],
    )
    for one in lines:
        one["invoice"] = invoice["id"]
    invoice["lines"] = page(list(lines), url=f"/v1/invoices/{invoice['id']}/lines")
    due = max(0, invoice["total"])
    return books.change(invoice, "invoice.created", amount_due=due, amount_remaining=due)


def _taxing(taxed: bool) -> Thing:
    liability, status = ({"type": "self"}, "complete") if taxed else (None, None)
    provider = "stripe" if taxed else None
    return {"disabled_reason": None, "enabled": taxed, "liability": liability, "provider": provider, "status": status}


def _tax(amount: int, taxable: int) -> Thing:
    return {
        "amount": amount,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": money.TAX_RATE},
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def _parent(subscription: Thing | None) -> Thing | None:
    if subscription is None:
        return None
    details = {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]}
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def subscription_of(invoice: Thing) -> str | None:
    """The id of the subscription that an invoice is of."""
    parent = invoice["parent"]
    return parent["subscription_details"]["subscription"] if parent else None


def finalize(books: Books, invoice: Thing) -> Thing:
    """Give it a number and count the customer's balance (below zero: we owe them)."""
    customer, now = books.get("customer", invoice["customer"]), int(time.time())
    before = customer["balance"]
    after = min(0, before + invoice["total"])
    due = max(0, before + invoice["total"])
    if after != before:
        books.change(customer, "customer.updated", balance=after)
    number = f"SANDBOX-{len(books.objects['invoice']):04d}"
    transitions = {**invoice["status_transitions"], "finalized_at": now}
    hosted = f"{books.address}/i/{invoice['id']}"
    sums = {"amount_due": due, "amount_remaining": due, "starting_balance": before, "ending_balance": after}
    stands = {"status": "open", "number": number, "effective_at": now, "hosted_invoice_url": hosted}
    return books.change(invoice, "invoice.finalized", status_transitions=transitions, **sums, **stands)


def pay(
    books: Books,
    invoice: Thing,
    *,
    method: Thing | None,
    intent: Thing | None = None,
    away: bool = True,
    fail: bool | None = None,
) -> str:
    """Take what is due: "succeeded", "processing" or "failed". An `intent` that is given has been attempted already."""
    if invoice["amount_remaining"] == 0 or method is None:
        land(books, invoice, succeed=invoice["amount_remaining"] == 0)
        return "failed" if invoice["amount_remaining"] else "succeeded"
    result = intent["status"] if intent else ""
    known = books.find("invoice_payment", invoice=invoice["id"])
    if intent is None:
        intent = (
            books.get("payment_intent", known[0]["payment"]["payment_intent"]) if known else _intent(books, invoice)
        )
        result = payments.attempt(books, intent, method=method, away=away, fail=fail)
    if not known:
        paid_by = {"payment_intent": intent["id"], "type": "payment_intent"}
        asked = {"amount_requested": invoice["amount_due"], "currency": invoice["currency"]}
        books.add("invoice_payment", invoice=invoice["id"], payment=paid_by, **asked)
    if result != "processing":
        land(books, invoice, succeed=result == "succeeded")
    return result


def _intent(books: Books, invoice: Thing) -> Thing:
    return payments.add_intent(
        books,
        amount=invoice["amount_remaining"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        description="Subscription update" if subscription_of(invoice) else None,
    )


def land(books: Books, invoice: Thing, *, succeed: bool) -> None:
    """What the attempt to take the money came to."""
    attempts = {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
    if not succeed:
        later = int(time.time()) + _RETRY_S
        books.change(invoice, "invoice.payment_failed", next_payment_attempt=later, **attempts)
        return
    now = int(time.time())
    transitions = {**invoice["status_transitions"], "paid_at": now}
    paid = {"status": "paid", "amount_paid": invoice["amount_due"], "amount_remaining": 0, "next_payment_attempt": None}
    for one in books.find("invoice_payment", invoice=invoice["id"]):
        times = {**one["status_transitions"], "paid_at": now}
        paid_part = {"status": "paid", "amount_paid": one["amount_requested"], "status_transitions": times}
        books.change(one, "invoice_payment.paid", **paid_part)
    books.change(invoice, "invoice.paid", status_transitions=transitions, **paid, **attempts)
    books.emit("invoice.payment_succeeded", invoice)
