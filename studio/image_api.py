"""The one road to an image model: the openai package, one call a picture, never retried by itself.

What went wrong is told by one error, `failures.Failure`. No models, no request.
"""

import hashlib
import hmac
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings

from studio import event_stream, fetching, refusals, replies
from studio.failures import Failure
from studio.replies import Answer, OnPartial

if TYPE_CHECKING:
    import httpx2
    import openai

_making = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A file that goes along with a call, on the disk: two hundred calls that wait would hold theirs in memory."""

    name: str
    file: IO[bytes]
    content_type: str

    @classmethod
    def of(cls, name: str, data: bytes, content_type: str) -> "Enclosed":
        """A file that goes with its last reader."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the call
        file.write(data)
        return cls(name=name, file=file, content_type=content_type)

    @property
    def part(self) -> tuple[str, IO[bytes], str]:
        """As the openai package takes it: bare bytes would go as "upload" of no known type, and be refused."""
        self.file.seek(0)
        return self.name, self.file, self.content_type


@dataclass(frozen=True, kw_only=True)
class Call:
    """One picture, as the API wants it asked. `previews` 0 asks for no stream; `seed` reaches the sandbox only.

    With `pictures` it is an edit; a mask or a markup is of the first one.
    """

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
    pictures: tuple[Enclosed, ...] = ()
    mask: Enclosed | None = None
    markup: Enclosed | None = None


def safety_identifier(user_uuid: str) -> str:
    """A stable name for a person that tells the provider nothing about them."""
    return hmac.new(settings.SECRET_KEY.encode(), user_uuid.encode(), hashlib.sha256).hexdigest()


def generate(
    call: Call,
    *,
    on_partial: OnPartial,
    on_accepted: Callable[[str], None],
    on_headers: Callable[[Mapping[str, str]], None],
) -> Answer:
    """Makes the call and waits for its picture. Holds no database connection. Raises Failure.

    `on_accepted` is told the provider's request id as a stream begins, long before its picture; `on_headers` what came
    with any answer, a refusal too.
    """
    import httpx2  # here, for only workers that call should pay: half a second and 25 MB a process
    import openai

    deadline = time.monotonic() + settings.IMAGE_TIMEOUT_S
    request_id = ""
    client, http = _clients()
    try:
        images = client.images.with_streaming_response
        ask = images.edit if call.pictures else images.generate
        with ask(**_arguments(call)) as response:
            on_headers(response.headers)
            request_id = replies.plain(response.headers.get("x-request-id"))
            chunks = _until(response.iter_bytes(), deadline=deadline)
            fetch = partial(fetching.fetch, http=http, deadline=deadline)
            if response.headers.get("content-type", "").startswith("text/event-stream"):
                on_accepted(request_id)
                return replies.from_events(chunks, on_partial=on_partial, fetch=fetch, request_id=request_id)
            return replies.from_document(chunks, fetch=fetch, request_id=request_id)
    except (openai.OpenAIError, httpx2.HTTPError, event_stream.Malformed, replies.Refused) as error:
        if isinstance(error, openai.APIStatusError):
            on_headers(error.response.headers)
        failure = refusals.of(error, request_id=request_id, pictures=bool(call.pictures))
        raise failure from None  # its message may hold words or keys
    except Failure as failure:
        failure.request_id = failure.request_id or request_id
        raise


def client() -> "openai.OpenAI":
    """The client, for what else the same server is asked: never retried by itself, nothing unpacked or followed."""
    return _clients()[0]


def _clients() -> "tuple[openai.OpenAI, httpx2.Client]":
    with _making:  # two hundred first calls at once would each load the certificates for a client of their own
        return _made_clients()


@cache
def _made_clients() -> "tuple[openai.OpenAI, httpx2.Client]":
    import openai

    http = fetching.client()
    key, base_url = settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL
    return openai.OpenAI(api_key=key, base_url=base_url, max_retries=0, http_client=http), http


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
    if call.pictures:
        arguments["image"] = [picture.part for picture in call.pictures]
    if call.mask is not None:
        arguments["mask"] = call.mask.part
    if call.markup is not None:
        arguments["markup"] = call.markup.part
    if settings.SANDBOX:
        arguments["extra_headers"] = {"X-Sandbox-Seed": call.seed}
    return arguments


def _until(chunks: Iterator[bytes], *, deadline: float) -> Iterator[bytes]:
    """The chunks, as long as the whole call may take: each read has its own limit, a trickle has none."""
    for chunk in chunks:
        if time.monotonic() > deadline:
            raise Failure("lost_touch", facts={"error": "deadline"})
        yield chunk
