"""What the ledger refuses; nothing was moved then."""

from credits.models import Entry


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
