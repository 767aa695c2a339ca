"""Invoices of plans: paid, they bring credits; failed, their payer is told."""

from collections.abc import Iterator
from typing import Any

import stripe
from django.db import transaction
from django.utils import timezone

from credits import ledger, notices
from credits.billing import repayments, subscriptions
from credits.billing.client import id_of, is_on_its_way, stripe_client
from credits.billing.errors import NotOurs
from credits.billing.portions import Line, Terms, change
from credits.models import EntryKind, Payment, Subscription

State = Payment.State
GIVEN_UP = ("void", "uncollectible")


def settle(*, invoice_id: str) -> Payment | None:
    """Reads the invoice as Stripe has it now, and applies what follows. None while nobody was asked to pay."""
    with stripe_client() as client:
        invoice = client.v1.invoices.retrieve(invoice_id, {"expand": ["payments.data.payment.payment_intent"]})
        named = invoice.parent and invoice.parent.subscription_details
        if not named:
            raise NotOurs  # a pack's: its session says all
        subscription = subscriptions.settle(subscription_id=id_of(named.subscription))
        lines = list(_lines(invoice))
    if invoice.status == "paid":
        return _paid(invoice, subscription, lines)
    going_on = any(is_on_its_way(one.payment.payment_intent) for one in _payments(invoice))
    if invoice.status == "open" and invoice.attempted and not going_on:
        return _failed(invoice, subscription, lines)
    if invoice.status in GIVEN_UP:
        Payment.objects.filter(invoice_id=invoice.id, state=State.OPEN).update(state=State.VOID)
    return Payment.objects.filter(invoice_id=invoice.id).first()


def _paid(invoice: stripe.Invoice, subscription: Subscription, lines: list[Line]) -> Payment:
    """The payment and its credits in one transaction, once."""
    with transaction.atomic():
        ledger.lock(subscription.wallet)
        earlier = Payment.objects.filter(invoice_id=invoice.id).first()
        if earlier and earlier.state == State.PAID:
            return earlier
        now = timezone.now()
        brought = change(lines=lines, now=now)
        facts = _facts(invoice, subscription, lines) | {
            "state": State.PAID,
            "paid_at": now,
            "next_attempt_at": None,
            "payment_intent_id": _intent_of(invoice) or None,
            "credits": sum(portion.credits for portion in brought.portions),
        }
        payment = Payment.objects.update_or_create(invoice_id=invoice.id, defaults=facts)[0]
        if brought.portions:
            ledger.purchase(
                payment=payment, kind=EntryKind.PLAN, portions=brought.portions, cause=f"payment:{payment.pk}"
            )
        if brought.taken:
            repayments.credit_balance(payment=payment, credits=brought.taken, net_minor=brought.taken_minor)
    return payment


def _failed(invoice: stripe.Invoice, subscription: Subscription, lines: list[Line]) -> Payment:
    """The row that says so, and one mail."""
    tried = invoice.next_payment_attempt
    facts = _facts(invoice, subscription, lines) | {
        "next_attempt_at": subscriptions.moment(tried) if tried else None,
    }
    with transaction.atomic():
        ledger.lock(subscription.wallet)
        payment = Payment.objects.filter(invoice_id=invoice.id).first()
        if payment is None or payment.state == State.OPEN:
            payment = Payment.objects.update_or_create(invoice_id=invoice.id, defaults=facts)[0]
    if payment.state == State.OPEN:
        notices.payment_failed(payment)
    return payment


def _facts(invoice: stripe.Invoice, subscription: Subscription, lines: list[Line]) -> dict[str, Any]:
    """What its row says, paid or not. An invoice that gives money back is worth nothing here: what it gave is noted."""
    return {
        "wallet": subscription.wallet,
        "price": subscription.price,
        "subscription": subscription,
        "number": invoice.number or "",
        "currency": invoice.currency,
        "net_minor": max(0, sum(line.net_minor for line in lines)),
        "tax_minor": max(0, sum(tax.amount for tax in invoice.total_taxes or [])),
    }


def _lines(invoice: stripe.Invoice) -> Iterator[Line]:
    """The lines that are about a plan of ours."""
    for line in invoice.lines.auto_paging_iter():
        if not (line.pricing and line.pricing.price_details):
            continue
        price = subscriptions.price_of(stripe_id=id_of(line.pricing.price_details.price))
        plan = price.plan
        if plan is None:
            continue
        discount = sum(each.amount for each in line.discount_amounts or [])
        inside = sum(tax.amount for tax in line.taxes or [] if tax.tax_behavior == "inclusive")
        yield Line(
            terms=Terms(credits=plan.credits, rollover=plan.rollover, grace_days=plan.grace_days),
            interval=price.interval,
            amount_minor=price.amount_minor,
            share_minor=line.amount,
            net_minor=line.amount - discount - inside,
            start=subscriptions.moment(line.period.start),
            end=subscriptions.moment(line.period.end),
            proration=_is_proration(line),
        )


def _is_proration(line: stripe.InvoiceLineItem) -> bool:
    parent = line.parent
    details = parent and (parent.subscription_item_details or parent.invoice_item_details)
    return bool(details and details.proration)


def _payments(invoice: stripe.Invoice) -> list[stripe.InvoicePayment]:
    return invoice.payments.data if invoice.payments else []


def _intent_of(invoice: stripe.Invoice) -> str:
    """The payment that paid it; empty where nothing was due."""
    paid = [each.payment for each in _payments(invoice) if each.status == "paid"]
    return next((id_of(each.payment_intent) for each in paid if each.payment_intent), "")
