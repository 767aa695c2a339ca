"""The words for each way to fail: what happened, and apart from it what to do."""

import re

import pytest

from studio import failures

ADVICE = re.compile(r"\b(choose|change|try again|meanwhile)\b", re.IGNORECASE)
OURS = re.compile(r"\b(key|address|trust)\b", re.IGNORECASE)


@pytest.mark.parametrize("code", failures.KINDS)
def test_what_happened_holds_no_advice(code: str) -> None:
    assert not ADVICE.search(failures.happened(code)), "the statement shows it long after"


@pytest.mark.parametrize("code", failures.KINDS)
def test_people_read_no_words_of_ours(code: str) -> None:
    assert not OURS.search(failures.words(code))


def test_a_lost_call_may_be_tried_again() -> None:
    assert "You may try again." in failures.words("lost_touch")


def test_what_was_refused_is_told_with_what_to_change() -> None:
    words = failures.words("blocked_words", {"categories": ["violence"]})
    assert words.startswith("It reads as violence.")
    assert words.endswith("Change the words and try again.")
