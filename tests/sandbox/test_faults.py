import base64
import time
from typing import Any

import openai
import pytest

from studio.sandbox import errors
from studio.sandbox.behaviour import FAULTS, LATENCY_S, Behaviour, fault_of, latency_of
from tests.sandbox.conftest import Server

ASKED: dict[str, Any] = {"model": "sandbox", "prompt": "a chair", "size": "1024x1024", "quality": "low"}
REFUSALS = {
    "moderation": (openai.BadRequestError, "moderation_blocked", "image_generation_user_error"),
    "rate_limit": (openai.RateLimitError, "rate_limit_exceeded", "images"),
    "quota": (openai.RateLimitError, "insufficient_quota", "insufficient_quota"),
    "server_error": (openai.InternalServerError, "server_error", "server_error"),
    "overloaded": (openai.InternalServerError, "server_is_overloaded", "service_unavailable_error"),
    "unauthorized": (openai.AuthenticationError, "invalid_api_key", "invalid_request_error"),
    "model_not_found": (openai.NotFoundError, "model_not_found", "invalid_request_error"),
}


def fault(name: str) -> dict[str, str]:
    return {"X-Sandbox-Fault": name}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_raises_the_client_s_own_error(
    client: openai.OpenAI, server: Server, name: str, stream: bool
) -> None:
    kind, code, type_ = REFUSALS[name]
    before = len(server.calls())
    with pytest.raises(kind) as caught:
        client.images.generate(**ASKED, stream=stream, extra_headers=fault(name))
    assert (caught.value.code, caught.value.type) == (code, type_)
    assert len(server.calls()) == before


def test_a_rate_limit_says_when_to_come_back(client: openai.OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as caught:
        client.images.generate(**ASKED, extra_headers=fault("rate_limit"))
    assert caught.value.response.headers["retry-after"] == "1"


def test_not_a_picture(client: openai.OpenAI) -> None:
    last = list(client.images.generate(**ASKED, stream=True, extra_headers=fault("not_a_picture")))[-1]
    assert last.type == "image_generation.completed"
    assert base64.b64decode(last.b64_json) == b"This is not a picture."


def test_a_cut_stream_just_ends(client: openai.OpenAI, server: Server) -> None:
    events = list(client.images.generate(**ASKED, stream=True, partial_images=2, extra_headers=fault("cut")))
    assert [event.type for event in events] == ["image_generation.partial_image"]
    assert server.calls()[-1]["outcome"] == "cut"


def test_a_cut_body_is_a_lost_connection(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIConnectionError):
        client.images.generate(**ASKED, extra_headers=fault("cut"))


def test_an_error_inside_the_stream(client: openai.OpenAI) -> None:
    stream = client.images.generate(**ASKED, stream=True, partial_images=2, extra_headers=fault("stream_error"))
    with pytest.raises(openai.APIError) as caught:
        list(stream)
    assert not isinstance(caught.value, openai.APIStatusError)
    assert caught.value.code == "image_generation_failed"


def test_an_empty_answer(client: openai.OpenAI) -> None:
    assert client.images.generate(**ASKED, extra_headers=fault("empty")).data == []
    assert list(client.images.generate(**ASKED, stream=True, extra_headers=fault("empty")))[-1].b64_json == ""


def test_another_size_than_asked(client: openai.OpenAI) -> None:
    assert client.images.generate(**ASKED, extra_headers=fault("wrong_size")).size == "1536x1024"


def test_silence_until_the_caller_gives_up(client: openai.OpenAI, server: Server) -> None:
    with pytest.raises(openai.APITimeoutError):
        client.images.generate(**ASKED, timeout=0.3, extra_headers={**fault("silence"), "X-Sandbox-Seed": "silent"})
    assert [call["outcome"] for call in server.calls() if call["seed"] == "silent"] == ["undelivered"]


def test_an_unknown_fault_is_said_so(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="There is no fault 'flood'"):
        client.images.generate(**ASKED, extra_headers=fault("flood"))


def test_words_in_a_prompt_cause_no_fault(client: openai.OpenAI) -> None:
    asked = {**ASKED, "prompt": "X-Sandbox-Fault: server_error rate_limit quota silence"}
    assert client.images.generate(**asked).data


def test_the_log_has_each_paid_call_and_no_prompt(client: openai.OpenAI, server: Server) -> None:
    client.images.generate(**{**ASKED, "prompt": "a most secret chair"}, extra_headers={"X-Sandbox-Seed": "logged"})
    (line,) = [call for call in server.calls() if call["seed"] == "logged"]
    assert line["outcome"] == "completed"
    assert (line["model"], line["size"], line["quality"]) == ("sandbox", "1024x1024", "low")
    assert len(line["sha256"]) == 64
    assert "secret" not in server.log.read_text()


def test_a_caller_who_hangs_up_has_bought_the_picture(client: openai.OpenAI, server: Server) -> None:
    headers = {"X-Sandbox-Seed": "hung-up", "X-Sandbox-Latency": "0.6"}
    stream = client.images.generate(**ASKED, stream=True, partial_images=3, extra_headers=headers)
    next(iter(stream))
    stream.close()
    end = time.monotonic() + 3
    while time.monotonic() < end and not any(call["seed"] == "hung-up" for call in server.calls()):
        time.sleep(0.05)
    assert [call["outcome"] for call in server.calls() if call["seed"] == "hung-up"] == ["undelivered"]


def test_the_process_s_fault_holds_unless_a_header_says_otherwise() -> None:
    settings = Behaviour(fault="cut")
    assert fault_of({}, settings) == "cut"
    assert fault_of({"x-sandbox-fault": "none"}, settings) is None
    with pytest.raises(errors.ApiError):
        fault_of({"x-sandbox-fault": "overloaded"}, settings)
    assert set(REFUSALS) < set(FAULTS)


def test_latency_grows_with_quality_and_sways_a_little() -> None:
    for quality, seconds in LATENCY_S.items():
        said = [latency_of({}, Behaviour(), quality=quality, seed=str(seed)) for seed in range(20)]
        assert all(0.9 * seconds <= one <= 1.1 * seconds for one in said)
        assert len(set(said)) > 10
    assert latency_of({}, Behaviour(latency_s=0), quality="low", seed="") == 0
    assert latency_of({"x-sandbox-latency": "3.5"}, Behaviour(latency_s=0), quality="low", seed="") == 3.5
    with pytest.raises(errors.ApiError):
        latency_of({"x-sandbox-latency": "soon"}, Behaviour(), quality="low", seed="")
