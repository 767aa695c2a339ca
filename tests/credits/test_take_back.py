"""ledger.take_back: a grant undone by an opposite entry, once, as far as it is not spent."""

import pytest

from accounts.models import User
from credits import ledger, statements
from credits.models import Entry, EntryKind, Wallet
from tests.credits.conftest import held, parts


@pytest.fixture
def granted(wallet: Wallet) -> Entry:
    return ledger.grant(wallet=wallet, credits=50, cause="grant:1", note="for the trouble")


def test_it_works(wallet: Wallet, granted: Entry, bob: User) -> None:
    entry = ledger.take_back(granted=granted, credits=20, note="one nought too many", by=bob)
    assert (entry.kind, entry.credits, entry.balance_after) == (EntryKind.ADJUSTMENT, -20, 30)
    assert (entry.note, entry.by) == ("one nought too many", bob)
    assert parts(entry.pk) == [(wallet.lots.get().pk, -20)]
    assert held(wallet) == 30


def test_twice_is_once(wallet: Wallet, granted: Entry) -> None:
    first = ledger.take_back(granted=granted, credits=20, note="one nought too many")
    assert ledger.take_back(granted=granted, credits=30, note="again") == first
    assert held(wallet) == 30


def test_it_takes_what_is_left_of_that_lot_and_no_other(wallet: Wallet, granted: Entry) -> None:
    ledger.debit(wallet=wallet, credits=45, cause="run:1")
    other = ledger.grant(wallet=wallet, credits=100, cause="grant:2")
    entry = ledger.take_back(granted=granted, credits=50, note="one nought too many")
    assert entry.credits == -5
    assert [lot for lot, _credits in parts(entry.pk)] != [lot for lot, _credits in parts(other.pk)]
    assert held(wallet) == 100


def test_nothing_left(wallet: Wallet, granted: Entry) -> None:
    ledger.debit(wallet=wallet, credits=50, cause="run:1")
    with pytest.raises(ledger.NothingLeft):
        ledger.take_back(granted=granted, credits=50, note="one nought too many")
    assert held(wallet) == 0


def test_only_grants(wallet: Wallet, granted: Entry) -> None:
    debit = ledger.debit(wallet=wallet, credits=5, cause="run:1")
    for entry, credits in ((debit, 5), (granted, 0), (granted, -5)):
        with pytest.raises(ValueError, match=r"grant|1 or more"):
            ledger.take_back(granted=entry, credits=credits, note="one nought too many")
    assert held(wallet) == 45


def test_what_comes_back_later_comes_back(wallet: Wallet, granted: Entry) -> None:
    ledger.debit(wallet=wallet, credits=10, cause="run:1")
    ledger.take_back(granted=granted, credits=50, note="one nought too many")
    ledger.refund(wallet=wallet, credits=10, cause="generation:1", reverses="run:1")
    assert held(wallet) == 10


def test_the_customer_reads_why(wallet: Wallet, granted: Entry) -> None:
    ledger.take_back(granted=granted, credits=50, note="one nought too many")
    row = statements.page(wallet=wallet).rows[0]
    assert (row.what.title, row.what.detail, row.lots) == ("Corrected", "one nought too many", "From Given")
