"""The ledger's tables. Only credits/ledger/ writes them; the database holds the rules.

balance = sum of the lots' remaining = sum of the entries; a lot's remaining = sum of its allocations; an entry = sum of
its allocations. `manage.py check_ledger` reads them all again.
"""

import uuid
from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class LotKind(models.TextChoices):
    """Where the credits of a lot come from."""

    PLAN = "plan", _("Plan")
    PAID = "paid", _("Bought")
    PROMOTIONAL = "promotional", _("Given")


class EntryKind(models.TextChoices):
    """Why a balance moved."""

    GRANT = "grant", _("Given")
    PURCHASE = "purchase", _("Bought")
    PLAN = "plan", _("Plan")
    DEBIT = "debit", _("Spent")
    REFUND = "refund", _("Came back")
    EXPIRY = "expiry", _("Ended")
    ADJUSTMENT = "adjustment", _("Corrected")
    CLAWBACK = "clawback", _("Taken back")


GIVING = (EntryKind.GRANT, EntryKind.PURCHASE, EntryKind.PLAN, EntryKind.REFUND)
TAKING = (EntryKind.DEBIT, EntryKind.EXPIRY, EntryKind.CLAWBACK)


def in_words(field: str, choices: Sequence[str]) -> Q:
    """The field holds one of the choices."""
    return Q(**{f"{field}__in": [str(choice) for choice in choices]})


class Wallet(models.Model):
    """A purse of credits. It has an owner and is not the owner, so that a team can have one later."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="wallets", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    balance = models.IntegerField(_("balance"), default=0, db_default=0)
    created_at = models.DateTimeField(_("opened"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("wallet")
        verbose_name_plural = _("wallets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner"], name="wallet_one_an_owner"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="wallet_balance_not_negative"),
        ]
        permissions: ClassVar = [("grant_credits", _("Can grant credits"))]

    def __str__(self) -> str:
        return str(self.uuid)


class Lot(models.Model):
    """Credits that came together: one kind, one price, one end. Spent soonest-ending first."""

    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="lots")
    kind = models.CharField(_("kind"), max_length=12, choices=LotKind.choices)
    credits = models.IntegerField(_("credits"))
    # In no index and no index's condition, so that a debit updates the row in place (HOT).
    remaining = models.IntegerField(_("left"))
    starts_at = models.DateTimeField(_("starts"), db_default=Now())
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    # Taken out of use; ended by the sweep; and not to be spent from, as long as its payment is disputed.
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    expired_at = models.DateTimeField(_("swept after its end"), null=True, blank=True)
    held_at = models.DateTimeField(_("held while its payment is disputed"), null=True, blank=True)
    cost_minor = models.IntegerField(_("cost"), default=0, help_text=_("Paid for it, in minor units, net of tax."))
    released_minor = models.IntegerField(
        _("given away of its cost"),
        default=0,
        db_default=0,
        help_text=_("Paid back, or gone on with a lot that follows."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    payment = models.ForeignKey(
        "credits.Payment", models.PROTECT, null=True, blank=True, related_name="lots", db_index=False
    )
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followers",
        db_index=False,
        help_text=_("the lot that had ended when its credits came back"),
    )
    created_at = models.DateTimeField(_("came"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints: ClassVar = [
            models.CheckConstraint(condition=in_words("kind", LotKind.values), name="lot_kind_known"),
            models.CheckConstraint(condition=Q(credits__gt=0), name="lot_credits_positive"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("credits")), name="lot_remaining_within_credits"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("starts_at")), name="lot_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(cost_minor=0) | (Q(cost_minor__gt=0) & ~Q(currency="")), name="lot_cost_has_currency"
            ),
            models.CheckConstraint(
                condition=Q(released_minor__gte=0) & Q(released_minor__lte=F("cost_minor")),
                name="lot_released_within_cost",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"],
                name="lot_to_expire",
                condition=Q(expires_at__isnull=False, expired_at__isnull=True),
            ),
            models.Index(fields=["payment"], name="lot_payment", condition=Q(payment__isnull=False)),
            models.Index(fields=["follows"], name="lot_follows", condition=Q(follows__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.credits}"


class Entry(models.Model):
    """One movement of a balance. Never changed and never deleted: a trigger holds it."""

    # The index below begins with the wallet; (wallet, id) is the order of the statement.
    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="entries", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind.choices)
    credits = models.IntegerField(_("credits"))
    balance_after = models.IntegerField(_("balance after"))
    cause = models.CharField(_("cause"), max_length=200, help_text=_("What moved it, such as run:118. Once a kind."))
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals", db_index=False
    )
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "cause"], name="entry_cause_once_a_kind"),
            models.CheckConstraint(
                condition=(in_words("kind", GIVING) & Q(credits__gt=0))
                | (in_words("kind", TAKING) & Q(credits__lt=0))
                | (Q(kind=EntryKind.ADJUSTMENT.value) & ~Q(credits=0)),
                name="entry_sign_fits_kind",
            ),
            models.CheckConstraint(condition=Q(balance_after__gte=0), name="entry_balance_not_negative"),
            models.CheckConstraint(condition=~Q(cause=""), name="entry_has_a_cause"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.REFUND.value, reverses__isnull=False)
                | (~Q(kind=EntryKind.REFUND.value) & Q(reverses__isnull=True)),
                name="entry_refund_reverses",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["wallet", "id"], name="entry_statement"),
            models.Index(fields=["reverses"], name="entry_reverses", condition=Q(reverses__isnull=False)),
            models.Index(fields=["by"], name="entry_by", condition=Q(by__isnull=False)),
            # Entries come in the order of time, and a debit hardly pays for this kind of index.
            BrinIndex(fields=["created_at"], name="entry_when", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.credits}"


class Allocation(models.Model):
    """The part of an entry that went into a lot or came out of it. As unchangeable as the entry."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="allocations", db_index=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="allocations")
    credits = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "lot"], name="allocation_once_a_lot"),
            models.CheckConstraint(condition=~Q(credits=0), name="allocation_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.credits}"


class Shortfall(models.Model):
    """Credits that were to be taken back when they were spent already. What comes next pays it first."""

    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="shortfalls")
    cause = models.CharField(_("cause"), max_length=200, unique=True)
    credits = models.IntegerField(_("credits"))
    remaining = models.IntegerField(_("still owed"))
    forgiven = models.IntegerField(_("forgiven"), default=0, db_default=0)
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("shortfall")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(credits__gt=0), name="shortfall_positive"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("credits")), name="shortfall_within_credits"
            ),
            models.CheckConstraint(
                condition=Q(forgiven__gte=0) & Q(forgiven__lte=F("credits")), name="shortfall_forgiven_within_credits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.credits}"


class Audit(models.Model):
    """One reading of the whole ledger, kept for monitors (credits/audit.py)."""

    checked_at = models.DateTimeField(_("checked at"), db_default=Now(), editable=False)
    wallets_adrift = models.PositiveIntegerField(_("wallets that do not add up"))

    class Meta:
        verbose_name = _("audit")

    def __str__(self) -> str:
        return f"{self.wallets_adrift}"
