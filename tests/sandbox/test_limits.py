"""So many calls a minute: told in the headers, answered by 429 above that, for each model by itself."""

import dataclasses
from collections.abc import Iterator

import httpx2
import pytest

from studio.sandbox import errors
from studio.sandbox.behaviour import Behaviour, changed
from studio.sandbox.limits import Counter
from tests.sandbox.conftest import Server
from tests.sandbox.wire import ASKED

LIMIT = Behaviour(per_minute=2, minute_s=60)
NAMES = [f"x-ratelimit-{what}-requests" for what in ("limit", "remaining", "reset")]


@pytest.fixture
def limited(quick: Server) -> Iterator[httpx2.Client]:
    """A client of a server that takes two calls a minute for the test's time."""
    with httpx2.Client(base_url=quick.url, headers={"Authorization": "Bearer sandbox"}) as client:
        assert client.post("/sandbox/behaviour", json={"per_minute": 2}).json()["per_minute"] == 2
        yield client
        client.post("/sandbox/behaviour", json={"per_minute": None})


def test_it_works(limited: httpx2.Client) -> None:
    answers = [limited.post("/images/generations", json=ASKED) for _call in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers[NAMES[0]] for answer in answers] == ["2"] * 3
    assert [answer.headers[NAMES[1]] for answer in answers] == ["1", "0", "0"]
    assert answers[2].headers[NAMES[2]].endswith("ms")
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert answers[2].json()["error"]["code"] == "rate_limit_exceeded"
    assert limited.post("/images/generations", json={**ASKED, "model": "gpt-image-2"}).status_code == 200
    streamed = limited.post("/images/generations", json={**ASKED, "model": "gpt-image-2", "stream": True})
    assert (streamed.status_code, streamed.headers[NAMES[1]]) == (200, "0")


def test_the_minute_passes() -> None:
    counter, short = Counter(), dataclasses.replace(LIMIT, minute_s=0.0)
    for _call in range(5):
        assert counter.take("m", short)[NAMES[0]] == "2"
    assert Counter().take("m", Behaviour()) == {}


@pytest.mark.parametrize("said", [{"per_minute": 0}, {"per_minute": "2"}, {"per_minute": True}, {"minute_s": -1}])
def test_bad_input(said: dict[str, object]) -> None:
    with pytest.raises(errors.ApiError):
        changed(LIMIT, said)
