"""A debit as one statement (bench/ledger.py says what that is worth).

Order of locks: the wallet, then its lots; every verb of the ledger keeps it. NO KEY UPDATE, because rows that only
point at the wallet (runs being inserted) hold KEY SHARE on it, and two such transactions would wait for each other.
A statement sees the rows as they were when it began, except those that it locks: where it had to wait for the wallet,
a lot that arrived meanwhile is not seen. So an empty answer is no refusal yet: spending.debit asks again, wallet held.
"""

from typing import Any

from django.db import connection

from credits.models import Entry, EntryKind, Wallet

TAKE = """
WITH wallet AS MATERIALIZED (
    SELECT id, balance FROM credits_wallet WHERE id = %(wallet)s FOR NO KEY UPDATE
), lot AS MATERIALIZED (
    SELECT id, remaining, expires_at, kind FROM credits_lot
    WHERE wallet_id = (SELECT id FROM wallet) AND remaining > 0 AND voided_at IS NULL AND held_at IS NULL
      AND starts_at <= statement_timestamp() AND (expires_at IS NULL OR expires_at > statement_timestamp())
    FOR NO KEY UPDATE
), line AS (
    SELECT id, remaining, sum(remaining) OVER (
        ORDER BY expires_at NULLS LAST, (kind = 'promotional') DESC, id ROWS UNBOUNDED PRECEDING
    ) - remaining AS before FROM lot
), taken AS MATERIALIZED (
    SELECT id, before, least(remaining, %(credits)s - before)::int AS credits FROM line WHERE before < %(credits)s
), entry AS (
    INSERT INTO credits_entry (wallet_id, kind, credits, balance_after, cause, note, created_at)
    SELECT id, 'debit', -%(credits)s, balance - %(credits)s, %(cause)s, %(note)s, clock_timestamp() FROM wallet
    WHERE (SELECT sum(credits) FROM taken) = %(credits)s
    ON CONFLICT (kind, cause) DO NOTHING
    RETURNING id, wallet_id, credits, balance_after, created_at
), moved AS (
    UPDATE credits_wallet SET balance = entry.balance_after FROM entry WHERE credits_wallet.id = entry.wallet_id
), drawn AS (
    UPDATE credits_lot SET remaining = credits_lot.remaining - taken.credits FROM taken, entry
    WHERE credits_lot.id = taken.id
), allocated AS (
    INSERT INTO credits_allocation (entry_id, lot_id, credits)
    SELECT entry.id, taken.id, -taken.credits FROM taken, entry ORDER BY taken.before
)
SELECT id, balance_after, created_at FROM entry
"""


def take(*, wallet: Wallet, credits: int, cause: str, note: str) -> Entry | None:
    """Takes the credits from the wallet's lots; None when it could not, or when the cause was there before."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"wallet": wallet.pk, "credits": credits, "cause": cause, "note": note})
        row = cursor.fetchone()
    if row is None:
        return None
    values = {"wallet_id": wallet.pk, "kind": EntryKind.DEBIT.value, "credits": -credits, "cause": cause, "note": note}
    values |= dict(zip(("id", "balance_after", "created_at"), row, strict=True))
    return loaded(values)


def loaded(values: dict[str, Any]) -> Entry:
    """The entry as a query would have brought it; what is not named is null."""
    names = [field.attname for field in Entry._meta.concrete_fields]
    return Entry.from_db(connection.alias, names, [values.get(name) for name in names])
