"""What happens to a payment after it was made: it is paid back, or its payer's bank wants it back."""

import stripe
from django.db import transaction
from django.utils.translation import gettext as _

from credits import ledger
from credits.billing import checkouts, invoices, repayments
from credits.billing.client import id_of, metadata_of, stripe_client
from credits.billing.errors import BillingError, NotOurs
from credits.models import Payment, Repayment

Dispute = Payment.Dispute
INQUIRY = ("warning_needs_response", "warning_under_review", "warning_closed")


def settle(*, charge_id: str) -> None:
    """Reads what Stripe paid back of a charge, and takes the credits of each refund once."""
    with stripe_client() as client:
        charge = client.v1.charges.retrieve(charge_id)
        payment = _payment_of(id_of(charge.payment_intent))
        refunds = list(client.v1.refunds.list({"charge": charge_id, "limit": 100}).auto_paging_iter())
    failed = [one.id for one in refunds if one.status in ("failed", "canceled")]
    for refund in sorted(refunds, key=lambda one: one.created):
        if refund.id not in failed:
            said = metadata_of(refund)
            repayments.apply(
                payment=payment,
                stripe_id=refund.id,
                amount_minor=refund.amount,
                by=said.get("by", ""),
                reason=said.get("reason", ""),
            )
    if Repayment.objects.filter(stripe_id__in=failed).exists():
        raise BillingError(_("A refund failed at Stripe after its credits were taken: give them back by hand."))


def settle_dispute(*, dispute_id: str) -> None:
    """Reads a dispute as Stripe has it now: while it is open nothing is spent of what was paid with it."""
    with stripe_client() as client:
        dispute = client.v1.disputes.retrieve(dispute_id)
        payment = _payment_of(id_of(dispute.payment_intent) or _intent_of(client, id_of(dispute.charge)))
    if dispute.status in INQUIRY or payment.dispute in (Dispute.WON, Dispute.LOST):
        return
    with transaction.atomic():
        ledger.lock(payment.wallet)
        if dispute.status == "lost":
            repayments.apply(payment=payment, stripe_id=dispute.id, amount_minor=dispute.amount, disputed=True)
        if dispute.status in ("won", "lost", "prevented"):
            ledger.let_go(payment=payment)
        else:
            ledger.hold(payment=payment)
        state = {"won": Dispute.WON, "prevented": Dispute.WON, "lost": Dispute.LOST}.get(dispute.status, Dispute.OPEN)
        Payment.objects.filter(pk=payment.pk).update(dispute=state)


def _payment_of(intent_id: str) -> Payment:
    """The payment; where it is not known yet, what it paid is settled first, so that order does not matter."""
    if not intent_id:
        raise NotOurs
    if found := Payment.objects.filter(payment_intent_id=intent_id).first():
        return found
    with stripe_client() as client:
        sessions = client.v1.checkout.sessions.list({"payment_intent": intent_id}).data
        paid = client.v1.invoice_payments.list(
            {"payment": {"type": "payment_intent", "payment_intent": intent_id}}
        ).data
    for session in sessions:
        checkouts.settle(session_id=session.id)
    for each in paid if not sessions else []:
        invoices.settle(invoice_id=id_of(each.invoice))
    found = Payment.objects.filter(payment_intent_id=intent_id).first()
    if found is None:
        raise NotOurs
    return found


def _intent_of(client: stripe.StripeClient, charge_id: str) -> str:
    return id_of(client.v1.charges.retrieve(charge_id).payment_intent)
