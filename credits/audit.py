"""Reads the whole ledger and compares what has to be equal. Each check is one statement, so that it sees one moment."""

from dataclasses import dataclass

from django.db import connection

from credits.models import Audit

BALANCES = """
SELECT wallet.id, format('balance %s, lots %s, entries %s', balance, coalesce(lots, 0), coalesce(entries, 0))
FROM credits_wallet wallet
LEFT JOIN (SELECT wallet_id, sum(remaining) AS lots FROM credits_lot GROUP BY 1) lot ON lot.wallet_id = wallet.id
LEFT JOIN (SELECT wallet_id, sum(credits) AS entries FROM credits_entry GROUP BY 1) entry ON entry.wallet_id = wallet.id
WHERE balance <> coalesce(lots, 0) OR balance <> coalesce(entries, 0)
"""
LOTS = """
SELECT wallet_id, format('lot %s: %s left, allocations say %s', lot.id, remaining, coalesce(allocated, 0))
FROM credits_lot lot
LEFT JOIN (SELECT lot_id, sum(credits) AS allocated FROM credits_allocation GROUP BY 1) part ON part.lot_id = lot.id
WHERE remaining <> coalesce(allocated, 0)
"""
ENTRIES = """
SELECT wallet_id, format('entry %s: %s credits, allocations say %s', entry.id, credits, coalesce(allocated, 0))
FROM credits_entry entry
LEFT JOIN (
    SELECT entry_id, sum(credits) AS allocated FROM credits_allocation GROUP BY 1
) part ON part.entry_id = entry.id
WHERE credits <> coalesce(allocated, 0)
"""
STATEMENTS = """
SELECT wallet_id, format('entry %s: balance after it %s, entries up to it say %s', id, balance_after, counted)
FROM (
    SELECT id, wallet_id, balance_after, sum(credits) OVER (PARTITION BY wallet_id ORDER BY id) AS counted
    FROM credits_entry
) entry
WHERE balance_after <> counted
"""
REFUNDS = """
SELECT debit.wallet_id, format('entry %s: %s credits taken, %s came back', debit.id, -debit.credits, returned)
FROM (SELECT reverses_id, sum(credits) AS returned FROM credits_entry WHERE kind = 'refund' GROUP BY 1) back
JOIN credits_entry debit ON debit.id = back.reverses_id
WHERE returned > -debit.credits OR debit.kind <> 'debit'
"""
CHECKS = (BALANCES, LOTS, ENTRIES, STATEMENTS, REFUNDS)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a wallet that does not add up, told with ids and sums."""

    wallet_id: int
    words: str


def findings() -> list[Finding]:
    """All that does not add up; empty when the ledger is sound."""
    found: list[Finding] = []
    with connection.cursor() as cursor:
        for check in CHECKS:
            cursor.execute(check)
            found += [Finding(*row) for row in cursor.fetchall()]
    return found


def check() -> list[Finding]:
    """Reads all of it over, and keeps for monitors in how many wallets it does not add up."""
    found = findings()
    Audit.objects.create(wallets_adrift=len({finding.wallet_id for finding in found}))
    return found
