"""Reading a model's stream: events split anywhere, and what is malformed is said so."""

import base64
import itertools
import json
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import event_stream

PICTURE = bytes(range(256)) * 40
EVENTS = [
    {"type": "image_generation.partial_image", "partial_image_index": 0, "b64_json": base64.b64encode(b"one").decode()},
    {
        "type": "image_generation.completed",
        "b64_json": base64.b64encode(PICTURE).decode(),
        "usage": {"input_tokens": 3},
    },
]


def wire(newline: str = "\n", escaped: bool = False) -> bytes:
    """The two events as a server sends them."""
    text = ""
    for event in EVENTS:
        data = json.dumps(event)
        text += (
            f"event: {event['type']}{newline}data: {data.replace('/', chr(92) + '/') if escaped else data}{newline * 2}"
        )
    return text.encode()


@given(cuts=st.lists(st.integers(0, len(wire())), max_size=12), newline=st.sampled_from(["\n", "\r\n"]))
def test_an_event_may_be_split_anywhere(cuts: list[int], newline: str) -> None:
    data = wire(newline)
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    found = list(event_stream.events(data[a:b] for a, b in itertools.pairwise(edges)))
    assert [event.picture for event in found] == [b"one", PICTURE]
    assert found[1].fields["usage"] == {"input_tokens": 3}
    assert "b64_json" in found[0].fields and not found[0].fields["b64_json"]


def test_escaped_slashes_comments_and_done_are_read() -> None:
    found = list(event_stream.events([b": hello\n\n", b"data:\n\n", wire(escaped=True), b"data: [DONE]\n\n"]))
    assert [event.picture for event in found] == [b"one", PICTURE]


@pytest.mark.parametrize(
    "data",
    [
        b"data: {oops\n\n",
        b"data: [1]\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b'data: {"b64_json": "####"}\n\n',
        b'data: {"b64_json": "ab\n\n',
    ],
)
def test_what_is_malformed_is_said_so(data: bytes) -> None:
    with pytest.raises(event_stream.Malformed):
        list(event_stream.events([data]))


def test_a_stream_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "MOST_BYTES", 1000)
    with pytest.raises(event_stream.Malformed):
        list(event_stream.events(b"data: " + b"x" * 400 for _ in range(5)))
    with pytest.raises(event_stream.Malformed):
        event_stream.document(b"x" * 400 for _ in range(5))


def test_streams_that_trickle_hold_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "PATIENCE_S", 0.05)
    done = threading.Event()

    def trickle() -> Iterator[bytes]:
        yield b"data: {"
        done.wait(5)
        yield b"}\n\n"

    slow = [threading.Thread(target=lambda: list(event_stream.events(trickle()))) for _ in range(event_stream.READERS)]
    for thread in slow:
        thread.start()
    time.sleep(0.1)
    assert len(list(event_stream.events([wire()]))) == 2
    done.set()
    for thread in slow:
        thread.join()
