"""What a wallet owes: credits that were to be taken back when they were spent already.

Whatever comes pays it first, so that buying, generating, being repaid and failing makes no free credits.
"""

from django.db import transaction
from django.db.models import F, Sum

from accounts.models import User
from credits.ledger.entries import out_of, require_positive, write
from credits.ledger.wallets import lock
from credits.models import Allocation, Entry, EntryKind, Lot, Shortfall, Wallet


def owed(*, wallet: Wallet) -> int:
    """How many credits of what comes next are taken."""
    total: int | None = wallet.shortfalls.aggregate(total=Sum("remaining"))["total"]
    return total or 0


def record(*, wallet: Wallet, credits: int, cause: str) -> None:
    """Notes what could not be taken. The wallet is locked by the caller."""
    Shortfall.objects.create(wallet=wallet, cause=cause, credits=credits, remaining=credits)


def pay(held: Wallet, came: Entry) -> Entry:
    """Pays what is owed out of what just came, the oldest first, each by an entry of its own. Returns what came."""
    for shortfall in Shortfall.objects.filter(wallet=held, remaining__gt=0).order_by("id"):
        parts = _parts(came, shortfall.remaining)
        if not parts:
            break
        paid = write(held, EntryKind.CLAWBACK, parts, cause=f"shortfall:{shortfall.pk}:{came.pk}")
        Shortfall.objects.filter(pk=shortfall.pk).update(remaining=F("remaining") + paid.credits)
    return came


def _parts(came: Entry, credits: int) -> list[tuple[Lot, int]]:
    """So many credits out of the lots that the entry filled, as far as they are there."""
    filled = Allocation.objects.filter(entry=came).select_related("lot").order_by("id")
    return out_of(((part.lot, min(part.lot.remaining, part.credits)) for part in filled), credits)


@transaction.atomic
def forgive(*, wallet: Wallet, credits: int, note: str, by: User) -> int:
    """An operator lets so many of the owed credits go, the oldest first; returns how many there were to let go."""
    require_positive(credits)
    held = lock(wallet)
    left = credits
    for shortfall in Shortfall.objects.filter(wallet=held, remaining__gt=0).order_by("id"):
        part = min(left, shortfall.remaining)
        Shortfall.objects.filter(pk=shortfall.pk).update(remaining=F("remaining") - part, forgiven=F("forgiven") + part)
        left -= part
    return credits - left
