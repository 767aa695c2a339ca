"""Credits that come: given, bought, or brought by a plan. What the wallet owes is paid out of them first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from credits.ledger.entries import earlier, require_positive, write
from credits.ledger.shortfalls import pay
from credits.ledger.wallets import lock
from credits.models import Entry, EntryKind, Lot, LotKind, Payment, Wallet

KINDS = {EntryKind.PURCHASE: LotKind.PAID, EntryKind.PLAN: LotKind.PLAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A lot to be: `cost_minor` is what was paid for it, net of tax. None: it starts now, it has no end."""

    credits: int
    cost_minor: int = 0
    starts_at: datetime | None = None
    expires_at: datetime | None = None


@transaction.atomic
def grant(
    *,
    wallet: Wallet,
    credits: int,
    cause: str,
    kind: LotKind = LotKind.PROMOTIONAL,
    note: str = "",
    by: User | None = None,
    expires_at: datetime | None = None,
) -> Entry:
    """Gives credits as a new lot; `by` is the operator who did it, `expires_at` the lot's end."""
    require_positive(credits)
    held = lock(wallet)
    if entry := earlier(wallet=wallet, kind=EntryKind.GRANT, credits=credits, cause=cause):
        return entry
    lot = open_lot(wallet=wallet, kind=kind, portion=Portion(credits=credits, expires_at=expires_at))
    return pay(held, write(held, EntryKind.GRANT, [(lot, credits)], cause=cause, note=note, by=by))


@transaction.atomic
def purchase(*, payment: Payment, kind: EntryKind, portions: Sequence[Portion], cause: str, note: str = "") -> Entry:
    """Credits that `payment` paid for, as so many lots. `kind` is a purchase or a plan."""
    for portion in portions:
        require_positive(portion.credits)
    held = lock(payment.wallet)
    credits = sum(portion.credits for portion in portions)
    if entry := earlier(wallet=held, kind=kind, credits=credits, cause=cause):
        return entry
    lots = [open_lot(wallet=held, kind=KINDS[kind], portion=portion, payment=payment) for portion in portions]
    parts = [(lot, lot.credits) for lot in lots]
    return pay(held, write(held, kind, parts, cause=cause, note=note))


def open_lot(
    *, wallet: Wallet, kind: LotKind | str, portion: Portion, payment: Payment | None = None, follows: Lot | None = None
) -> Lot:
    """An empty lot, to be filled by the entry that it comes with."""
    currency = payment.currency if payment else (follows.currency if follows else "")
    return Lot.objects.create(
        wallet=wallet,
        kind=kind,
        credits=portion.credits,
        remaining=0,
        starts_at=portion.starts_at or Now(),
        expires_at=portion.expires_at,
        cost_minor=portion.cost_minor,
        currency=currency if portion.cost_minor else "",
        payment=payment,
        follows=follows,
        held_at=follows.held_at if follows else None,
    )
