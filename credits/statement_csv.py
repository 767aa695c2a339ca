"""The statement as a file for a spreadsheet, a line an entry, written as it is read."""

import csv
from collections.abc import Iterator
from typing import Final

from credits import statements
from credits.models import Wallet
from credits.statements import Asked, Row

COLUMNS: Final = ("when", "kind", "what", "number", "lots", "credits", "balance", "reason")
AT_ONCE: Final = 500
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets calculate


class Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def lines(*, wallet: Wallet, asked: Asked) -> Iterator[str]:
    """The head, then all entries that were asked for, newest first."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    before = None
    while True:
        page = statements.page(wallet=wallet, asked=asked, before=before, size=AT_ONCE)
        for row in page.rows:
            yield writer.writerow(cells(row))
        if (before := page.older) is None:
            return


def cells(row: Row) -> list[str | int]:
    """One entry. Words that a spreadsheet would calculate are marked as words."""
    entry, what = row.entry, row.what
    words = (str(entry.get_kind_display()), what.title, what.number, row.lots)
    kind, title, number, lots = map(harmless, words)
    when = entry.created_at.isoformat(timespec="seconds")
    reason = what.detail if what.detail == entry.note or not entry.note else f"{what.detail}. {entry.note}"
    return [when, kind, title, number, lots, entry.credits, entry.balance_after, harmless(reason)]


def harmless(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{words}" if words.lstrip(" ").startswith(FORMULA) else words
