"""The rules that the database holds, whoever writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from credits import ledger
from credits.models import Allocation, Entry, EntryKind, Lot, LotKind, Wallet


@pytest.fixture
def entry(wallet: Wallet) -> Entry:
    ledger.grant(wallet=wallet, credits=10, cause="a")
    return ledger.debit(wallet=wallet, credits=4, cause="run:1")


@pytest.mark.parametrize("table", ["credits_entry", "credits_allocation"])
@pytest.mark.parametrize("change", ["UPDATE {} SET credits = credits", "DELETE FROM {}"])
def test_entries_and_allocations_are_never_changed(entry: Entry, table: str, change: str) -> None:
    with pytest.raises(IntegrityError, match="the ledger only grows"), transaction.atomic():
        connection.cursor().execute(change.format(table))
    assert Entry.objects.count() == 2
    assert Allocation.objects.count() == 2


@pytest.mark.parametrize("table", ["credits_entry", "credits_allocation"])
def test_entries_and_allocations_are_never_truncated(entry: Entry, table: str) -> None:
    """The tests' own database has these triggers switched off; here they are on, as the product has them."""
    with pytest.raises(IntegrityError, match="the ledger only grows"), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.cursor().execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        connection.cursor().execute(f"TRUNCATE {table} CASCADE")
    assert Entry.objects.count() == 2


def test_the_orm_has_no_way_round_it(entry: Entry) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(note="other")
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
        entry.delete()
    with pytest.raises(ProtectedError):
        entry.wallet.delete()
    with pytest.raises(ProtectedError):
        entry.wallet.owner.delete()


@pytest.mark.parametrize(
    ("kind", "credits"),
    [(kind, -1) for kind in ("grant", "purchase", "plan")]
    + [(kind, 1) for kind in ("debit", "expiry", "clawback")]
    + [(kind, 0) for kind in EntryKind.values if kind != "refund"]
    + [("tip", 1)],
)
def test_the_sign_fits_the_kind(wallet: Wallet, kind: str, credits: int) -> None:
    with pytest.raises(IntegrityError, match="entry_sign_fits_kind"), transaction.atomic():
        Entry.objects.create(wallet=wallet, kind=kind, credits=credits, balance_after=1, cause="x")


def test_a_cause_comes_once_a_kind(wallet: Wallet, entry: Entry) -> None:
    Entry.objects.create(wallet=wallet, kind=EntryKind.ADJUSTMENT, credits=1, balance_after=1, cause="run:1")
    with pytest.raises(IntegrityError, match="entry_cause_once_a_kind"), transaction.atomic():
        Entry.objects.create(wallet=wallet, kind=EntryKind.DEBIT, credits=-1, balance_after=1, cause="run:1")


def test_a_refund_names_its_debit_and_nothing_else_does(wallet: Wallet, entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="entry_refund_reverses"), transaction.atomic():
        Entry.objects.create(wallet=wallet, kind=EntryKind.REFUND, credits=1, balance_after=1, cause="x")
    with pytest.raises(IntegrityError, match="entry_refund_reverses"), transaction.atomic():
        Entry.objects.create(wallet=wallet, kind=EntryKind.GRANT, credits=1, balance_after=1, cause="x", reverses=entry)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"cause": ""}, "entry_has_a_cause"),
        ({"balance_after": -1}, "entry_balance_not_negative"),
    ],
)
def test_other_rules_of_an_entry(wallet: Wallet, change: dict[str, object], rule: str) -> None:
    fields = {"kind": EntryKind.GRANT, "credits": 1, "balance_after": 1, "cause": "x", **change}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Entry.objects.create(wallet=wallet, **fields)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"remaining": -1}, "lot_remaining_within_credits"),
        ({"remaining": 6}, "lot_remaining_within_credits"),
        ({"credits": 0, "remaining": 0}, "lot_credits_positive"),
        ({"kind": "tip"}, "lot_kind_known"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "lot_ends_after_start"),
        ({"cost_minor": 900}, "lot_cost_has_currency"),
        ({"cost_minor": -1, "currency": "eur"}, "lot_cost_has_currency"),
    ],
)
def test_rules_of_a_lot(wallet: Wallet, change: dict[str, object], rule: str) -> None:
    fields = {"kind": LotKind.PAID, "credits": 5, "remaining": 5, **change}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Lot.objects.create(wallet=wallet, **fields)


def test_rules_of_a_wallet(wallet: Wallet) -> None:
    with pytest.raises(IntegrityError, match="wallet_balance_not_negative"), transaction.atomic():
        Wallet.objects.filter(pk=wallet.pk).update(balance=-1)
    with pytest.raises(IntegrityError, match="wallet_one_an_owner"), transaction.atomic():
        Wallet.objects.create(owner=wallet.owner)


def test_an_allocation_is_something(entry: Entry) -> None:
    lot = Lot.objects.get()
    with pytest.raises(IntegrityError, match="allocation_once_a_lot"), transaction.atomic():
        Allocation.objects.create(entry=entry, lot=lot, credits=1)
    other = Lot.objects.create(wallet=entry.wallet, kind=LotKind.PAID, credits=5, remaining=5)
    with pytest.raises(IntegrityError, match="allocation_not_zero"), transaction.atomic():
        Allocation.objects.create(entry=entry, lot=other, credits=0)
