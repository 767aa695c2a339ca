"""The ledger under threads, each with a connection of its own, against the real PostgreSQL."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections, transaction
from django.utils import timezone

from credits import ledger
from credits.models import Entry, EntryKind, Lot, LotKind, Wallet
from tests.conftest import person
from tests.credits.conftest import held

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 10


@pytest.fixture
def wallet(transactional_db: None) -> Wallet:
    """A wallet that all threads see."""
    return ledger.wallet_of(user=person("alice"))


def at_once(work: Callable[[int], Entry], times: int) -> list[Entry | ledger.LedgerError]:
    """Does the work so many times, ten at a time; a refusal is an answer too."""
    start = Barrier(THREADS)

    def one(number: int) -> Entry | ledger.LedgerError:
        if number < THREADS:
            start.wait(10)
        try:
            return work(number)
        except ledger.LedgerError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(times)))


def made(answers: list[Entry | ledger.LedgerError]) -> list[Entry]:
    return [answer for answer in answers if isinstance(answer, Entry)]


def test_fifty_debits_never_overdraw(wallet: Wallet) -> None:
    end = timezone.now() + timedelta(days=1)
    ledger.grant(wallet=wallet, credits=40, cause="soon", expires_at=end)
    ledger.grant(wallet=wallet, credits=51, cause="paid", kind=LotKind.PAID)
    answers = at_once(lambda n: ledger.debit(wallet=wallet, credits=3, cause=f"run:{n}"), 50)
    assert len(made(answers)) == 30
    assert {type(answer) for answer in answers} == {Entry, ledger.NotEnough}
    assert {answer.balance for answer in answers if isinstance(answer, ledger.NotEnough)} == {1}
    assert held(wallet) == 1


def test_a_cause_that_comes_fifty_times_is_charged_once(wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=100, cause="a")
    answers = at_once(lambda n: ledger.debit(wallet=wallet, credits=2, cause=f"run:{n % 5}"), 50)
    assert len(made(answers)) == 50
    assert len({entry.pk for entry in made(answers)}) == 5
    assert held(wallet) == 90


def test_grants_and_refunds_of_one_cause_come_once(wallet: Wallet) -> None:
    granted = at_once(lambda n: ledger.grant(wallet=wallet, credits=7, cause="grant:1"), 20)
    ledger.debit(wallet=wallet, credits=6, cause="run:1")
    refunded = at_once(
        lambda n: ledger.refund(wallet=wallet, credits=2, cause=f"generation:{n % 2}", reverses="run:1"), 20
    )
    assert len({entry.pk for entry in made(granted)}) == 1
    assert len({entry.pk for entry in made(refunded)}) == 2
    assert held(wallet) == 5


def test_refunds_at_once_never_pass_what_was_taken(wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=10, cause="a")
    ledger.debit(wallet=wallet, credits=10, cause="run:1")
    answers = at_once(lambda n: ledger.refund(wallet=wallet, credits=3, cause=f"generation:{n}", reverses="run:1"), 20)
    assert len(made(answers)) == 3
    assert held(wallet) == 9


def test_verbs_at_once_add_up(wallet: Wallet) -> None:
    """Grants bring lots that a waiting debit has not seen; whoever is refused, was refused rightly."""
    ledger.grant(wallet=wallet, credits=5, cause="a")
    ledger.debit(wallet=wallet, credits=5, cause="run:0")

    def mixed(number: int) -> Entry:
        if number % 3 == 0:
            return ledger.grant(wallet=wallet, credits=2, cause=f"grant:{number}")
        if number % 3 == 1:
            return ledger.refund(wallet=wallet, credits=1, cause=f"generation:{number}", reverses="run:0")
        return ledger.debit(wallet=wallet, credits=1, cause=f"run:{number}")

    at_once(mixed, 60)
    assert held(wallet) == sum(entry.credits for entry in Entry.objects.all())


def test_a_debit_that_waited_for_a_grant_gets_it(wallet: Wallet) -> None:
    """The statement began before the lot was there: it has to look again before it refuses."""
    ledger.grant(wallet=wallet, credits=1, cause="a")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ledger.grant(wallet=wallet, credits=5, cause="b")
            waiting = pool.submit(lambda: debit_of_six(wallet))
            wait_until_it_waits()
        assert waiting.result(10).credits == -6
    assert held(wallet) == 0


def test_transactions_that_point_at_a_wallet_do_not_block_each_other(wallet: Wallet) -> None:
    """A run is inserted (KEY SHARE on its wallet) before its debit; two such transactions must not deadlock."""
    ledger.grant(wallet=wallet, credits=100, cause="a")

    def run_and_debit(number: int) -> Entry:
        with transaction.atomic():
            Lot.objects.create(wallet=wallet, kind=LotKind.PROMOTIONAL, credits=1, remaining=0)
            transaction.get_connection().check_constraints()  # takes the lock now, as an immediate key would
            transaction.get_connection().cursor().execute("SET CONSTRAINTS ALL DEFERRED")
            return ledger.debit(wallet=wallet, credits=1, cause=f"run:{number}")

    assert len(made(at_once(run_and_debit, 30))) == 30
    assert held(wallet) == 70


def test_wallets_are_opened_once(wallet: Wallet) -> None:
    owner = wallet.owner
    Wallet.objects.all().delete()

    def opened(number: int) -> Entry:
        return ledger.grant(wallet=ledger.wallet_of(user=owner), credits=1, cause=f"grant:{number}")

    assert len(made(at_once(opened, 20))) == 20
    assert Wallet.objects.get().balance == 20
    assert Entry.objects.filter(kind=EntryKind.GRANT).count() == 20


def debit_of_six(wallet: Wallet) -> Entry:
    """A debit in a thread that closes its connection."""
    try:
        return ledger.debit(wallet=wallet, credits=6, cause="run:1")
    finally:
        connections.close_all()


def wait_until_it_waits() -> None:
    """Returns once a statement of another connection waits for a lock."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited")
