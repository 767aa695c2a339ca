"""What is shown when something of ours breaks."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from credits import ledger


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(OperationalError("no answer"), 503, "Back in a moment"), (KeyError("odd"), 500, "This page broke")],
)
def test_a_database_that_is_away_is_told_from_a_fault(
    stage: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    def fails(**_: Any) -> None:
        raise error

    monkeypatch.setattr(ledger, "spendable_in_sql", fails)
    stage.raise_request_exception = False
    answer = stage.get("/studio/")
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert answer.headers.get("Retry-After") == ("10" if status == 503 else None)
