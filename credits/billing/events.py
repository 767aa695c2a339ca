"""Stripe's word: stored as it came before anything is done, then worked off by a claim, again and again until it is.

Which object an event is about decides what is read anew and applied (`settle` of each module); what it says of that
object does not. So a duplicate, a replay or another order changes nothing.
"""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import stripe
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from credits import broker
from credits.billing import charges, checkouts, invoices, subscriptions
from credits.billing.errors import BillingError, NotOurs
from credits.billing.subscriptions import moment
from credits.models import StripeEvent

log = logging.getLogger(__name__)

State = StripeEvent.State
Object = dict[str, Any]
LEASE: Final = timedelta(minutes=5)
FIRST_PAUSE: Final = timedelta(seconds=30)
MOST_TRIES: Final = 12  # the last comes 34 hours after the first

SETTLE: Final[dict[str, Callable[[Object], object]]] = {
    **dict.fromkeys(
        (
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "checkout.session.expired",
        ),
        lambda thing: checkouts.settle(session_id=thing["id"]),
    ),
    **dict.fromkeys(
        ("invoice.paid", "invoice.payment_failed", "invoice.voided", "invoice.marked_uncollectible"),
        lambda thing: invoices.settle(invoice_id=thing["id"]),
    ),
    **dict.fromkeys(
        tuple(f"customer.subscription.{what}" for what in ("created", "updated", "paused", "resumed", "deleted")),
        lambda thing: subscriptions.settle(subscription_id=thing["id"]),
    ),
    "charge.refunded": lambda thing: charges.settle(charge_id=thing["id"]),
    "refund.failed": lambda thing: charges.settle(charge_id=str(thing["charge"])),
    **dict.fromkeys(
        tuple(f"charge.dispute.{what}" for what in ("created", "updated", "closed")),
        lambda thing: charges.settle_dispute(dispute_id=thing["id"]),
    ),
}


class Unsigned(Exception):
    """It does not come from Stripe, or came too late to be believed."""


def receive(*, body: bytes, signature: str) -> None:
    """Stores what came, once, and asks a worker. Raises Unsigned."""
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=300)
        said = json.loads(body)
        row = StripeEvent(
            event_id=said["id"],
            kind=said["type"],
            subject=_subject(said["data"]["object"]),
            payload=said,
            happened_at=moment(said["created"]),
        )
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError) as error:
        raise Unsigned from error
    stored = StripeEvent.objects.bulk_create([row], ignore_conflicts=True)[0]
    log.info("stripe event %s stored: %s", stored.event_id, stored.kind)
    enqueue(stored.event_id)


def _subject(thing: Object) -> str:
    """Whose events go one after the other: the customer's, else the object's own."""
    return str(thing.get("customer") or "") or str(thing.get("id") or "-")


def enqueue(event_id: str) -> None:
    """A hint to a worker; where the broker is away, the sweep finds the row."""
    broker.sent("credits.tasks.work_event", of=event_id, queue="default")


def work(*, event_id: str) -> None:
    """Does what an event asks for. Nothing where it is done, at work, or not due."""
    event = _claim(event_id)
    if event is None:
        return
    settle = SETTLE.get(event.kind)
    try:
        if settle is None:
            raise NotOurs
        settle(event.payload["data"]["object"])
    except NotOurs:
        _end(event, State.IGNORED)
    except BillingError as error:
        _fail(event, error.words)
    except Exception as error:  # whatever it was, the event is kept and tried again
        log.exception("stripe event %s failed", event_id)
        _fail(event, type(error).__name__)
    else:
        _end(event, State.DONE)
    _enqueue_next(event.subject)


def _claim(event_id: str) -> StripeEvent | None:
    """Takes a due row, unless another of the same subject is at work: the database allows one."""
    waits = StripeEvent.objects.filter(event_id=event_id, state__in=(State.STORED, State.FAILED), due_at__lte=Now())
    try:
        with transaction.atomic():
            taken = waits.update(state=State.WORKING, tries=F("tries") + 1, lease_until=Now() + LEASE)
    except IntegrityError:
        return None
    return StripeEvent.objects.get(event_id=event_id) if taken else None


def _end(event: StripeEvent, state: StripeEvent.State) -> None:
    _mine(event).update(state=state, done_at=Now(), lease_until=None, error="", due_at=None)
    log.info("stripe event %s %s", event.event_id, state)


def _fail(event: StripeEvent, words: str) -> None:
    """Kept, with why, and tried again later and later; after the last try an operator has to."""
    again = Now() + FIRST_PAUSE * 2 ** (event.tries - 1) if event.tries < MOST_TRIES else None
    _mine(event).update(state=State.FAILED, error=words[:300], lease_until=None, due_at=again)
    log.warning("stripe event %s failed, try %s", event.event_id, event.tries)


def _mine(event: StripeEvent) -> Any:
    """The row as this worker claimed it: whoever was taken for lost changes nothing any more."""
    return StripeEvent.objects.filter(pk=event.pk, state=State.WORKING, tries=event.tries)


def _enqueue_next(subject: str) -> None:
    waiting = StripeEvent.objects.filter(subject=subject, state=State.STORED, due_at__lte=Now()).order_by("id").first()
    if waiting:
        enqueue(waiting.event_id)


def sweep(*, most: int = 200) -> None:
    """Whatever is due: messages that were lost, workers that died, failures whose pause is over. Called by beat."""
    StripeEvent.objects.filter(state=State.WORKING, lease_until__lt=Now()).update(
        state=State.STORED, lease_until=None, due_at=Now()
    )
    due = StripeEvent.objects.filter(Q(state=State.STORED) | Q(state=State.FAILED), due_at__lte=Now())
    for event_id in due.order_by("due_at").values_list("event_id", flat=True)[:most]:
        enqueue(event_id)


def replay(*, event: StripeEvent) -> None:
    """An operator has it done once more, also where it was done: it changes nothing then."""
    StripeEvent.objects.filter(pk=event.pk).exclude(state=State.WORKING).update(
        state=State.STORED, tries=0, due_at=Now(), error="", done_at=None
    )
    transaction.on_commit(lambda: enqueue(event.event_id))
