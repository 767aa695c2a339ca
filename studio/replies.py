"""What a model's "yes" holds: the picture, what was made and what it used, out of a stream or a whole document.

Nothing in it is trusted: whatever its shape, reading it ends with an Answer, a Failure, Malformed or Refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from studio import event_stream
from studio.failures import Failure

LONGEST_TEXT: Final = 100  # of what a provider may have us keep beside a row
MOST_TOKENS: Final = 1_000_000_000
DETAILS: Final = "_details"
OnPartial = Callable[[int, bytes], None]
Fetch = Callable[[str], bytes]


class Refused(Exception):
    """An `error` object where a picture should be, in an answer that itself came with a 200."""

    def __init__(self, said: Any) -> None:
        super().__init__()
        self.said: dict[str, Any] = said if isinstance(said, dict) else {}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The picture's bytes as they came, what the model says it made, and what it used (tokens by kind)."""

    data: bytes
    got: dict[str, Any]
    usage: dict[str, Any]
    request_id: str


def from_events(chunks: Iterable[bytes], *, on_partial: OnPartial, fetch: Fetch, request_id: str) -> Answer:
    """Reads a stream up to its completed event; what follows that is not waited for."""
    for event in event_stream.events(chunks):
        if "error" in event.fields:
            raise Refused(event.fields["error"])
        kind = plain(event.fields.get("type"))
        if kind.endswith(".partial_image") and event.picture:
            on_partial(_count(event.fields.get("partial_image_index")) or 0, event.picture)
            del event  # its picture is not held while the next one is waited for
        elif kind.endswith(".completed"):
            picture = event.picture or _fetched(event.fields.get("url"), fetch)
            return _answer(picture, event.fields, request_id)
    raise Failure("lost_touch", request_id=request_id, facts={"error": "stream ended early"})


def from_document(chunks: Iterable[bytes], *, fetch: Fetch, request_id: str) -> Answer:
    """Reads a whole JSON answer."""
    fields, picture = event_stream.document(chunks)
    if fields.get("error"):
        raise Refused(fields["error"])
    pictures = fields.get("data")
    first = pictures[0] if isinstance(pictures, list) and pictures else {}
    if picture is None and isinstance(first, dict):
        picture = _fetched(first.get("url"), fetch)
    return _answer(picture, fields, request_id)


def plain(value: Any) -> str:
    """A provider's word as a row can keep it: short, without what PostgreSQL refuses; other types are no words."""
    if not isinstance(value, str):
        return ""
    return value[:LONGEST_TEXT].replace("\0", "").encode("utf-8", "ignore").decode()  # half a character is refused too


def _fetched(url: Any, fetch: Fetch) -> bytes | None:
    return fetch(url) if isinstance(url, str) and url else None


def _answer(picture: bytes | None, fields: dict[str, Any], request_id: str) -> Answer:
    if not picture:
        raise Failure("empty", request_id=request_id)
    said = {name: plain(fields.get(name)) for name in ("size", "quality", "output_format", "background")}
    got = {name: word for name, word in said.items() if word}
    return Answer(data=picture, got=got, usage=_usage(fields.get("usage")), request_id=request_id)


def _usage(value: Any) -> dict[str, Any]:
    """Tokens by kind, and by kind within the details; whatever is no count is left out."""
    if not isinstance(value, dict):
        return {}
    details = {plain(name): _counts(part) for name, part in value.items() if name.endswith(DETAILS)}
    return _counts(value) | {name: part for name, part in details.items() if part}


def _counts(value: Any) -> dict[str, int]:
    pairs = value.items() if isinstance(value, dict) else ()
    counts = {plain(name): _count(part) for name, part in pairs if not name.endswith(DETAILS)}
    return {name: count for name, count in counts.items() if count is not None}


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= MOST_TOKENS else None
