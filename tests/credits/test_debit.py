"""ledger.debit: takes from the right lots, once a cause, and never what is not there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from credits import ledger
from credits.models import Entry, EntryKind, Lot, LotKind, Wallet
from tests.credits.conftest import held, parts

NOW = timezone.now


def lot(
    wallet: Wallet, credits: int, cause: str, kind: LotKind = LotKind.PROMOTIONAL, days: float | None = None
) -> Lot:
    end = NOW() + timedelta(days=days) if days is not None else None
    entry = ledger.grant(wallet=wallet, credits=credits, cause=cause, kind=kind, expires_at=end)
    return Lot.objects.get(allocations__entry=entry)


def test_it_works_in_one_statement(wallet: Wallet) -> None:
    given = lot(wallet, 10, "a")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        entry = ledger.debit(wallet=wallet, credits=4, cause="run:1", note="two pictures")
    assert len(queries) == 1
    assert (entry.kind, entry.credits, entry.balance_after, entry.note) == (EntryKind.DEBIT, -4, 6, "two pictures")
    assert parts(entry.pk) == [(given.pk, -4)]
    assert held(wallet) == 6


def test_what_it_returns_is_what_stands_in_the_table(wallet: Wallet) -> None:
    lot(wallet, 10, "a")
    entry = ledger.debit(wallet=wallet, credits=4, cause="run:1", note="why")
    stored = Entry.objects.get(pk=entry.pk)
    fields = [field.attname for field in Entry._meta.concrete_fields]
    assert [getattr(entry, name) for name in fields] == [getattr(stored, name) for name in fields]


def test_soonest_ending_then_given_before_paid_then_oldest(wallet: Wallet) -> None:
    paid = lot(wallet, 1, "paid", LotKind.PAID)
    plan = lot(wallet, 1, "plan", LotKind.PLAN)
    given = lot(wallet, 1, "given")
    given_later = lot(wallet, 1, "given later")
    late = lot(wallet, 1, "late", LotKind.PAID, days=30)
    soon = lot(wallet, 1, "soon", LotKind.PAID, days=2)
    order = [soon.pk, late.pk, given.pk, given_later.pk, paid.pk, plan.pk]
    assert [found.pk for found in ledger.in_spending_order(wallet.lots.all())] == order
    entry = ledger.debit(wallet=wallet, credits=6, cause="run:1")
    assert parts(entry.pk) == [(pk, -1) for pk in order]
    assert held(wallet) == 0


def test_a_lot_is_drawn_in_part(wallet: Wallet) -> None:
    soon, later = lot(wallet, 3, "soon", days=1), lot(wallet, 5, "later")
    entry = ledger.debit(wallet=wallet, credits=4, cause="run:1")
    assert parts(entry.pk) == [(soon.pk, -3), (later.pk, -1)]
    later.refresh_from_db()
    assert later.remaining == 4


def test_too_few_says_how_many_are_missing(wallet: Wallet) -> None:
    lot(wallet, 9, "a")
    with pytest.raises(ledger.NotEnough) as refused:
        ledger.debit(wallet=wallet, credits=16, cause="run:1")
    assert (refused.value.missing, refused.value.balance) == (7, 9)
    assert held(wallet) == 9
    assert not Entry.objects.filter(kind=EntryKind.DEBIT).exists()


def test_an_empty_wallet(wallet: Wallet) -> None:
    with pytest.raises(ledger.NotEnough) as refused:
        ledger.debit(wallet=wallet, credits=1, cause="run:1")
    assert (refused.value.missing, refused.value.balance) == (1, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": NOW() - timedelta(seconds=1), "starts_at": NOW() - timedelta(days=1)},
        {"starts_at": NOW() + timedelta(days=1)},
        {"voided_at": NOW()},
    ],
    ids=["ended", "not begun", "voided"],
)
def test_a_lot_out_of_its_time_is_not_spent(wallet: Wallet, change: dict[str, object]) -> None:
    lot(wallet, 5, "open")
    closed = lot(wallet, 5, "closed")
    Lot.objects.filter(pk=closed.pk).update(**change)
    with pytest.raises(ledger.NotEnough) as refused:
        ledger.debit(wallet=wallet, credits=6, cause="run:1")
    assert (refused.value.missing, refused.value.balance) == (1, 5)
    assert ledger.spendable(lots=wallet.lots.all()) == 5
    ledger.debit(wallet=wallet, credits=5, cause="run:2")
    assert held(wallet) == 5


def test_the_same_cause_again_charges_nothing(wallet: Wallet) -> None:
    lot(wallet, 10, "a")
    first = ledger.debit(wallet=wallet, credits=4, cause="run:1")
    assert ledger.debit(wallet=wallet, credits=4, cause="run:1").pk == first.pk
    assert held(wallet) == 6


def test_the_same_cause_again_answers_even_when_nothing_is_left(wallet: Wallet) -> None:
    lot(wallet, 4, "a")
    first = ledger.debit(wallet=wallet, credits=4, cause="run:1")
    assert ledger.debit(wallet=wallet, credits=4, cause="run:1").pk == first.pk


def test_the_same_cause_with_another_amount_is_refused(wallet: Wallet) -> None:
    lot(wallet, 10, "a")
    first = ledger.debit(wallet=wallet, credits=4, cause="run:1")
    with pytest.raises(ledger.CauseTaken) as taken:
        ledger.debit(wallet=wallet, credits=5, cause="run:1")
    assert taken.value.entry.pk == first.pk
    assert held(wallet) == 6


def test_the_same_cause_from_another_wallet_is_refused(wallet: Wallet, bob: User) -> None:
    lot(wallet, 10, "a")
    ledger.debit(wallet=wallet, credits=4, cause="run:1")
    other = ledger.wallet_of(user=bob)
    lot(other, 10, "b")
    with pytest.raises(ledger.CauseTaken):
        ledger.debit(wallet=other, credits=4, cause="run:1")
    assert held(other) == 10


@pytest.mark.parametrize("credits", [0, -1])
def test_only_whole_amounts_above_nothing(wallet: Wallet, credits: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        ledger.debit(wallet=wallet, credits=credits, cause="run:1")
