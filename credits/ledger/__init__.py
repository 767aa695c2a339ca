"""The only writer of wallets, lots, entries, allocations and shortfalls.

Every verb is atomic, holds under concurrency, and is told apart by its cause: the same verb with the same cause again
returns the first entry and moves nothing. A wallet object passed in is not refreshed; `spendable` asks anew.
"""

from credits.ledger.adding import Portion, grant, purchase
from credits.ledger.ending import expire, expire_due
from credits.ledger.errors import CauseTaken, LedgerError, NotEnough, NothingLeft, OverRefund, UnknownDebit
from credits.ledger.lots import in_spending_order, spendable, spendable_by, spendable_in_sql, usable
from credits.ledger.returning import GRACE, refund
from credits.ledger.shortfalls import forgive, owed
from credits.ledger.spending import debit
from credits.ledger.taking import claw_back, hold, let_go, take_back, taken_back, void
from credits.ledger.wallets import lock, lock_of, wallet_of

__all__ = [
    "GRACE",
    "CauseTaken",
    "LedgerError",
    "NotEnough",
    "NothingLeft",
    "OverRefund",
    "Portion",
    "UnknownDebit",
    "claw_back",
    "debit",
    "expire",
    "expire_due",
    "forgive",
    "grant",
    "hold",
    "in_spending_order",
    "let_go",
    "lock",
    "lock_of",
    "owed",
    "purchase",
    "refund",
    "spendable",
    "spendable_by",
    "spendable_in_sql",
    "take_back",
    "taken_back",
    "usable",
    "void",
    "wallet_of",
]
