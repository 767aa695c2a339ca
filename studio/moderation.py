"""What a prompt reads as: OpenAI's moderation, asked before a picture is. No models, no request.

It costs nothing, is never retried by itself, and ends with a verdict or with `failures.Failure`: "unchecked" where
asking again may help, "no_check" where an operator has to act.
"""

import json
import logging
import time
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from studio import fetching, image_api, refusals, replies
from studio.event_stream import Malformed
from studio.failures import Failure
from studio.readings import OTHER

log = logging.getLogger(__name__)

MODEL: Final = "omni-moderation-latest"
TIMEOUT_S: Final = 20
MOST_BYTES: Final = 1_000_000
CHILDREN: Final = "sexual/minors"
CATEGORIES: Final = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/instructions", "self-harm/intent", "sexual", CHILDREN, "violence", "violence/graphic",
)  # fmt: skip
# What went wrong with the call, by refusals: an outage, or something that lasts until somebody acts.
OUTAGES: Final = ("rate_limited", "overloaded", "unreachable", "broken", "lost_touch", "garbled")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What it was flagged as: none, or some of CATEGORIES and OTHER."""

    categories: tuple[str, ...]

    @property
    def children(self) -> bool:
        """Whether it may be about the sexual abuse of children."""
        return CHILDREN in self.categories

    @property
    def told(self) -> list[str]:
        """The categories that the writer and support may know: what is sealed looks like any other refusal."""
        found = [name for name in self.categories if name != CHILDREN]
        return found or (["sexual"] if self.children else [])


def ask(words: str, *, seed: str) -> Verdict:
    """The verdict on a prompt. Holds no database connection. Raises Failure; `seed` reaches the sandbox only."""
    return _ask(words, seed)


def ask_of_picture(jpeg: bytes, *, words: str = "", seed: str) -> Verdict:
    """The same on a picture, a JPEG of less than 20 MB, and on words that go with it."""
    address = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    said = [{"type": "text", "text": words}] if words else []
    return _ask([*said, {"type": "image_url", "image_url": {"url": address}}], seed)


def _ask(about: str | list[dict[str, Any]], seed: str) -> Verdict:
    import httpx2  # here, as in image_api
    import openai

    deadline = time.monotonic() + TIMEOUT_S
    request_id = ""
    try:
        create = image_api.client().moderations.with_streaming_response.create
        with create(**_arguments(about, seed)) as response:
            request_id = replies.plain(response.headers.get("x-request-id"))
            return _verdict(_read(response.iter_bytes(), deadline=deadline))
    except (openai.OpenAIError, httpx2.HTTPError, Malformed) as error:
        raise _failure(refusals.of(error, request_id=request_id)) from None  # as in image_api


def _arguments(about: str | list[dict[str, Any]], seed: str) -> dict[str, Any]:
    import httpx2

    arguments = {
        "model": MODEL,
        "input": about,
        "timeout": httpx2.Timeout(TIMEOUT_S, connect=fetching.CONNECT_S),
    }
    return arguments | ({"extra_headers": {"X-Sandbox-Seed": seed}} if settings.SANDBOX else {})


def _read(chunks: Iterable[bytes], *, deadline: float) -> dict[str, Any]:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MOST_BYTES or time.monotonic() > deadline:
            raise Malformed("too large" if time.monotonic() <= deadline else "too slow")
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    if not isinstance(fields, dict):
        raise Malformed("no object")
    return fields


def _verdict(fields: dict[str, Any]) -> Verdict:
    """Whatever a result flags, by its own word or by a category's. One that says neither is no verdict."""
    results = fields.get("results")
    if not isinstance(results, list) or not results:
        raise Malformed("no results")
    found: set[str] = set()
    for result in results:
        said = result if isinstance(result, dict) else {}
        flagged, categories = said.get("flagged"), said.get("categories")
        if not isinstance(flagged, bool) or not isinstance(categories, dict):
            raise Malformed("no verdict")
        named = {name if name in CATEGORIES else OTHER for name, on in categories.items() if on}
        found |= named or ({OTHER} if flagged else set())
    return Verdict(categories=tuple(sorted(found)))


def _failure(why: Failure) -> Failure:
    """Nothing that happens here is known of the picture: it was not asked for yet, and nothing was paid."""
    code = "unchecked" if why.code in OUTAGES else "no_check"
    if code == "no_check":
        log.error(
            "the safety check refuses to be asked (%s, status %s): see MODERATION in .env.example",
            why.code,
            why.facts.get("status", "none"),
        )
    facts = {"why": why.code, **why.facts}
    return Failure(code, retry_after_s=why.retry_after_s, request_id=why.request_id, facts=facts)
