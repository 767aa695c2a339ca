"""The HTTP client that calls go through: nothing unpacked, nothing followed, no error longer than it needs to be.

And the one picture that is fetched instead of sent: where a model answers with an address, at its own server only.
"""

import time
from typing import TYPE_CHECKING, Final

from django.conf import settings

from studio import event_stream
from studio.failures import Failure

if TYPE_CHECKING:
    import httpx2

CONNECT_S: Final = 5
TRIES: Final = 3
PAUSE_S: Final = 1.0


def client() -> "httpx2.Client":
    """The client. It asks for plain bytes: some few that unpack to gigabytes are refused before they do."""
    import httpx2
    import openai

    from studio import bodies

    return openai.DefaultHttpxClient(
        timeout=httpx2.Timeout(settings.IMAGE_TIMEOUT_S, connect=CONNECT_S),
        headers={"accept-encoding": "identity"},
        follow_redirects=False,
        event_hooks={"response": [bodies.guard]},
    )


def fetch(address: str, *, http: "httpx2.Client", deadline: float) -> bytes:
    """The picture at an address of the model's own server. Asking again for it costs nothing. Raises Failure."""
    import httpx2

    url = _ours(address)
    for left in reversed(range(TRIES)):
        try:
            return _get(url, http=http, deadline=deadline)
        except httpx2.HTTPError as error:
            if not left or time.monotonic() > deadline:
                raise Failure("lost_touch", facts={"error": f"address of the picture, {_why(error)}"}) from error
            time.sleep(PAUSE_S)
    raise AssertionError


def _ours(address: str) -> "httpx2.URL":
    import httpx2

    base = httpx2.URL(settings.OPENAI_BASE_URL)
    try:
        url = base.join(address)
    except httpx2.InvalidURL as error:
        raise Failure("elsewhere", facts={"error": "no address"}) from error
    if (url.scheme, url.host, url.port) != (base.scheme, base.host, base.port):
        raise Failure("elsewhere", facts={"scheme": url.scheme[:20], "host": url.host[:100]})
    return url


def _get(url: "httpx2.URL", *, http: "httpx2.Client", deadline: float) -> bytes:
    data = bytearray()
    with http.stream("GET", url, headers={"authorization": f"Bearer {settings.OPENAI_API_KEY}"}) as response:
        response.raise_for_status()
        for chunk in response.iter_bytes():
            data += chunk
            if len(data) > event_stream.MOST_BYTES or time.monotonic() > deadline:
                raise event_stream.Malformed("too large" if time.monotonic() <= deadline else "too slow")
    return bytes(data)


def _why(error: "httpx2.HTTPError") -> str:
    import httpx2

    return str(error.response.status_code) if isinstance(error, httpx2.HTTPStatusError) else type(error).__name__
