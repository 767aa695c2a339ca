"""The debit: one statement where it can be, with the wallet held beforehand where that found nothing."""

from django.db import transaction

from credits.ledger import debits
from credits.ledger.entries import earlier, require_positive
from credits.ledger.errors import NotEnough
from credits.ledger.lots import spendable
from credits.ledger.wallets import lock
from credits.models import Entry, EntryKind, Wallet


def debit(*, wallet: Wallet, credits: int, cause: str, note: str = "") -> Entry:
    """Takes credits, or raises NotEnough."""
    require_positive(credits)
    entry = debits.take(wallet=wallet, credits=credits, cause=cause, note=note)
    return entry or _held(wallet=wallet, credits=credits, cause=cause, note=note)


def _held(*, wallet: Wallet, credits: int, cause: str, note: str) -> Entry:
    """The debit with the wallet locked beforehand, so that what is refused is surely not there."""
    with transaction.atomic():
        lock(wallet)
        entry = earlier(wallet=wallet, kind=EntryKind.DEBIT, credits=-credits, cause=cause)
        entry = entry or debits.take(wallet=wallet, credits=credits, cause=cause, note=note)
        if entry is None:
            balance = spendable(lots=wallet.lots.all())
            raise NotEnough(missing=credits - balance, balance=balance)
        return entry
