"""Whatever a model answers, reading it ends with a picture or one of our failures: nothing else gets out."""

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import event_stream, failures, refusals, replies
from studio.failures import Failure
from studio.generations import endings
from studio.models import ImageModel
from studio.refusals import Said

PICTURE = base64.b64encode(b"a picture").decode()
NAMES = st.sampled_from(
    ["data", "b64_json", "url", "error", "type", "usage", "size", "quality", "code", "input_tokens",
     "output_tokens_details", "image_tokens", "partial_image_index", "moderation_details", "x"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["image_generation.completed", "image_generation.partial_image", PICTURE, "file:///x", "\0", "\ud800"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5) | WORDS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
READ = (event_stream.Malformed, replies.Refused, Failure)


def nowhere(url: str) -> bytes:
    raise Failure("elsewhere")


@given(value=VALUES)
def test_a_document_of_any_shape(value: Any) -> None:
    try:
        answer = replies.from_document([json.dumps(value).encode()], fetch=nowhere, request_id="r")
    except READ:
        return
    keepable(answer)


@given(values=st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=3))
def test_a_stream_of_any_shape(values: list[Any]) -> None:
    wire = b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)
    shown: list[int] = []
    try:
        answer = replies.from_events(
            [wire], on_partial=lambda index, data: shown.append(index), fetch=nowhere, request_id="r"
        )
    except READ:
        return
    keepable(answer)
    assert all(type(index) is int for index in shown)


def keepable(answer: replies.Answer) -> None:
    """What a row can hold."""
    text = json.dumps([answer.got, answer.usage], ensure_ascii=False)
    text.encode()
    assert "\0" not in text
    assert all(isinstance(word, str) for word in answer.got.values())
    for name, count in answer.usage.items():
        assert isinstance(count, dict) if name.endswith("_details") else count >= 0


@given(
    usage=st.dictionaries(st.sampled_from(["input_tokens", "input_tokens_details", "output_tokens_details"]), VALUES)
)
def test_a_usage_of_any_shape_has_its_cost(usage: Any) -> None:
    model = ImageModel(text_in_cents=1, image_in_cents=1, image_out_cents=1)
    fields = {"data": [{"b64_json": PICTURE}], "usage": usage}
    answer = replies.from_document([json.dumps(fields).encode()], fetch=nowhere, request_id="r")
    assert (endings.cost_of(model=model, usage=answer.usage) is None) == (answer.usage == {})


@given(said=VALUES)
def test_an_error_of_any_shape(said: Any) -> None:
    failure = refusals.of(replies.Refused(said), request_id="r")
    assert failure.code in failures.KINDS
    assert not failure.kind.retry, "a stream that began may have cost something"


@pytest.mark.parametrize("status", range(300, 600))
@pytest.mark.parametrize("parsed", [True, False])
def test_every_status_means_something(status: int, parsed: bool) -> None:
    kind = failures.KINDS[refusals.meaning(Said(status=status, parsed=parsed))]
    assert kind.retry == (status == 429 or (status == 503 and parsed)), "only what surely cost nothing"
    assert kind.unknown == (status > 500 and not parsed)


def test_a_retry_after_is_read_in_every_form() -> None:
    assert refusals.retry_after_s("7") == 7
    assert refusals.retry_after_s("0.5") == 0.5
    assert refusals.retry_after_s("-3") == 0
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < (refusals.retry_after_s(soon) or 0) <= 60
    assert refusals.retry_after_s("Thu, 01 Jan 1970 00:00:00 GMT") == 0
    assert refusals.retry_after_s("1e17") == refusals.LONGEST_S
    for nothing in ("", "soon", "nan", "inf", "Wed, 99 Foo 2026"):
        assert refusals.retry_after_s(nothing) is None
