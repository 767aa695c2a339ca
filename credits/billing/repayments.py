"""Money that goes back. Unspent credits of that payment go with it, and what is spent of them is owed."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from credits import ledger
from credits.billing.client import stripe_client
from credits.billing.errors import Refused
from credits.models import Payment, Repayment


def pay_back(*, payment: Payment, amount_minor: int, reason: str, by: User, key: uuid.UUID) -> None:
    """Asks Stripe to pay so much back, tax and all, once a key. Credits go when Stripe says that it did.

    Raises Refused beyond what is left to pay back; NotSetUp, Away.
    """
    if not payment.payment_intent_id or not 0 < amount_minor <= payment.total_minor - payment.repaid_minor:
        raise Refused(_("So much of this payment can't be paid back."))
    with stripe_client() as client:
        client.v1.refunds.create(
            {
                "payment_intent": payment.payment_intent_id,
                "amount": amount_minor,
                "reason": "requested_by_customer",
                "metadata": {"by": str(by.pk), "reason": reason[:500]},
            },
            {"idempotency_key": f"repayment:{key}"},
        )


def credit_balance(*, payment: Payment, credits: int, net_minor: int) -> None:
    """A change to a smaller plan in mid-period: what Stripe puts on the customer's balance is paid back of the plan's
    last payment that brought credits, and its credits go.
    """
    paid = Payment.objects.filter(subscription=payment.subscription, state=Payment.State.PAID, credits__gt=0)
    last = paid.exclude(pk=payment.pk).order_by("-id").first()
    if last is not None:
        _take(last, f"balance:{payment.invoice_id}", credits=credits, net_minor=net_minor, amount_minor=net_minor)


def apply(
    *, payment: Payment, stripe_id: str, amount_minor: int, by: str = "", reason: str = "", disputed: bool = False
) -> None:
    """Takes the share of credits that was paid back. Counted on from what went before, so that all of it is all."""
    with transaction.atomic():
        ledger.lock(payment.wallet)
        payment = Payment.objects.get(pk=payment.pk)
        before = payment.repaid_minor
        after = min(before + amount_minor, payment.total_minor)
        if after == before:
            return
        total = payment.total_minor
        net_minor = payment.net_minor * after // total - payment.net_minor * before // total
        credits = -(-payment.credits * after // total) + (-payment.credits * before // total)
        _take(
            payment, stripe_id, credits=credits, net_minor=net_minor, amount_minor=after - before,
            by=by, reason=reason, disputed=disputed,
        )  # fmt: skip


def _take(
    payment: Payment,
    stripe_id: str,
    *,
    credits: int,
    net_minor: int,
    amount_minor: int,
    by: str = "",
    reason: str = "",
    disputed: bool = False,
) -> None:
    if Repayment.objects.filter(stripe_id=stripe_id).exists():
        return
    cause = f"repayment:{stripe_id}"
    taken = ledger.claw_back(payment=payment, credits=credits, net_minor=net_minor, cause=cause)
    Repayment.objects.create(
        payment=payment,
        stripe_id=stripe_id,
        disputed=disputed,
        amount_minor=amount_minor,
        net_minor=net_minor,
        credits=credits,
        taken=taken,
        by=User.objects.filter(pk=by).first() if by.isdecimal() else None,
        reason=reason,
    )
    repaid = min(payment.repaid_minor + amount_minor, payment.total_minor)
    Payment.objects.filter(pk=payment.pk).update(repaid_minor=repaid)
