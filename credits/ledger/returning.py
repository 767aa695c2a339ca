"""Credits of a debit that come back: into the lots that they came from, or what stands for those by now."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from accounts.models import User
from credits.ledger.adding import Portion, open_lot
from credits.ledger.entries import earlier, require_positive, write
from credits.ledger.errors import OverRefund, UnknownDebit
from credits.ledger.shortfalls import pay
from credits.ledger.wallets import lock
from credits.models import Entry, EntryKind, Lot, Wallet

# A picture that fails after its lot has ended gives a lot with this much time, or the refund would be worth nothing.
GRACE: Final = timedelta(days=7)


@transaction.atomic
def refund(*, wallet: Wallet, credits: int, cause: str, reverses: str, note: str = "", by: User | None = None) -> Entry:
    """Puts credits of the debit with the cause `reverses` back into the lots that they came from.

    Raises OverRefund beyond what that debit took. What it took last comes back first, so that credits with the longest
    life are whole again first. What the wallet owes is paid out of it, and a voided lot keeps nothing.
    """
    require_positive(credits)
    held = lock(wallet)
    taken = Entry.objects.filter(wallet=wallet, kind=EntryKind.DEBIT, cause=reverses).first()
    if taken is None:
        raise UnknownDebit(reverses)
    entry = earlier(wallet=wallet, kind=EntryKind.REFUND, credits=credits, cause=cause, reverses=taken)
    if entry is not None:
        return entry
    returned: int = taken.reversals.aggregate(total=Sum("credits"))["total"] or 0
    if returned + credits > -taken.credits:
        raise OverRefund(asked=credits, left=-taken.credits - returned)
    parts = [(_living(lot, part), part) for lot, part in _parts_of(taken, returned, returned + credits)]
    entry = pay(held, write(held, EntryKind.REFUND, parts, cause=cause, note=note, by=by, reverses=taken))
    _empty_voided(held, entry)
    return entry


def _parts_of(taken: Entry, start: int, stop: int) -> Iterable[tuple[Lot, int]]:
    """The lots behind the credits from `start` to `stop` of a debit, counted from the lot it drew last."""
    position = 0
    for allocation in taken.allocations.select_related("lot").order_by("-id"):
        end = position - allocation.credits
        part = min(stop, end) - max(start, position)
        if part > 0:
            yield allocation.lot, part
        position = end


def _living(lot: Lot, part: int) -> Lot:
    """The lot, or where it has ended meanwhile, one that follows it with a short grace and its part of the cost."""
    if lot.expires_at is None or lot.expires_at > timezone.now():
        return lot
    cost = lot.cost_minor * part // lot.credits
    cost = min(cost, lot.cost_minor - lot.released_minor)
    Lot.objects.filter(pk=lot.pk).update(released_minor=F("released_minor") + cost)
    portion = Portion(credits=part, cost_minor=cost, expires_at=timezone.now() + GRACE)
    return open_lot(wallet=lot.wallet, kind=lot.kind, portion=portion, payment=lot.payment, follows=lot)


def _empty_voided(held: Wallet, entry: Entry) -> None:
    """What came back into a lot that was voided goes at once."""
    for allocation in entry.allocations.select_related("lot").filter(
        lot__voided_at__isnull=False, lot__remaining__gt=0
    ):
        lot = allocation.lot
        write(held, EntryKind.CLAWBACK, [(lot, -lot.remaining)], cause=f"void:{lot.pk}:{entry.pk}")
