"""How an entry is written, with what it moves; by the verbs beside this, and by nobody else."""

from collections.abc import Iterable

from django.db.models import F

from accounts.models import User
from credits.ledger.errors import CauseTaken
from credits.models import Allocation, Entry, EntryKind, Lot, Wallet


def require_positive(credits: int) -> None:
    """A verb's amount has no sign: the verb says the direction."""
    if credits <= 0:
        raise ValueError(f"credits has to be 1 or more, not {credits}")


def earlier(
    *, wallet: Wallet, kind: EntryKind, credits: int, cause: str, reverses: Entry | None = None
) -> Entry | None:
    """The entry that this cause made before; CauseTaken where it says something else."""
    entry = Entry.objects.filter(kind=kind, cause=cause).first()
    if entry is None:
        return None
    if (entry.wallet_id, entry.credits, entry.reverses_id) != (wallet.pk, credits, reverses and reverses.pk):
        raise CauseTaken(entry)
    return entry


def out_of(there: Iterable[tuple[Lot, int]], credits: int) -> list[tuple[Lot, int]]:
    """So many credits out of what is there in each lot, in that order and as far as it goes: the parts of an entry."""
    parts = []
    for lot, most in there:
        if part := min(credits, most):
            parts.append((lot, -part))
            credits -= part
    return parts


def write(
    held: Wallet,
    kind: EntryKind,
    parts: Iterable[tuple[Lot, int]],
    *,
    cause: str,
    note: str = "",
    by: User | None = None,
    reverses: Entry | None = None,
) -> Entry:
    """The entry, its allocations, the lots and the balance. The wallet is locked by the caller."""
    parts = list(parts)
    credits = sum(part for _lot, part in parts)
    held.balance += credits
    held.save(update_fields=["balance"])
    entry = Entry.objects.create(
        wallet=held,
        kind=kind,
        credits=credits,
        balance_after=held.balance,
        cause=cause,
        note=note,
        by=by,
        reverses=reverses,
    )
    Allocation.objects.bulk_create(Allocation(entry=entry, lot=lot, credits=part) for lot, part in parts)
    for lot, part in parts:
        Lot.objects.filter(pk=lot.pk).update(remaining=F("remaining") + part)
    return entry
