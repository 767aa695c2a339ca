"""The only writer of wallets, lots, entries and allocations.

Every verb is atomic, holds under concurrency, and is told apart by its cause: the same verb with the same cause again
returns the first entry and moves nothing. A wallet object passed in is not refreshed; `spendable` asks anew.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from credits import debits
from credits.models import Allocation, Entry, EntryKind, Lot, LotKind, Wallet

# A picture that fails after its lot has ended gives a lot with this much time, or the refund would be worth nothing.
GRACE = timedelta(days=7)


class LedgerError(Exception):
    """The ledger refuses; nothing was moved."""


class NotEnough(LedgerError):
    """The wallet can spend `balance`, which is `missing` less than asked."""

    def __init__(self, *, missing: int, balance: int) -> None:
        super().__init__(f"{missing} credits are missing, {balance} are there")
        self.missing = missing
        self.balance = balance


class OverRefund(LedgerError):
    """More would come back than the debit took; `left` is what may still come back."""

    def __init__(self, *, asked: int, left: int) -> None:
        super().__init__(f"{asked} credits were to come back, {left} are left to return")
        self.asked = asked
        self.left = left


class CauseTaken(LedgerError):
    """The cause stands in the ledger with another amount, another wallet or another debit."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"{entry.kind} {entry.cause} is entry {entry.pk} already, over {entry.credits} credits")
        self.entry = entry


class UnknownDebit(LedgerError):
    """The wallet has no debit of that cause to return credits of."""


class NothingLeft(LedgerError):
    """Of what was given, all is spent or taken back already."""


def wallet_of(*, user: User) -> Wallet:
    """The user's wallet, opened if there is none."""
    return Wallet.objects.get_or_create(owner=user)[0]


def usable() -> Q:
    """Lots that can be spent from at this moment."""
    open_ended = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    return open_ended & Q(remaining__gt=0, voided_at__isnull=True, starts_at__lte=Now())


def spendable(*, lots: QuerySet[Lot]) -> int:
    """What a debit could take of these lots now. Less than the balance where a lot has ended."""
    total: int | None = lots.filter(usable()).aggregate(total=Sum("remaining"))["total"]
    return total or 0


def spendable_by(*, user: User) -> int:
    """The same of all that a user has; nothing where there is no wallet yet."""
    return spendable(lots=Lot.objects.filter(wallet__owner=user))


def spendable_in_sql(*, user: User) -> QuerySet[Any, Any]:
    """The same as a row of one, or none, for a statement that asks for more."""
    lots = Lot.objects.filter(usable(), wallet__owner=user).order_by()
    return lots.values("wallet").annotate(total=Sum("remaining")).values("total")


def in_spending_order(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    """The lots that can be spent, as a debit takes them: soonest-ending, then given before paid, then oldest."""
    given_first = Case(When(kind=LotKind.PROMOTIONAL, then=0), default=1)
    return lots.filter(usable()).order_by(F("expires_at").asc(nulls_last=True), given_first, "id")


def debit(*, wallet: Wallet, credits: int, cause: str, note: str = "") -> Entry:
    """Takes credits, or raises NotEnough."""
    require_positive(credits)
    entry = debits.take(wallet=wallet, credits=credits, cause=cause, note=note)
    return entry or debit_held(wallet=wallet, credits=credits, cause=cause, note=note)


def debit_held(*, wallet: Wallet, credits: int, cause: str, note: str) -> Entry:
    """The debit with the wallet locked beforehand, so that what is refused is surely not there."""
    with transaction.atomic():
        lock(wallet)
        entry = earlier(wallet=wallet, kind=EntryKind.DEBIT, credits=-credits, cause=cause)
        entry = entry or debits.take(wallet=wallet, credits=credits, cause=cause, note=note)
        if entry is None:
            balance = spendable(lots=wallet.lots.all())
            raise NotEnough(missing=credits - balance, balance=balance)
        return entry


@transaction.atomic
def refund(*, wallet: Wallet, credits: int, cause: str, reverses: str, note: str = "", by: User | None = None) -> Entry:
    """Puts credits of the debit with the cause `reverses` back into the lots that they came from.

    Raises OverRefund beyond what that debit took. What it took last comes back first, so that credits with the longest
    life are whole again first.
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
    parts = [(living(lot, part), part) for lot, part in parts_of(taken, returned, returned + credits)]
    return write(held, EntryKind.REFUND, credits, parts, cause=cause, note=note, by=by, reverses=taken)


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
    entry = earlier(wallet=wallet, kind=EntryKind.GRANT, credits=credits, cause=cause)
    if entry is not None:
        return entry
    lot = open_lot(wallet=wallet, kind=kind, credits=credits, expires_at=expires_at)
    return write(held, EntryKind.GRANT, credits, [(lot, credits)], cause=cause, note=note, by=by)


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
    lot = Lot.objects.get(allocations__entry=granted)
    credits = min(credits, lot.remaining)
    if not credits:
        raise NothingLeft
    cause = cause_of_taking_back(granted)
    return write(held, EntryKind.ADJUSTMENT, -credits, [(lot, -credits)], cause=cause, note=note, by=by)


def taken_back(*, granted: Entry) -> Entry | None:
    """The entry that undid a grant, if one did."""
    return Entry.objects.filter(kind=EntryKind.ADJUSTMENT, cause=cause_of_taking_back(granted)).first()


def cause_of_taking_back(granted: Entry) -> str:
    """One for each grant."""
    return f"entry:{granted.pk}"


def require_positive(credits: int) -> None:
    """A verb's amount has no sign: the verb says the direction."""
    if credits <= 0:
        raise ValueError(f"credits has to be 1 or more, not {credits}")


def lock(wallet: Wallet) -> Wallet:
    """The wallet as it stands, held until the transaction's end. Everything that moves credits passes here first."""
    return Wallet.objects.select_for_update(no_key=True).get(pk=wallet.pk)


def lock_of(*, user: User) -> Wallet:
    """The same of the user's wallet, opened if there is none."""
    held = Wallet.objects.select_for_update(no_key=True).filter(owner=user).first()
    return held or lock(wallet_of(user=user))


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


def parts_of(taken: Entry, start: int, stop: int) -> Iterable[tuple[Lot, int]]:
    """The lots behind the credits from `start` to `stop` of a debit, counted from the lot it drew last."""
    position = 0
    for allocation in taken.allocations.select_related("lot").order_by("-id"):
        end = position - allocation.credits
        part = min(stop, end) - max(start, position)
        if part > 0:
            yield allocation.lot, part
        position = end


def living(lot: Lot, part: int) -> Lot:
    """The lot, or where it has ended meanwhile, a new one with a short grace."""
    if lot.expires_at is None or lot.expires_at > timezone.now():
        return lot
    return open_lot(wallet=lot.wallet, kind=LotKind.PROMOTIONAL, credits=part, expires_at=timezone.now() + GRACE)


def open_lot(*, wallet: Wallet, kind: LotKind, credits: int, expires_at: datetime | None) -> Lot:
    """An empty lot, to be filled by the entry that it comes with."""
    return Lot.objects.create(wallet=wallet, kind=kind, credits=credits, remaining=0, expires_at=expires_at)


def write(
    held: Wallet,
    kind: EntryKind,
    credits: int,
    parts: Iterable[tuple[Lot, int]],
    *,
    cause: str,
    note: str,
    by: User | None = None,
    reverses: Entry | None = None,
) -> Entry:
    """The entry, its allocations, the lots and the balance. The wallet is locked by the caller."""
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
    for lot, part in parts:
        Allocation.objects.create(entry=entry, lot=lot, credits=part)
        Lot.objects.filter(pk=lot.pk).update(remaining=F("remaining") + part)
    return entry
