"""ledger.refund: back into the lots that it came from, and never beyond what was taken."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from credits import ledger, statements
from credits.models import EntryKind, Lot, LotKind, Wallet
from credits.statements import Description
from tests.credits.conftest import held, parts


@pytest.fixture
def spent(wallet: Wallet) -> tuple[Lot, Lot]:
    """Ten credits taken by run:1: six of a lot that ends in a day, four of a paid one without end."""
    end = timezone.now() + timedelta(days=1)
    ledger.grant(wallet=wallet, credits=6, cause="soon", expires_at=end)
    ledger.grant(wallet=wallet, credits=6, cause="paid", kind=LotKind.PAID)
    ledger.debit(wallet=wallet, credits=10, cause="run:1")
    soon, paid = wallet.lots.order_by("id")
    return soon, paid


def back(wallet: Wallet, credits: int, cause: str) -> list[tuple[int, int]]:
    return parts(ledger.refund(wallet=wallet, credits=credits, cause=cause, reverses="run:1").pk)


def test_it_works(wallet: Wallet, spent: tuple[Lot, Lot]) -> None:
    entry = ledger.refund(wallet=wallet, credits=3, cause="generation:1", reverses="run:1", note="overloaded")
    assert (entry.kind, entry.credits, entry.balance_after, entry.note) == (EntryKind.REFUND, 3, 5, "overloaded")
    assert entry.reverses is not None
    assert entry.reverses.cause == "run:1"
    assert held(wallet) == 5


def test_what_was_drawn_last_comes_back_first(wallet: Wallet, spent: tuple[Lot, Lot]) -> None:
    soon, paid = spent
    assert back(wallet, 3, "generation:1") == [(paid.pk, 3)]
    assert back(wallet, 3, "generation:2") == [(paid.pk, 1), (soon.pk, 2)]
    assert back(wallet, 4, "generation:3") == [(soon.pk, 4)]
    assert held(wallet) == 12


def test_never_beyond_what_was_taken(wallet: Wallet, spent: tuple[Lot, Lot]) -> None:
    back(wallet, 8, "generation:1")
    with pytest.raises(ledger.OverRefund) as refused:
        back(wallet, 3, "generation:2")
    assert (refused.value.asked, refused.value.left) == (3, 2)
    assert held(wallet) == 10


def test_the_same_cause_again_gives_nothing(wallet: Wallet, spent: tuple[Lot, Lot]) -> None:
    assert back(wallet, 10, "generation:1") == back(wallet, 10, "generation:1")
    assert held(wallet) == 12


def test_the_same_cause_with_another_amount_is_refused(wallet: Wallet, spent: tuple[Lot, Lot]) -> None:
    back(wallet, 2, "generation:1")
    with pytest.raises(ledger.CauseTaken):
        back(wallet, 3, "generation:1")


def test_the_same_cause_for_another_debit_is_refused(wallet: Wallet, spent: tuple[Lot, Lot]) -> None:
    ledger.debit(wallet=wallet, credits=2, cause="run:2")
    back(wallet, 2, "generation:1")
    with pytest.raises(ledger.CauseTaken):
        ledger.refund(wallet=wallet, credits=2, cause="generation:1", reverses="run:2")
    assert held(wallet) == 2


def test_another_wallets_debit_is_unknown(wallet: Wallet, spent: tuple[Lot, Lot], bob: User) -> None:
    with pytest.raises(ledger.UnknownDebit):
        ledger.refund(wallet=ledger.wallet_of(user=bob), credits=1, cause="generation:1", reverses="run:1")
    with pytest.raises(ledger.UnknownDebit):
        ledger.refund(wallet=wallet, credits=1, cause="generation:1", reverses="run:9")


def test_a_lot_that_has_ended_gives_one_with_a_short_grace(wallet: Wallet, spent: tuple[Lot, Lot]) -> None:
    soon, paid = spent
    past = timezone.now() - timedelta(minutes=1)
    Lot.objects.filter(pk=soon.pk).update(starts_at=past - timedelta(days=1), expires_at=past)
    back(wallet, 10, "generation:1")
    grace = wallet.lots.latest("id")
    assert grace.pk not in (soon.pk, paid.pk)
    assert (grace.kind, grace.remaining, grace.credits) == (LotKind.PROMOTIONAL, 6, 6)
    assert grace.expires_at is not None
    assert timedelta(days=6) < grace.expires_at - timezone.now() <= ledger.GRACE
    assert ledger.spendable(lots=wallet.lots.all()) == held(wallet) == 12


def test_grace_and_further_refunds_still_stop_at_what_was_taken(wallet: Wallet, spent: tuple[Lot, Lot]) -> None:
    past = timezone.now() - timedelta(minutes=1)
    Lot.objects.filter(pk=spent[0].pk).update(starts_at=past - timedelta(days=1), expires_at=past)
    back(wallet, 7, "generation:1")
    back(wallet, 3, "generation:2")
    with pytest.raises(ledger.OverRefund):
        back(wallet, 1, "generation:3")
    assert held(wallet) == 12


@pytest.mark.parametrize("credits", [0, -1])
def test_only_whole_amounts_above_nothing(wallet: Wallet, credits: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        ledger.refund(wallet=wallet, credits=credits, cause="generation:1", reverses="run:1")


def test_an_operators_reason_stands_beside_the_apps_words(wallet: Wallet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "describers", {"generation": lambda found: {"1": Description(title="Given back")}})
    ledger.grant(wallet=wallet, credits=5, cause="a")
    ledger.debit(wallet=wallet, credits=2, cause="run:1")
    ledger.refund(wallet=wallet, credits=2, cause="generation:1", reverses="run:1", note="six fingers")
    what = statements.page(wallet=wallet).rows[0].what
    assert (what.title, what.detail) == ("Given back", "six fingers")
