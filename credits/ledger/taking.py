"""Credits that are taken back: a mistaken grant, money that was paid back, a payment that is disputed."""

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Now

from accounts.models import User
from credits.ledger import shortfalls
from credits.ledger.entries import out_of, require_positive, write
from credits.ledger.errors import NothingLeft
from credits.ledger.returning import GRACE
from credits.ledger.wallets import lock
from credits.models import Entry, EntryKind, Lot, Payment, Shortfall


@transaction.atomic
def take_back(*, granted: Entry, credits: int, note: str, by: User | None = None) -> Entry:
    """Undoes a grant by an opposite entry: takes the credits, at most what is left of its lot, once.

    Twice it returns the first entry. Raises NothingLeft, and ValueError for an entry that is no grant.
    """
    require_positive(credits)
    if granted.kind != EntryKind.GRANT:
        raise ValueError(f"entry {granted.pk} is a {granted.kind}, not a grant")
    held = lock(granted.wallet)
    if entry := taken_back(granted=granted):
        return entry
    lot = Lot.objects.get(allocations__entry=granted, allocations__credits__gt=0)
    credits = min(credits, lot.remaining)
    if not credits:
        raise NothingLeft
    cause = cause_of_taking_back(granted)
    return write(held, EntryKind.ADJUSTMENT, [(lot, -credits)], cause=cause, note=note, by=by)


def taken_back(*, granted: Entry) -> Entry | None:
    """The entry that undid a grant, if one did."""
    return Entry.objects.filter(kind=EntryKind.ADJUSTMENT, cause=cause_of_taking_back(granted)).first()


def cause_of_taking_back(granted: Entry) -> str:
    """One for each grant."""
    return f"entry:{granted.pk}"


@transaction.atomic
def claw_back(*, payment: Payment, credits: int, net_minor: int, cause: str, note: str = "") -> int:
    """Takes credits of a payment that was paid back, those that would be spent last first, and their cost.

    What is spent already becomes a shortfall. Returns how many were taken; twice the same.
    """
    held = lock(payment.wallet)
    short = Shortfall.objects.filter(cause=cause).first()
    entry = Entry.objects.filter(kind=EntryKind.CLAWBACK, cause=cause).first()
    if short or entry:
        return -entry.credits if entry else 0
    _release(_lots(payment), net_minor)
    parts = out_of(((lot, lot.remaining) for lot in _lots(payment)), credits)
    taken = -sum(part for _lot, part in parts)
    if parts:
        write(held, EntryKind.CLAWBACK, parts, cause=cause, note=note)
    if taken < credits:
        shortfalls.record(wallet=held, credits=credits - taken, cause=cause)
    return taken


def _lots(payment: Payment) -> QuerySet[Lot]:
    """The payment's lots, those that are spent last first."""
    return payment.lots.order_by("-starts_at", "-id")


def _release(lots: QuerySet[Lot], net_minor: int) -> None:
    """Notes on the lots how much of what was paid for them is given back."""
    for lot in lots:
        part = min(net_minor, lot.cost_minor - lot.released_minor)
        if part:
            Lot.objects.filter(pk=lot.pk).update(released_minor=F("released_minor") + part)
            net_minor -= part


@transaction.atomic
def void(*, lot: Lot, note: str, by: User | None = None) -> None:
    """Takes a lot out of use: what is left of it goes, and what comes back to it later goes, too. Twice it is once."""
    held = lock(lot.wallet)
    lot = Lot.objects.get(pk=lot.pk)
    if lot.voided_at is not None:
        return
    if lot.remaining:
        write(held, EntryKind.CLAWBACK, [(lot, -lot.remaining)], cause=f"void:{lot.pk}", note=note, by=by)
    Lot.objects.filter(pk=lot.pk).update(voided_at=Now())


@transaction.atomic
def hold(*, payment: Payment) -> None:
    """Nothing is spent from the payment's lots while it is disputed."""
    lock(payment.wallet)
    payment.lots.filter(held_at__isnull=True).update(held_at=Now())


@transaction.atomic
def let_go(*, payment: Payment) -> None:
    """The lots can be spent again; one that ended meanwhile, or is about to, has a short grace."""
    lock(payment.wallet)
    lots = payment.lots.filter(held_at__isnull=False)
    lots.filter(expires_at__isnull=False, expired_at__isnull=True).update(
        expires_at=Greatest(F("expires_at"), Now() + GRACE)
    )
    lots.update(held_at=None)
