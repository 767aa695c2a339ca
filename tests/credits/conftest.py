"""Wallets to try the ledger on."""

import pytest

from accounts.models import User
from credits import audit, ledger
from credits.models import Allocation, Wallet


@pytest.fixture
def wallet(alice: User) -> Wallet:
    """alice's wallet, empty."""
    return ledger.wallet_of(user=alice)


def held(wallet: Wallet) -> int:
    """The balance as the database has it, after making sure that the whole ledger adds up."""
    assert audit.findings() == []
    wallet.refresh_from_db()
    return wallet.balance


def parts(entry_pk: int) -> list[tuple[int, int]]:
    """Lots and credits of an entry, in the order in which they were drawn or filled."""
    return list(Allocation.objects.filter(entry=entry_pk).order_by("id").values_list("lot_id", "credits"))
