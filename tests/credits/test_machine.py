"""Any order of the ledger's verbs leaves every balance right: a state machine beside a plain model of it."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from credits import audit, ledger
from credits.models import Entry, Lot, LotKind

AMOUNTS = st.integers(1, 30)
CAUSES = st.integers(0, 5)


class Machine(RuleBasedStateMachine):
    """One wallet and what it should hold: `debits` is cause -> (taken, returned)."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        user = get_user_model().objects.create_user(f"{uuid.uuid4()}@example.com")
        self.wallet = ledger.wallet_of(user=user)
        self.balance = 0
        self.ended = 0
        self.grants: dict[str, int] = {}
        self.debits: dict[str, list[int]] = {}
        self.refunds: dict[str, tuple[str, int]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(credits=AMOUNTS, number=CAUSES, kind=st.sampled_from(LotKind), days=st.none() | st.integers(1, 9))
    def grant(self, credits: int, number: int, kind: LotKind, days: int | None) -> None:
        cause = f"grant:{number}"
        end = timezone.now() + timedelta(days=days) if days else None
        if self.grants.setdefault(cause, credits) != credits:
            with pytest.raises(ledger.CauseTaken):
                ledger.grant(wallet=self.wallet, credits=credits, cause=cause, kind=kind, expires_at=end)
            return
        new = not Entry.objects.filter(cause=cause).exists()
        ledger.grant(wallet=self.wallet, credits=credits, cause=cause, kind=kind, expires_at=end)
        self.balance += credits if new else 0

    @rule(credits=AMOUNTS, number=CAUSES)
    def debit(self, credits: int, number: int) -> None:
        cause = f"run:{number}"
        if cause in self.debits:
            self.debit_again(credits, cause)
        elif credits > self.balance - self.ended:
            with pytest.raises(ledger.NotEnough) as refused:
                ledger.debit(wallet=self.wallet, credits=credits, cause=cause)
            assert refused.value.balance == self.balance - self.ended
            assert refused.value.missing == credits - refused.value.balance
        else:
            ledger.debit(wallet=self.wallet, credits=credits, cause=cause)
            self.debits[cause] = [credits, 0]
            self.balance -= credits

    def debit_again(self, credits: int, cause: str) -> None:
        if self.debits[cause][0] == credits:
            assert ledger.debit(wallet=self.wallet, credits=credits, cause=cause).credits == -credits
            return
        with pytest.raises(ledger.CauseTaken):
            ledger.debit(wallet=self.wallet, credits=credits, cause=cause)

    @precondition(lambda self: self.debits)
    @rule(data=st.data(), number=CAUSES)
    def refund(self, data: st.DataObject, number: int) -> None:
        reverses = data.draw(st.sampled_from(sorted(self.debits)))
        taken, returned = self.debits[reverses]
        credits = data.draw(st.integers(1, taken + 1))
        cause = f"generation:{number}"
        expected: type[ledger.LedgerError] | None = None
        if cause in self.refunds:
            expected = None if self.refunds[cause] == (reverses, credits) else ledger.CauseTaken
        elif returned + credits > taken:
            expected = ledger.OverRefund
        if expected:
            with pytest.raises(expected):
                ledger.refund(wallet=self.wallet, credits=credits, cause=cause, reverses=reverses)
            return
        ledger.refund(wallet=self.wallet, credits=credits, cause=cause, reverses=reverses)
        if cause not in self.refunds:
            self.refunds[cause] = (reverses, credits)
            self.debits[reverses][1] += credits
            self.balance += credits

    @precondition(lambda self: self.balance)
    @rule()
    def the_soonest_lot_ends(self) -> None:
        lot = ledger.in_spending_order(self.wallet.lots.all()).filter(expires_at__isnull=False).first()
        if lot is not None:
            past = timezone.now() - timedelta(seconds=1)
            Lot.objects.filter(pk=lot.pk).update(starts_at=past - timedelta(days=1), expires_at=past)
            self.ended += lot.remaining

    @invariant()
    def it_adds_up(self) -> None:
        assert audit.findings() == []
        self.wallet.refresh_from_db()
        assert self.wallet.balance == self.balance
        assert ledger.spendable(lots=self.wallet.lots.all()) == self.balance - self.ended


@pytest.mark.django_db
def test_any_order_of_verbs_adds_up() -> None:
    Machine.TestCase.settings = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    Machine.TestCase().runTest()
