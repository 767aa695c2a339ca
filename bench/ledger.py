"""Debits a second through ledger.debit, beside the same statement through bare psycopg, and the least of ledgers.

All in this process, in turns, with as many threads, on the same tables of an embedded PostgreSQL that flushes to disk.
The least any ledger does is two statements with no lots: told in the note, not aimed at.
"""

import os
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.measure import RUNS, Measurement, Target, alternately, beside
from bench.stage import SETTINGS

MUCH: Final = 2_000_000_000
THREADS: Final = 4
SECONDS: Final = 1.5
Work = Callable[[Any], object]


def measure(*, small: bool) -> list[Measurement]:
    """Many wallets, each thread with its own, and one that all want."""
    from gptimage.embedded import services

    seconds, rounds = (0.3, 2) if small else (SECONDS, RUNS)
    with tempfile.TemporaryDirectory() as folder, services(root=Path(folder), valkey=False, s3=False) as environment:
        _start_django(environment)
        many, hot = _opened(THREADS), _opened(1)
        found = [
            _beside("ledger: many wallets", many, Target(least_ratio=0.6), seconds, rounds),
            _beside("ledger: one hot wallet", hot, Target(least_ratio=0.8), seconds, rounds),
        ]
        _add_up([*many, *hot])
    return found


def _beside(name: str, wallets: list[Any], target: Target, seconds: float, rounds: int) -> Measurement:
    works = (debit, same_statement, two_statements)
    ours, same, least = alternately(*(partial(_rate, work, wallets, seconds) for work in works), rounds=rounds)
    note = (
        f"{THREADS} threads, rounds of {seconds:g} s; two bare statements with no lots: {statistics.median(least):,.0f}"
    )
    return beside(
        name, "debits/s", ours, same, against="the same statement, bare psycopg, autocommit", target=target, note=note
    )


def debit(wallet: Any) -> None:
    """The verb."""
    from credits import ledger

    ledger.debit(wallet=wallet, credits=4, cause=f"run:{uuid.uuid4()}")


def same_statement(wallet: Any) -> None:
    """What the verb sends, without Django: no wrapper, no model."""
    from django.db import connection

    from credits.ledger.debits import TAKE

    asked = {"wallet": wallet.pk, "credits": 4, "cause": f"run:{uuid.uuid4()}", "note": ""}
    while connection.connection.execute(TAKE, asked).fetchone() is None:  # it waited, and a lot was not seen
        pass


def two_statements(wallet: Any) -> None:
    """The balance goes down where there is enough, an entry is written. No lots."""
    from django.db import connection

    bare = connection.connection
    with bare.transaction(), bare.cursor() as cursor:
        cursor.execute(
            "UPDATE credits_wallet SET balance = balance - 4 WHERE id = %s AND balance >= 4 RETURNING balance",
            (wallet.pk,),
        )
        cursor.execute(
            "INSERT INTO credits_entry (wallet_id, kind, credits, balance_after, cause, note)"
            " VALUES (%s, 'debit', -4, %s, %s, '')",
            (wallet.pk, cursor.fetchone()[0], f"bare:{uuid.uuid4()}"),
        )


def _start_django(environment: dict[str, str]) -> None:
    os.environ.update(SETTINGS, **environment)
    os.environ.update(
        REDIS_URL="redis://127.0.0.1:9/0",
        S3_BUCKET="none",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        DATABASE_POOL=str(THREADS + 2),
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _opened(count: int) -> list[Any]:
    """So many wallets, each with three lots, the first of them soon empty."""
    from accounts.models import User
    from credits import ledger

    wallets = []
    for _ in range(count):
        wallet = ledger.wallet_of(user=User.objects.create_user(f"{uuid.uuid4()}@example.com"))
        for credits in (100, MUCH // 4, MUCH // 4):
            ledger.grant(wallet=wallet, credits=credits, cause=f"bench:{uuid.uuid4()}")
        wallets.append(wallet)
    return wallets


def _rate(work: Work, wallets: list[Any], seconds: float) -> float:
    """How often a second all threads together do the work."""
    from django.db import connection

    done = [0] * THREADS
    start = threading.Barrier(THREADS + 1)

    def loop(place: int) -> None:
        connection.ensure_connection()
        start.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            work(wallets[place % len(wallets)])
            done[place] += 1
        connection.close()

    crew = [threading.Thread(target=loop, args=(place,)) for place in range(THREADS)]
    for thread in crew:
        thread.start()
    start.wait()
    began = time.monotonic()
    for thread in crew:
        thread.join()
    if not all(done):
        raise RuntimeError("a thread ended early")
    return sum(done) / (time.monotonic() - began)


def _add_up(wallets: list[Any]) -> None:
    """The ledger has to add up, apart from what the two statements took past the lots."""
    from django.db.models import Sum

    from credits.models import Allocation, Entry

    for wallet in wallets:
        debits = Entry.objects.filter(wallet=wallet, kind="debit", cause__startswith="run:")
        taken = debits.aggregate(all=Sum("credits"))["all"]
        allocated = Allocation.objects.filter(entry__in=debits).aggregate(all=Sum("credits"))["all"]
        if taken != allocated:
            raise RuntimeError(f"wallet {wallet.pk}: {taken} taken, {allocated} allocated")
