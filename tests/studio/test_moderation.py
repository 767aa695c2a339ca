"""What a moderation's answer means: a verdict, or a failure that says whether asking again helps."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from studio import image_api, moderation, readings
from studio.event_stream import Malformed
from studio.failures import Failure
from studio.moderation import CATEGORIES, Verdict
from studio.sandbox.moderations import CATEGORIES as OF_THE_SANDBOX
from studio.sandbox.moderations import FAULTS

WORDS = "A letter that nobody else should read"


def asked(words: str = WORDS) -> Verdict:
    return moderation.ask(words, seed="1")


def failed(words: str = WORDS) -> Failure:
    with pytest.raises(Failure) as caught:
        asked(words)
    return caught.value


def test_it_asks_and_reads() -> None:
    assert set(CATEGORIES) == set(OF_THE_SANDBOX)
    assert asked().categories == ()
    assert asked("sandbox: violence/graphic").categories == ("violence", "violence/graphic")


@pytest.mark.parametrize(
    ("categories", "children", "told"),
    [
        ((), False, []),
        (("hate",), False, ["hate"]),
        (("sexual", "sexual/minors"), True, ["sexual"]),
        (("sexual/minors",), True, ["sexual"]),
        (("sexual/minors", "violence"), True, ["violence"]),
    ],
)
def test_what_is_sealed_is_told_as_any_refusal(categories: tuple[str, ...], children: bool, told: list[str]) -> None:
    verdict = Verdict(categories=categories)
    assert (verdict.children, verdict.told) == (children, told)


def said(**result: Any) -> dict[str, Any]:
    return {"results": [{"flagged": False, "categories": {}, **result}]}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (said(), ()),
        (said(flagged=True), ("other",)),
        (said(flagged=True, categories={"dancing": True}), ("other",)),
        (said(categories={"violence": True, "hate": False, "sexual": None}), ("violence",)),
        ({"results": [*said()["results"], *said(flagged=True, categories={"hate": True})["results"]]}, ("hate",)),
    ],
)
def test_whatever_flags_counts(fields: dict[str, Any], found: tuple[str, ...]) -> None:
    assert moderation._verdict(fields).categories == found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"{}",
        json.dumps({"results": []}).encode(),
        json.dumps({"results": [[]]}).encode(),
        json.dumps({"results": {"flagged": False}}).encode(),
        json.dumps(said(flagged=None)).encode(),
        json.dumps(said(flagged=0)).encode(),
        json.dumps(said(categories=["violence"])).encode(),
        b'"' + b"x" * 2_000_000,
    ],
)
def test_what_is_no_verdict_is_none(body: bytes) -> None:
    with pytest.raises(Malformed):
        moderation._verdict(moderation._read([body], deadline=float("inf")))


def test_a_trickle_ends() -> None:
    with pytest.raises(Malformed, match="too slow"):
        moderation._read([b" "], deadline=0)


FOR_GOOD = ("unauthorized", "forbidden", "model_not_found", "quota", "credit_balance", "spend_limit", "hard_limit")


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "silence"])
def test_whatever_goes_wrong_is_no_verdict(
    name: str, check_fault: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    check_fault(name)
    with caplog.at_level(logging.DEBUG, logger="studio"):
        failure = failed()
    lasting = name in (*FOR_GOOD, "redirect")
    assert failure.code == ("no_check" if lasting else "unchecked")
    assert failure.kind.retry == (not lasting)
    assert not failure.kind.unknown
    assert not failure.kind.stops
    assert WORDS not in json.dumps(failure.facts) + caplog.text
    assert bool(caplog.records) == lasting


def test_retry_after_is_heard(check_fault: Callable[[str], None]) -> None:
    check_fault("rate_limit_long")
    assert failed().retry_after_s == 600


def test_silence_is_waited_for_no_longer_than_it_is_worth(
    check_fault: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderation, "TIMEOUT_S", 0.3)
    check_fault("silence")
    failure = failed()
    assert (failure.code, failure.facts["why"]) == ("unchecked", "lost_touch")


@pytest.fixture
def elsewhere(settings: Any) -> Iterator[Any]:
    """Settings whose client is this test's own."""
    image_api._clients()[1].close()
    image_api._made_clients.cache_clear()
    yield settings
    image_api._clients()[1].close()
    image_api._made_clients.cache_clear()


def test_nobody_there(elsewhere: Any) -> None:
    elsewhere.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    assert failed().code == "unchecked"


def test_a_server_without_it_is_told_in_the_log(elsewhere: Any, caplog: pytest.LogCaptureFixture) -> None:
    elsewhere.OPENAI_BASE_URL += "/sandbox"  # where no such address is
    assert failed().code == "no_check"
    [line] = caplog.messages
    assert "status 404" in line
    assert "MODERATION" in line


@pytest.mark.parametrize("name", [*CATEGORIES, readings.OTHER])
def test_each_category_says_what_to_change(name: str) -> None:
    words = readings.words([name])
    assert words.startswith("It reads as ") != (name == readings.OTHER)
    assert words == readings.words([name, name])
