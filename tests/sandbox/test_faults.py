import base64
import time
from email.utils import parsedate_to_datetime
from typing import Any

import openai
import pytest

from studio.sandbox import errors
from studio.sandbox.behaviour import FAULTS, LATENCY_S, MISHAPS, REFUSALS, Behaviour, fault_of, latency_of
from tests.sandbox.conftest import Server
from tests.sandbox.wire import ASKED, STREAMED, ask, paid

INVALID, BILLING = "invalid_request_error", "insufficient_quota"
# name: status, code, type
REFUSED = {
    "moderation": (400, "moderation_blocked", "image_generation_user_error"),
    "unauthorized": (401, "invalid_api_key", INVALID),
    "forbidden": (403, "unsupported_country_region_territory", "request_forbidden"),
    "model_not_found": (404, "model_not_found", INVALID),
    "rate_limit": (429, "rate_limit_exceeded", "images"),
    "rate_limit_date": (429, "rate_limit_exceeded", "images"),
    "rate_limit_bare": (429, "rate_limit_exceeded", "images"),
    "rate_limit_long": (429, "rate_limit_exceeded", "images"),
    "slow_down": (429, "slow_down", "rate_limit_error"),
    "quota": (429, "insufficient_quota", BILLING),
    "credit_balance": (429, "credit_balance_exhausted", BILLING),
    "spend_limit": (429, "organization_spend_limit_exceeded", BILLING),
    "hard_limit": (400, "billing_hard_limit_reached", "billing_limit_user_error"),
    "server_error": (500, "server_error", "server_error"),
    "bad_gateway": (502, None, None),
    "gateway_reset": (503, None, None),
    "overloaded": (503, "server_is_overloaded", "service_unavailable_error"),
}
CLIENT_S = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    429: openai.RateLimitError,
}


def fault(name: str) -> dict[str, str]:
    return {"X-Sandbox-Fault": name}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_raises_the_client_s_own_error(
    client: openai.OpenAI, server: Server, name: str, stream: bool
) -> None:
    status, code, type_ = REFUSED[name]
    before = len(server.calls())
    with pytest.raises(CLIENT_S.get(status, openai.InternalServerError)) as caught:
        client.images.generate(**ASKED, stream=stream, extra_headers=fault(name))
    assert (caught.value.status_code, caught.value.code, caught.value.type) == (status, code, type_)
    assert len(server.calls()) == before


def test_a_rate_limit_says_when_to_come_back_or_not(server: Server) -> None:
    said = {name: ask(server, name).headers.get("retry-after") for name in REFUSED if name.startswith("rate_limit")}
    date = parsedate_to_datetime(said.pop("rate_limit_date") or "")
    assert 0 < date.timestamp() - time.time() < 3
    assert said == {"rate_limit": "1", "rate_limit_bare": None, "rate_limit_long": "600"}


def test_a_proxy_in_front_answers_in_html(server: Server) -> None:
    heard = ask(server, "bad_gateway")
    assert (heard.status, heard.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert b"502 Bad Gateway" in heard.body


def test_a_redirect_leads_to_another_host(server: Server) -> None:
    heard = ask(server, "redirect")
    assert (heard.status, heard.headers["location"]) == (307, "http://redirected.invalid/v1/images/generations")
    assert not server.paid(heard.request_id)


@pytest.mark.parametrize("asked", [ASKED, STREAMED])
def test_an_error_in_an_answer_that_seems_well(server: Server, asked: dict[str, Any]) -> None:
    heard = ask(server, "error_in_body", asked)
    assert (heard.status, heard.json["error"]["type"]) == (200, "server_error")
    assert not server.paid(heard.request_id)


def test_every_fault_of_the_table_is_tested() -> None:
    assert set(REFUSALS) == {*REFUSED, "redirect", "error_in_body"}
    assert (*REFUSALS, *MISHAPS) == FAULTS


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
    with pytest.raises(openai.BadRequestError, match="There is no fault 'earthquake'"):
        client.images.generate(**ASKED, extra_headers=fault("earthquake"))


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
    assert [call["outcome"] for call in paid(server, "hung-up")] == ["undelivered"]


def test_the_process_s_fault_holds_unless_a_header_says_otherwise() -> None:
    settings = Behaviour(fault="cut")
    assert fault_of({}, settings) == "cut"
    assert fault_of({"x-sandbox-fault": "none"}, settings) is None
    with pytest.raises(errors.ApiError):
        fault_of({"x-sandbox-fault": "overloaded"}, settings)


def test_latency_grows_with_quality_and_sways_a_little() -> None:
    for quality, seconds in LATENCY_S.items():
        said = [latency_of({}, Behaviour(), quality=quality, seed=str(seed)) for seed in range(20)]
        assert all(0.9 * seconds <= one <= 1.1 * seconds for one in said)
        assert len(set(said)) > 10
    assert latency_of({}, Behaviour(latency_s=0), quality="low", seed="") == 0
    assert latency_of({"x-sandbox-latency": "3.5"}, Behaviour(latency_s=0), quality="low", seed="") == 3.5
    with pytest.raises(errors.ApiError):
        latency_of({"x-sandbox-latency": "soon"}, Behaviour(), quality="low", seed="")
