"""The one road to an image model: the openai package, one call a picture, never retried by itself.

What went wrong is told by one error, `failures.Failure`. No models, no request.
"""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from studio import event_stream
from studio.failures import Failure

if TYPE_CHECKING:
    import openai

OnPartial = Callable[[int, bytes], None]
CONNECT_S: Final = 5
BILLING_CODES: Final = (
    "insufficient_quota",
    "billing_hard_limit_reached",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
)
_making = threading.Lock()
BY_STATUS: Final = {401: "unauthorised", 403: "unauthorised", 404: "model_gone", 429: "rate_limited", 503: "overloaded"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One picture, as the API wants it asked. `previews` 0 asks for no stream; `seed` reaches the sandbox only."""

    model: str
    prompt: str
    size: str
    quality: str
    output_format: str
    compression: int | None
    background: str
    previews: int
    safety_identifier: str
    seed: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The picture's bytes as they came, what the model says it made, and what it used (tokens by kind)."""

    data: bytes
    got: dict[str, Any]
    usage: dict[str, Any]
    request_id: str


def safety_identifier(user_uuid: str) -> str:
    """A stable name for a person that tells the provider nothing about them."""
    return hmac.new(settings.SECRET_KEY.encode(), user_uuid.encode(), hashlib.sha256).hexdigest()


def generate(call: Call, *, on_partial: OnPartial) -> Answer:
    """Makes the call and waits for its picture. Holds no database connection. Raises Failure."""
    import httpx2  # here, for only workers that call should pay: half a second and 25 MB a process
    import openai

    started = time.monotonic()
    try:
        with _client().images.with_streaming_response.generate(**_arguments(call)) as response:
            request_id = response.headers.get("x-request-id", "")
            chunks = _until(response.iter_bytes(), deadline=started + settings.IMAGE_TIMEOUT_S)
            if response.headers.get("content-type", "").startswith("text/event-stream"):
                return _from_events(chunks, on_partial, request_id)
            return _from_document(chunks, request_id)
    except openai.APIStatusError as error:
        raise _by_status(error) from error
    except openai.APIConnectionError as error:
        never_sent = isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
        raise Failure("unreachable" if never_sent else "lost_touch") from error
    except httpx2.HTTPError as error:
        raise Failure("lost_touch", facts={"error": type(error).__name__}) from error
    except event_stream.Malformed as error:
        raise Failure("broken", facts={"malformed": str(error)}) from error


def _client() -> "openai.OpenAI":
    with _making:  # two hundred first calls at once would each load the certificates for a client of their own
        return _made_client()


@cache
def _made_client() -> "openai.OpenAI":
    import httpx2
    import openai

    timeout = httpx2.Timeout(settings.IMAGE_TIMEOUT_S, connect=CONNECT_S)
    return openai.OpenAI(
        api_key=settings.OPENAI_API_KEY, base_url=settings.OPENAI_BASE_URL, max_retries=0, timeout=timeout
    )


def _arguments(call: Call) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "model": call.model,
        "prompt": call.prompt,
        "n": 1,
        "size": call.size,
        "quality": call.quality,
        "output_format": call.output_format,
        "background": call.background,
        "safety_identifier": call.safety_identifier,
    }
    if call.compression is not None:
        arguments["output_compression"] = call.compression
    if call.previews:
        arguments |= {"stream": True, "partial_images": call.previews}
    if settings.SANDBOX:
        arguments["extra_headers"] = {"X-Sandbox-Seed": call.seed}
    return arguments


def _until(chunks: Iterator[bytes], *, deadline: float) -> Iterator[bytes]:
    """The chunks, as long as the whole call may take: each read has its own limit, a trickle has none."""
    for chunk in chunks:
        if time.monotonic() > deadline:
            raise Failure("lost_touch", facts={"error": "deadline"})
        yield chunk


def _from_events(chunks: Iterator[bytes], on_partial: OnPartial, request_id: str) -> Answer:
    for event in event_stream.events(chunks):
        if "error" in event.fields:
            raise _in_stream(event.fields["error"] or {}, request_id)
        kind = event.fields.get("type", "")
        if kind.endswith(".partial_image") and event.picture:
            on_partial(int(event.fields.get("partial_image_index", 0)), event.picture)
        elif kind.endswith(".completed"):
            return _answer(event.picture, event.fields, request_id)
    raise Failure("lost_touch", request_id=request_id, facts={"error": "stream ended early"})


def _from_document(chunks: Iterator[bytes], request_id: str) -> Answer:
    fields = event_stream.document(chunks)
    pictures = fields.get("data") or [{}]
    encoded = pictures[0].get("b64_json")
    return _answer(event_stream.decoded(encoded) if encoded else None, fields, request_id)


def _answer(picture: bytes | None, fields: dict[str, Any], request_id: str) -> Answer:
    if not picture:
        raise Failure("empty", request_id=request_id)
    got = {name: fields[name] for name in ("size", "quality", "output_format", "background") if fields.get(name)}
    return Answer(data=picture, got=got, usage=fields.get("usage") or {}, request_id=request_id)


def _by_status(error: "openai.APIStatusError") -> Failure:
    code = BY_STATUS.get(error.status_code, "broken" if error.status_code >= 500 else "refused")
    if error.code == "moderation_blocked":
        code = "blocked"
    elif error.code in BILLING_CODES or error.type == "insufficient_quota":
        code = "billing"
    facts = {"status": error.status_code, "code": error.code, "type": error.type, "param": error.param}
    return Failure(code, retry_after_s=_retry_after(error), request_id=error.request_id or "", facts=facts)


def _in_stream(error: dict[str, Any], request_id: str) -> Failure:
    code = "billing" if error.get("code") in BILLING_CODES else "broken"
    if error.get("code") == "moderation_blocked":
        code = "blocked"
    return Failure(code, request_id=request_id, facts={"code": error.get("code"), "type": error.get("type")})


def _retry_after(error: "openai.APIStatusError") -> float | None:
    try:
        return float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
