"""A page goes from its thread to the server in one piece, a large one in several; nothing is left open."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from gptimage.pages import AT_ONCE, Pages

SCOPE = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "http_version": "1.1", "headers": []}


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
        start_response("201 Created", [("X-Read", environ["wsgi.input"].read().decode())])
        return parts

    async def receive() -> Any:
        return next(waiting)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Pages(application, threads=1)(SCOPE, receive, send))
    assert parts.closed
    return sent


def test_a_page_is_one_head_and_one_body() -> None:
    read = [{"type": "http.request", "body": b"wo", "more_body": True}, {"type": "http.request", "body": b"rds"}]
    head, body = answered(Parts(b"a", b"", b"b"), *read)
    assert head == {"type": "http.response.start", "status": 201, "headers": [(b"x-read", b"words")]}
    assert body == {"type": "http.response.body", "body": b"ab", "more_body": False}


def test_a_large_answer_is_passed_on_as_it_is_made() -> None:
    piece = b"x" * (AT_ONCE // 2)
    _, *bodies = answered(Parts(piece, piece, b"end"), {"type": "http.request", "body": b""})
    assert [(len(body["body"]), body["more_body"]) for body in bodies] == [(AT_ONCE, True), (3, False)]


def test_an_answer_that_breaks_is_closed_and_raised() -> None:
    parts = Parts(b"a", b"break")
    with pytest.raises(ValueError, match=r"^$"):
        answered(parts, {"type": "http.request", "body": b""})
    assert parts.closed
