"""ledger.grant and ledger.wallet_of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from credits import ledger
from credits.models import EntryKind, LotKind, Wallet
from tests.credits.conftest import held


def test_it_works(wallet: Wallet, charlie: User) -> None:
    end = timezone.now() + timedelta(days=3)
    entry = ledger.grant(wallet=wallet, credits=20, cause="grant:1", note="for the trouble", by=charlie, expires_at=end)
    assert (entry.kind, entry.credits, entry.balance_after) == (EntryKind.GRANT, 20, 20)
    assert (entry.note, entry.by) == ("for the trouble", charlie)
    lot = wallet.lots.get()
    assert (lot.kind, lot.credits, lot.remaining, lot.expires_at) == (LotKind.PROMOTIONAL, 20, 20, end)
    assert (lot.cost_minor, lot.currency) == (0, "")
    assert held(wallet) == 20


def test_the_same_cause_again_gives_nothing(wallet: Wallet) -> None:
    first = ledger.grant(wallet=wallet, credits=20, cause="grant:1")
    assert ledger.grant(wallet=wallet, credits=20, cause="grant:1").pk == first.pk
    assert wallet.lots.count() == 1
    assert held(wallet) == 20


def test_the_same_cause_with_another_amount_is_refused(wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=20, cause="grant:1")
    with pytest.raises(ledger.CauseTaken):
        ledger.grant(wallet=wallet, credits=21, cause="grant:1")
    assert held(wallet) == 20


@pytest.mark.parametrize("credits", [0, -20])
def test_only_whole_amounts_above_nothing(wallet: Wallet, credits: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        ledger.grant(wallet=wallet, credits=credits, cause="grant:1")


def test_a_user_has_one_wallet(alice: User, bob: User) -> None:
    assert ledger.wallet_of(user=alice) == ledger.wallet_of(user=alice)
    assert ledger.wallet_of(user=alice) != ledger.wallet_of(user=bob)
