import asyncio
import base64
import contextlib
import http.client
import io
import json
import socket
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import openai
import pytest
from PIL import Image

from tests.backstage import sandbox
from tests.sandbox.conftest import Server

ASKED: dict[str, Any] = {"model": "sandbox", "prompt": "a chair", "size": "1024x1024", "quality": "low"}


class Answer(NamedTuple):
    status: int
    kind: str
    body: bytes


def post(server: Server, body: Any, key: str | None = "Bearer x") -> Answer:
    """A plain POST, without the client's help."""
    where = urllib.parse.urlsplit(server.url)
    headers = {"Content-Type": "application/json"} | ({} if key is None else {"Authorization": key})
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=10)
    with contextlib.closing(connection):
        connection.request(
            "POST", "/v1/images/generations", body if isinstance(body, bytes) else json.dumps(body), headers
        )
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers["content-type"], answer.read())


def request(body: dict[str, Any]) -> bytes:
    """The same as bytes for a bare socket; the server closes it after its answer."""
    data = json.dumps(body).encode()
    head = "POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nConnection: close\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


def picture(data: str | None) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data or "")))


def test_a_canned_stream_is_prepared_from_its_first_partial_on(quick: Server) -> None:
    asked = ASKED | {"stream": True, "partial_images": 2}
    with openai.OpenAI(base_url=quick.url, api_key="sandbox", max_retries=0) as client:
        first, second = (
            [event.b64_json for event in client.images.generate(**asked, extra_headers={"X-Sandbox-Seed": seed})]
            for seed in ("1", "2")
        )
    assert first == second
    assert len(set(first)) == 3


def test_a_stream_has_its_partials_and_one_picture(client: openai.OpenAI) -> None:
    events = list(client.images.generate(**ASKED, stream=True, partial_images=3, output_format="webp", user="u1"))
    assert [event.type for event in events] == ["image_generation.partial_image"] * 3 + ["image_generation.completed"]
    assert [event.partial_image_index for event in events[:3]] == [0, 1, 2]
    for event in events:
        assert (event.size, event.quality, event.background) == ("1024x1024", "low", "opaque")
        assert picture(event.b64_json).format == "WEBP" == event.output_format.upper()
    last = events[-1]
    assert picture(last.b64_json).size == (1024, 1024)
    assert last.usage.output_tokens == 196 + 300
    assert last.usage.total_tokens == last.usage.input_tokens + last.usage.output_tokens
    assert last.safety_identifier == "u1"


def test_no_partials_is_one_event(client: openai.OpenAI) -> None:
    events = list(client.images.generate(**ASKED, stream=True))
    assert [event.type for event in events] == ["image_generation.completed"]


def test_a_stream_names_each_event_on_its_own_line(server: Server) -> None:
    answer = post(server, {**ASKED, "stream": True, "partial_images": 1})
    assert answer.kind.startswith("text/event-stream")
    blocks = answer.body.decode().strip().split("\n\n")
    for block in blocks:
        name, data = block.split("\n")
        assert name.removeprefix("event: ") == json.loads(data.removeprefix("data: "))["type"]
    assert len(blocks) == 2


def test_several_pictures_in_one_answer(client: openai.OpenAI) -> None:
    answer = client.images.generate(**ASKED, n=2, output_format="jpeg")
    assert answer.data is not None
    assert [picture(one.b64_json).format for one in answer.data] == ["JPEG", "JPEG"]
    assert answer.data[0].b64_json != answer.data[1].b64_json
    assert (answer.size, answer.quality, answer.output_format) == ("1024x1024", "low", "jpeg")
    assert answer.usage is not None
    assert answer.usage.output_tokens == 2 * 196


def test_auto_is_resolved_in_the_answer(client: openai.OpenAI) -> None:
    answer = client.images.generate(model="sandbox", prompt="a perfume bottle", output_format="webp")
    assert (answer.size, answer.quality, answer.background) == ("1024x1536", "high", "opaque")


def test_the_seed_header_decides(client: openai.OpenAI) -> None:
    def drawn(seed: str) -> str | None:
        answer = client.images.generate(**ASKED, extra_headers={"X-Sandbox-Seed": seed})
        assert answer.data is not None
        return answer.data[0].b64_json

    assert drawn("41") == drawn("41") != drawn("42")


def test_every_answer_has_a_request_id(client: openai.OpenAI) -> None:
    assert str(client.images.generate(**ASKED)._request_id).startswith("req_")
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model="sandbox", prompt="")
    assert str(caught.value.request_id).startswith("req_")
    assert caught.value.code == "empty_string"


def test_models_are_listed_and_found(client: openai.OpenAI) -> None:
    names = {model.id for model in client.models.list()}
    assert {"sandbox", "gpt-image-2", "gpt-image-2.6-flare", "gpt-image-2.6-sunburst"} <= names
    assert client.models.retrieve("gpt-image-2").shutdown_date is None
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("dall-e-3")
    assert caught.value.code == "model_not_found"


@pytest.mark.parametrize("header", [None, "", "Bearer ", "Basic abc"])
def test_no_key_no_picture(server: Server, header: str | None) -> None:
    answer = post(server, ASKED, header)
    assert answer.status == 401
    assert json.loads(answer.body)["error"]["code"] == "invalid_api_key"


def test_health_needs_no_key(server: Server) -> None:
    with urllib.request.urlopen(server.url.removesuffix("/v1") + "/health") as answer:
        assert json.load(answer) == {"status": "ok"}


def test_other_addresses_are_not_there(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.batches.list()


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b"[]"])
def test_a_body_that_is_no_json(server: Server, body: bytes) -> None:
    answer = post(server, body)
    assert answer.status == 400
    assert json.loads(answer.body)["error"]["type"] == "invalid_request_error"


def test_the_latency_header_holds_the_answer_and_spreads_the_partials(client: openai.OpenAI) -> None:
    started = time.monotonic()
    stream = client.images.generate(**ASKED, stream=True, partial_images=1, extra_headers={"X-Sandbox-Latency": "0.8"})
    times = [time.monotonic() - started for _ in stream]
    assert 0.4 <= times[0] < 0.8 <= times[1] < 3


@pytest.fixture
def canned() -> Iterator[str]:
    process, url = sandbox("--canned", "--latency", "1.5")
    yield url
    process.terminate()
    process.wait(timeout=10)


def test_waiting_calls_do_not_keep_the_server_from_ending() -> None:
    process, url = sandbox("--fault", "silence")
    port = urllib.parse.urlsplit(url).port
    with socket.create_connection(("127.0.0.1", port or 0)) as line:
        line.sendall(request({**ASKED, "stream": True}))
        time.sleep(0.3)
        process.terminate()
        process.wait(timeout=8)
        assert line.recv(1) == b""


def test_three_hundred_calls_wait_at_once(canned: str) -> None:
    port = urllib.parse.urlsplit(canned).port
    asked = request({**ASKED, "stream": True, "output_format": "webp"})

    async def call() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        writer.write(asked)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def crowd() -> list[bytes]:
        return await asyncio.gather(*(call() for _ in range(300)))

    started = time.monotonic()
    answers = asyncio.run(crowd())
    assert all(b"image_generation.completed" in answer for answer in answers)
    assert time.monotonic() - started < 8
