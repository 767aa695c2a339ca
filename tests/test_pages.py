"""A page goes from its thread to the server in one piece, a large one in several; nothing is left open."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from gptimage import pages
from gptimage.pages import AT_ONCE, Pages

SCOPE = {
    "type": "http", "method": "POST", "path": "/", "query_string": b"", "http_version": "1.1",
    "headers": [(b"transfer-encoding", b"chunked")],
}  # fmt: skip


class Parts:
    """A body that knows whether it was closed."""

    def __init__(self, *parts: bytes) -> None:
        self.parts, self.closed = parts, False

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if part == b"break":
                raise ValueError
            yield part

    def close(self) -> None:
        self.closed = True


def answered(parts: Parts, *received: dict[str, Any]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    waiting = iter(received)

    def application(environ: Any, start_response: Any) -> Parts:
        start_response(
            "201 Created", [("X-Read", environ["wsgi.input"].read().decode()), ("X-Size", environ["CONTENT_LENGTH"])]
        )
        return parts

    async def receive() -> Any:
        return next(waiting, None) or await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Pages(application, threads=1)(SCOPE, receive, send))
    return sent


def test_a_page_is_one_head_and_one_body() -> None:
    read = [{"type": "http.request", "body": b"wo", "more_body": True}, {"type": "http.request", "body": b"rds"}]
    parts = Parts(b"a", b"", b"b")
    head, body = answered(parts, *read)
    assert parts.closed
    assert head == {"type": "http.response.start", "status": 201, "headers": [(b"x-read", b"words"), (b"x-size", b"5")]}
    assert body == {"type": "http.response.body", "body": b"ab", "more_body": False}


def test_a_large_answer_is_passed_on_as_it_is_made() -> None:
    piece = b"x" * (AT_ONCE // 2)
    _, *bodies = answered(Parts(piece, piece, b"end"), {"type": "http.request", "body": b"words"})
    assert [(len(body["body"]), body["more_body"]) for body in bodies] == [(AT_ONCE, True), (3, False)]


def test_an_answer_that_breaks_is_closed_and_raised() -> None:
    parts = Parts(b"a", b"break")
    with pytest.raises(ValueError, match=r"^$"):
        answered(parts, {"type": "http.request", "body": b"words"})
    assert parts.closed


@pytest.mark.parametrize(
    ("received", "statuses"),
    [
        ([{"type": "http.request", "body": b"half", "more_body": True}], [408]),
        ([{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}], []),
        ([{"type": "http.request", "body": b"x" * 9, "more_body": True}], [413]),
    ],
)
def test_what_is_not_all_there_takes_no_thread(
    received: list[Any], statuses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PIECE_S", 0.05)
    monkeypatch.setattr(pages, "MOST_BODY", 8)
    parts = Parts(b"a")
    sent = answered(parts, *received)
    assert [message["status"] for message in sent if message["type"] == "http.response.start"] == statuses
    assert [message["body"] for message in sent if "body" in message] == [pages.WORDS[status] for status in statuses]
    assert not parts.closed
