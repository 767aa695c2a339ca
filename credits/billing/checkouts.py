"""Buying: a page at Stripe is opened, and what became of it is read when Stripe says that something did."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credits import ledger, memberships
from credits.billing import customers, invoices, sync
from credits.billing.client import id_of, is_on_its_way, metadata_of, stripe_client
from credits.billing.errors import BillingError, NotOurs
from credits.models import Checkout, EntryKind, Payment, SalePrice, Wallet

State = Checkout.State
PAID = ("paid", "no_payment_required")


class Subscribed(BillingError):
    """There is a plan already: it is changed, and not bought twice."""

    def __init__(self) -> None:
        super().__init__(_("You have a plan. Change it instead: nothing was charged."))


def open_page(*, wallet: Wallet, price: SalePrice, key: uuid.UUID, address: Callable[[uuid.UUID], str]) -> Checkout:
    """Opens a page at Stripe for one plan or pack; `address` is where the buyer of a checkout comes back to.

    The same key returns the first, whatever became of it. Raises Subscribed, NotSetUp, Away, Refused.
    """
    checkout, _new = Checkout.objects.get_or_create(
        wallet=wallet, key=key, defaults={"price": price, "credits": price.product.credits}
    )
    if checkout.session_id:
        return checkout
    if checkout.price.plan_id:
        if memberships.running(user=wallet.owner):
            raise Subscribed
        _close_others(checkout)
    price_id = sync.ensure(price=checkout.price)
    customer = customers.of(wallet=wallet)
    asked = _asked(checkout, price_id, customer.stripe_id, address(checkout.uuid))
    with stripe_client() as client:
        session = client.v1.checkout.sessions.create(asked, {"idempotency_key": f"checkout:{checkout.uuid}"})
    Checkout.objects.filter(pk=checkout.pk).update(session_id=session.id, session_url=session.url)
    checkout.refresh_from_db()
    return checkout


def _asked(checkout: Checkout, price_id: str, customer_id: str, address: str) -> Any:
    once = checkout.price.pack_id is not None
    named = {"metadata": {"wallet": str(checkout.wallet.uuid), "checkout": str(checkout.uuid)}}
    asked: dict[str, Any] = {
        "mode": "payment" if once else "subscription",
        "customer": customer_id,
        "client_reference_id": str(checkout.uuid),
        "line_items": [{"price": price_id, "quantity": 1}],
        "success_url": address,
        "cancel_url": f"{address}?left=1",
        "locale": get_language() or "auto",
        **named,
    }
    if once:
        asked |= {"invoice_creation": {"enabled": True}, "payment_intent_data": named}
    else:
        asked |= {"subscription_data": named}
    if settings.STRIPE_PROMOTION_CODES:
        asked["allow_promotion_codes"] = True
    if settings.STRIPE_TAX:
        asked |= {
            "automatic_tax": {"enabled": True},
            "customer_update": {"address": "auto", "name": "auto"},
            "tax_id_collection": {"enabled": True},
        }
    if settings.STRIPE_LOCAL_CURRENCY:
        asked["adaptive_pricing"] = {"enabled": True}
    return asked


def _close_others(checkout: Checkout) -> None:
    """Two pages for a plan can't both be paid: those that still wait are closed before another opens."""
    waiting = Checkout.objects.filter(wallet=checkout.wallet, state=State.OPEN, price__plan__isnull=False)
    for other in waiting.exclude(pk=checkout.pk).exclude(session_id=None):
        try:
            with stripe_client() as client:
                client.v1.checkout.sessions.expire(str(other.session_id))
        except BillingError:  # it is complete or expired by now, and its event on the way
            settle(session_id=str(other.session_id))
            if memberships.running(user=checkout.wallet.owner):
                raise Subscribed from None
        else:
            Checkout.objects.filter(pk=other.pk).update(state=State.EXPIRED)


def settle(*, session_id: str) -> None:
    """Reads the session as Stripe has it now, and applies what follows."""
    with stripe_client() as client:
        session = client.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent", "invoice"]})
    checkout = _checkout_of(session)
    if session.status == "expired":
        _move(checkout, State.EXPIRED)
    elif session.status == "complete" and session.mode == "subscription":
        _settle_plan(checkout, session)
    elif session.status == "complete" and session.payment_status in PAID:
        _pay(checkout, session)
    elif session.status == "complete":
        _move(checkout, State.PROCESSING if is_on_its_way(session.payment_intent) else State.FAILED)


def _checkout_of(session: stripe.checkout.Session) -> Checkout:
    found = Checkout.objects.filter(session_id=session.id).first()
    if found is None and session.client_reference_id:  # a crash came between Stripe's answer and our row
        named = metadata_of(session).get("checkout")
        found = Checkout.objects.filter(uuid=named).first() if named else None
    if found is None:
        raise NotOurs
    return found


def _move(checkout: Checkout, state: Checkout.State) -> None:
    Checkout.objects.filter(pk=checkout.pk).exclude(state=State.PAID).update(state=state)


def _settle_plan(checkout: Checkout, session: stripe.checkout.Session) -> None:
    """The plan's first invoice says whether it is paid."""
    invoice = invoices.settle(invoice_id=id_of(session.invoice))
    if invoice is not None and invoice.state == Payment.State.PAID:
        Payment.objects.filter(pk=invoice.pk, checkout=None).update(checkout=checkout)
        Checkout.objects.filter(pk=checkout.pk).update(state=State.PAID)
    else:
        _move(checkout, State.PROCESSING)


def _pay(checkout: Checkout, session: stripe.checkout.Session) -> None:
    """A pack is paid: the payment and its credits, in one transaction, once."""
    tax_minor = session.total_details.amount_tax if session.total_details else 0
    net_minor = (session.amount_total or 0) - tax_minor
    invoice = session.invoice if isinstance(session.invoice, stripe.Invoice) else None
    pack = checkout.price.pack
    assert pack is not None
    with transaction.atomic():
        ledger.lock(checkout.wallet)
        if Payment.objects.filter(checkout=checkout).exists():
            return
        now = timezone.now()
        payment = Payment.objects.create(
            wallet=checkout.wallet,
            price=checkout.price,
            checkout=checkout,
            state=Payment.State.PAID,
            invoice_id=id_of(session.invoice) or None,
            payment_intent_id=id_of(session.payment_intent) or None,
            number=(invoice and invoice.number) or "",
            currency=session.currency or checkout.price.currency,
            net_minor=net_minor,
            tax_minor=tax_minor,
            credits=checkout.credits,
            paid_at=now,
        )
        ends = now + timedelta(days=pack.lasts_days) if pack.lasts_days else None
        portion = ledger.Portion(credits=checkout.credits, cost_minor=net_minor, expires_at=ends)
        ledger.purchase(payment=payment, kind=EntryKind.PURCHASE, portions=[portion], cause=f"payment:{payment.pk}")
        Checkout.objects.filter(pk=checkout.pk).update(state=State.PAID, session_id=session.id)
