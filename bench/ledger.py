"""How many debits a second: ledger.debit beside the least that any ledger does, two bare statements over psycopg.

Both run in this process, in turns, with as many threads, on the same tables of an embedded PostgreSQL that flushes to
disk: the ratio counts, the figures do not travel. `python bench/ledger.py [--seconds 3] [--threads 4] [--rounds 3]`
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MUCH = 2_000_000_000
Work = Callable[[Any], None]


def main() -> None:
    arguments = parsed()
    from gptimage.embedded import services

    with tempfile.TemporaryDirectory() as folder, services(root=Path(folder), valkey=False, s3=False) as environment:
        start_django(environment, threads=arguments.threads)
        print(f"{arguments.threads} threads, {arguments.rounds} rounds of {arguments.seconds} s, debits a second")
        print(f"{'':14}{'ledger.debit':>14}{'two statements':>16}{'ratio':>8}")
        for name, wallets in (("many wallets", arguments.threads), ("one hot wallet", 1)):
            ours, bare = compare(opened(wallets), arguments)
            print(f"{name:14}{ours:14,.0f}{bare:16,.0f}{ours / bare:8.2f}")
        verdict()


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def start_django(environment: dict[str, str], *, threads: int) -> None:
    os.environ.update(environment)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="gptimage.settings",
        SECRET_KEY=uuid.uuid4().hex,
        REDIS_URL="redis://127.0.0.1:9/0",
        S3_BUCKET="none",
        OPENAI_API_KEY="none",
        DATABASE_POOL=str(threads + 2),
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def opened(count: int) -> list[Any]:
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


def compare(wallets: list[Any], arguments: argparse.Namespace) -> tuple[float, float]:
    """Medians of the rounds: ours, bare."""
    rates: dict[Work, list[float]] = {debit: [], two_statements: []}
    for _ in range(arguments.rounds):
        for work, seen in rates.items():
            seen.append(rate(work, wallets, threads=arguments.threads, seconds=arguments.seconds))
    return statistics.median(rates[debit]), statistics.median(rates[two_statements])


def rate(work: Work, wallets: list[Any], *, threads: int, seconds: float) -> float:
    """How often a second all threads together do the work."""
    from django.db import connection

    done = [0] * threads
    start = threading.Barrier(threads + 1)

    def loop(place: int) -> None:
        connection.ensure_connection()
        start.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            work(wallets[place % len(wallets)])
            done[place] += 1
        connection.close()

    crew = [threading.Thread(target=loop, args=(place,)) for place in range(threads)]
    for thread in crew:
        thread.start()
    start.wait()
    began = time.monotonic()
    for thread in crew:
        thread.join()
    return sum(done) / (time.monotonic() - began)


def debit(wallet: Any) -> None:
    from credits import ledger

    ledger.debit(wallet=wallet, credits=4, cause=f"run:{uuid.uuid4()}")


def two_statements(wallet: Any) -> None:
    """What pgbench was given: the balance goes down where there is enough, an entry is written. No lots."""
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


def verdict() -> None:
    """The ledger has to add up, apart from what the bare statements took past it."""
    from credits.models import Allocation, Entry

    entries = Entry.objects.filter(cause__startswith="run:").count()
    assert entries <= Allocation.objects.filter(entry__cause__startswith="run:").count()
    print(f"{entries:,} debits, each with its allocations")


if __name__ == "__main__":
    main()
