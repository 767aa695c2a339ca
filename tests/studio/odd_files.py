"""Files as they really come, and as somebody may make them come: what each is, and what becomes of it.

test_intake walks the table, `python -m tests.studio.uploads_table` writes it down for readers.
"""

from tests.studio import odd_taken, odd_turned_away

TABLE = (
    *odd_taken.good(),
    *odd_taken.colours(),
    *odd_turned_away.behind(),
    *odd_turned_away.hostile(),
    *odd_turned_away.others(),
)
