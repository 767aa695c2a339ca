"""manage.py check_ledger and the nightly task: silent on a sound ledger, loud on a tampered one."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from credits import audit, ledger, tasks
from credits.models import Entry, Wallet


@pytest.fixture
def sound(wallet: Wallet, bob: User) -> Wallet:
    """Two wallets with a past; the first is the one to be tampered with."""
    for number, kept in enumerate((wallet, ledger.wallet_of(user=bob))):
        ledger.grant(wallet=kept, credits=10, cause=f"grant:{number}")
        ledger.debit(wallet=kept, credits=6, cause=f"run:{number}")
        ledger.refund(wallet=kept, credits=2, cause=f"generation:{number}", reverses=f"run:{number}")
    return wallet


@pytest.fixture
def unguarded(db: None) -> Iterator[None]:
    """Someone at the database's own console: the triggers are off."""
    for table in ("credits_entry", "credits_allocation"):
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change")
    yield


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def check() -> str:
    out = io.StringIO()
    call_command("check_ledger", stdout=out)
    return out.getvalue()


def test_a_sound_ledger(sound: Wallet) -> None:
    assert check() == "The ledger adds up.\n"


def test_an_empty_ledger(db: None) -> None:
    assert check() == "The ledger adds up.\n"


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE credits_wallet SET balance = 7 WHERE id = {wallet}", ["balance 7, lots 6, entries 6"]),
        (
            "UPDATE credits_lot SET remaining = 5 WHERE wallet_id = {wallet}",
            ["balance 6, lots 5, entries 6", "5 left, allocations say 6"],
        ),
        (
            "UPDATE credits_entry SET credits = -5 WHERE wallet_id = {wallet} AND kind = 'debit'",
            [
                "balance 6, lots 6, entries 7",
                "-5 credits, allocations say -6",
                "balance after it 4, entries up to it say 5",
                "balance after it 6, entries up to it say 7",
            ],
        ),
        (
            "DELETE FROM credits_allocation WHERE credits = 2 AND lot_id IN "
            "(SELECT id FROM credits_lot WHERE wallet_id = {wallet})",
            ["6 left, allocations say 4", "2 credits, allocations say 0"],
        ),
        (
            "UPDATE credits_entry SET credits = 7 WHERE wallet_id = {wallet} AND kind = 'refund'",
            [
                "balance 6, lots 6, entries 11",
                "7 credits, allocations say 2",
                "balance after it 6, entries up to it say 11",
                "6 credits taken, 7 came back",
            ],
        ),
    ],
    ids=["wallet", "lot", "entry", "allocation", "refund"],
)
def test_it_names_the_tampered_wallet(
    sound: Wallet, unguarded: None, tampering: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run(tampering.format(wallet=sound.pk))
    out = io.StringIO()
    with pytest.raises(CommandError, match="does not add up in 1 wallets") as failed:
        call_command("check_ledger", stdout=out)
    assert failed.value.returncode == 1
    lines = out.getvalue().splitlines()
    assert len(lines) == len(words)
    for line, expected in zip(lines, words, strict=True):
        assert line.startswith(f"wallet {sound.pk}: ")
        assert line.endswith(expected)


def test_the_task_logs_ids(sound: Wallet, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        tasks.check_ledger()
        assert caplog.records == []
        Wallet.objects.filter(pk=sound.pk).update(balance=7)
        tasks.check_ledger()
    assert [record.getMessage() for record in caplog.records] == [
        f"ledger: wallet {sound.pk}: balance 7, lots 6, entries 6"
    ]


def test_the_task_has_the_name_that_beat_calls(settings: "pytest.FixtureRequest") -> None:
    assert tasks.check_ledger.name == settings.CELERY_BEAT_SCHEDULE["check-ledger"]["task"]  # type: ignore[attr-defined]


def test_findings_are_of_this_moment(sound: Wallet) -> None:
    assert audit.findings() == []
    assert Entry.objects.count() == 6
