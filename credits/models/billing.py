"""What Stripe and we say to each other: customers, checkouts, payments, money paid back, subscriptions, events."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from credits.models.ledger import Wallet
from credits.models.shop import Plan, SalePrice


class Customer(models.Model):
    """Who a wallet is at Stripe."""

    wallet = models.OneToOneField(Wallet, models.PROTECT, related_name="customer")
    stripe_id = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.stripe_id


class Subscription(models.Model):
    """A plan that is paid for again and again. A copy of what Stripe said last; Stripe decides."""

    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="subscriptions")
    stripe_id = models.CharField(_("at Stripe"), max_length=80, unique=True)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    price = models.ForeignKey(SalePrice, models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=20)  # Stripe's own words
    period_start = models.DateTimeField(_("period began"))
    period_end = models.DateTimeField(_("period ends"))
    cancel_at = models.DateTimeField(_("ends on"), null=True, blank=True)
    paused = models.BooleanField(_("paused"), default=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    card = models.CharField(_("card"), max_length=40, blank=True, default="")
    created_at = models.DateTimeField(_("began"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("subscription")

    def __str__(self) -> str:
        return self.stripe_id


class Checkout(models.Model):
    """One press of Buy. It says where the buyer stands and grants nothing: a payment does."""

    class State(models.TextChoices):
        """Where the buyer stands; paid, failed and expired are ends."""

        OPEN = "open", _("Open")
        PROCESSING = "processing", _("At the bank")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="checkouts")
    price = models.ForeignKey(SalePrice, models.PROTECT, related_name="+")
    key = models.UUIDField(help_text=_("made with the form, so that a doubled press opens one"))
    credits = models.PositiveIntegerField(_("credits"), help_text=_("as they were offered at the press"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    session_id = models.CharField(_("session"), max_length=120, null=True, blank=True, unique=True)
    session_url = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(_("pressed"), db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wallet", "key"], name="checkout_once_a_press"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Payment(models.Model):
    """Money for credits: a pack, or one invoice of a plan. Amounts in minor units of its currency."""

    class State(models.TextChoices):
        """Whether the money came."""

        OPEN = "open", _("Not paid")
        PAID = "paid", _("Paid")
        VOID = "void", _("Given up")

    class Dispute(models.TextChoices):
        """Whether the payer's bank wants it back."""

        NONE = "", "–"
        OPEN = "open", _("Disputed")
        WON = "won", _("Dispute won")
        LOST = "lost", _("Dispute lost")

    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="payments")
    price = models.ForeignKey(SalePrice, models.PROTECT, null=True, blank=True, related_name="+")
    subscription = models.ForeignKey(Subscription, models.PROTECT, null=True, blank=True, related_name="payments")
    checkout = models.OneToOneField(Checkout, models.PROTECT, null=True, blank=True, related_name="payment")
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.OPEN)
    invoice_id = models.CharField(_("invoice at Stripe"), max_length=80, null=True, blank=True, unique=True)
    payment_intent_id = models.CharField(_("payment at Stripe"), max_length=80, null=True, blank=True, unique=True)
    number = models.CharField(_("invoice"), max_length=60, blank=True, default="")
    currency = models.CharField(_("currency"), max_length=3)
    net_minor = models.IntegerField(_("net"))
    tax_minor = models.IntegerField(_("tax"), default=0)
    repaid_minor = models.IntegerField(_("paid back"), default=0, help_text=_("with its tax"))
    dispute = models.CharField(_("dispute"), max_length=4, choices=Dispute, blank=True, default=Dispute.NONE)
    credits = models.IntegerField(_("credits"), default=0)
    next_attempt_at = models.DateTimeField(_("tried again"), null=True, blank=True)
    failed_told_at = models.DateTimeField(_("told that it failed"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    created_at = models.DateTimeField(_("came"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("payment")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(repaid_minor__gte=0) & (Q(repaid_minor__lte=F("net_minor") + F("tax_minor"))),
                name="payment_repaid_within_paid",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at__isnull=True)),
                name="payment_paid_has_a_time",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["paid_at"], name="payment_when")]

    def __str__(self) -> str:
        return self.number or self.payment_intent_id or str(self.pk)

    @property
    def total_minor(self) -> int:
        """What was asked of the payer, tax and all."""
        return self.net_minor + self.tax_minor


class Repayment(models.Model):
    """Money that went back: a refund, or a dispute that was lost."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="repayments")
    stripe_id = models.CharField(_("at Stripe"), max_length=80, unique=True)
    disputed = models.BooleanField(_("by a dispute"), default=False)
    amount_minor = models.PositiveIntegerField(_("amount"), help_text=_("with its tax"))
    net_minor = models.PositiveIntegerField(_("net of tax"))
    credits = models.PositiveIntegerField(_("credits to take back"))
    taken = models.PositiveIntegerField(_("credits taken back"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("repayment")
        indexes: ClassVar = [models.Index(fields=["created_at"], name="repayment_when")]

    def __str__(self) -> str:
        return self.stripe_id


class StripeEvent(models.Model):
    """What Stripe told us, as it came: stored before anything is done about it, and worked off by a claim."""

    class State(models.TextChoices):
        """How far it is; done and ignored are ends."""

        STORED = "stored", _("Waits")
        WORKING = "working", _("At work")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Not ours to act on")
        FAILED = "failed", _("Failed")

    event_id = models.CharField(_("event"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=80)
    subject = models.CharField(_("about"), max_length=120, help_text=_("events of one subject go one after the other"))
    payload = models.JSONField(_("as it came"))
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("came"), db_default=Now(), editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.STORED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(
        _("next try"), null=True, blank=True, db_default=Now(), help_text=_("empty: not by itself any more")
    )
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    error = models.CharField(_("why it failed"), max_length=300, blank=True, default="")
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("Stripe event")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject"], condition=Q(state="working"), name="event_one_a_subject"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="event_due", condition=Q(state__in=["stored", "working", "failed"])),
            models.Index(fields=["happened_at"], name="event_when"),
        ]
        permissions: ClassVar = [("replay_stripeevent", _("Can replay an event"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
