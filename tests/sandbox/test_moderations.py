"""The sandbox's moderation endpoint: the real one's form, flags by its own phrases, faults on demand."""

import base64
import io
from typing import Any

import httpx2
import openai
import pytest
from PIL import Image

from studio.sandbox.moderations import CATEGORIES, FAULTS, MISHAPS, result
from tests.sandbox.conftest import Server

ASKED = {"model": "omni-moderation-latest", "input": "a stoneware cup"}


def post(server: Server, body: Any, **headers: str) -> httpx2.Response:
    told = {"Authorization": "Bearer x", **headers}
    return httpx2.post(f"{server.url}/moderations", json=body, headers=told, timeout=10)


def test_the_client_reads_it(client: openai.OpenAI) -> None:
    answer = client.moderations.create(model="omni-moderation-latest", input="a stoneware cup")
    [one] = answer.results
    assert (answer.model, one.flagged) == ("omni-moderation-latest", False)
    assert answer.id.startswith("modr-")
    assert set(one.categories.model_dump(by_alias=True)) == set(CATEGORIES)
    assert not any(one.categories.model_dump().values())
    assert all(score < 0.1 for score in one.category_scores.model_dump().values())
    assert one.category_applied_input_types.violence == ["text"]
    assert answer == client.moderations.create(input="a stoneware cup")


@pytest.mark.parametrize("name", CATEGORIES)
def test_a_phrase_of_its_own_flags_a_category(name: str) -> None:
    said = result(f"A cup. Sandbox: {name}, please")
    expected = {name, name.split("/")[0]} & set(CATEGORIES)
    assert said["flagged"]
    assert {each for each, on in said["categories"].items() if on} == expected
    assert {each for each, score in said["category_scores"].items() if score > 0.5} == expected


@pytest.mark.parametrize("words", ["violence", "sandbox violence", "a sandbox: sand", ""])
def test_nothing_else_is_flagged(words: str) -> None:
    assert not result(words)["flagged"]


def test_a_list_has_a_result_for_each_and_parts_have_one(client: openai.OpenAI) -> None:
    each = client.moderations.create(input=["a cup", "sandbox: hate"]).results
    assert [one.flagged for one in each] == [False, True]
    picture: Any = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    [both] = client.moderations.create(input=[{"type": "text", "text": "sandbox: sexual"}, picture]).results
    assert both.flagged
    assert both.category_applied_input_types.sexual == ["text", "image"]
    assert both.category_applied_input_types.hate == ["text"]


def part(picture: Image.Image, kind: str = "PNG") -> Any:
    file = io.BytesIO()
    picture.save(file, kind)
    data = base64.b64encode(file.getvalue()).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind.lower()};base64,{data}"}}


def cornered(colour: tuple[int, int, int], corners: int = 4) -> Image.Image:
    picture = Image.new("RGB", (300, 200), (200, 190, 180))
    for at in ((0, 0), (268, 0), (0, 168), (268, 168))[:corners]:
        picture.paste(colour, (*at, at[0] + 32, at[1] + 32))
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_with_magenta_corners_is_flagged(client: openai.OpenAI, kind: str) -> None:
    cup: Any = {"type": "text", "text": "a cup"}
    pictures = (cornered((255, 0, 255)), cornered((240, 20, 236)), cornered((255, 0, 255), 3), cornered((225, 0, 255)))
    asked = [client.moderations.create(input=[cup, part(one, kind)]).results[0] for one in pictures]
    assert [one.flagged for one in asked] == [True, True, False, False]
    assert asked[0].categories.violence
    assert not asked[0].categories.violence_graphic
    assert asked[0].category_scores.violence > 0.5
    both = client.moderations.create(input=[part(cornered((0, 0, 0)), kind), part(pictures[0], kind)])
    assert both.results[0].flagged


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "missing_required_parameter", "input"),
        ({"input": 7}, "invalid_type", "input"),
        ({"input": []}, "empty_array", "input"),
        ({"input": ["a", 1]}, "invalid_type", "input[0]"),
        ({"input": [{"type": "video"}]}, "invalid_value", "input[0].type"),
        ({"input": [{"type": "image_url"}]}, "missing_required_parameter", "input[0].image_url"),
        ({"input": "a", "model": "gpt-image-2"}, None, None),
        ({"input": "a", "model": 7}, "invalid_type", "model"),
        ({"input": "a", "user": "u"}, "unknown_parameter", "user"),
        ([], None, None),
    ],
)
def test_what_it_refuses(quick: Server, body: Any, code: str | None, param: str | None) -> None:
    answer = post(quick, body)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, param)


def test_without_a_key_nothing_is_said(quick: Server) -> None:
    assert post(quick, ASKED, Authorization="").status_code == 401
    assert httpx2.get(f"{quick.url}/moderations", headers={"Authorization": "Bearer x"}).status_code == 404


FAULTY = {"server_error": 500, "rate_limit": 429, "overloaded": 503, "bad_gateway": 502, "html": 200, "odd": 200}


@pytest.mark.parametrize("name", FAULTY)
def test_a_header_makes_it_go_wrong(quick: Server, name: str) -> None:
    answer = post(quick, ASKED, **{"X-Sandbox-Fault": name})
    assert answer.status_code == FAULTY[name]
    assert "omni-moderation-latest" not in answer.text


def test_silence_and_half_an_answer(quick: Server) -> None:
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.post(
            f"{quick.url}/moderations",
            json=ASKED,
            headers={"Authorization": "Bearer x", "X-Sandbox-Fault": "silence"},
            timeout=0.2,
        )
    with pytest.raises(ValueError, match="Unterminated"):
        post(quick, ASKED, **{"X-Sandbox-Fault": "json_cut"}).json()


def test_faults_of_pictures_are_none_of_its_own(quick: Server) -> None:
    assert "moderation" not in FAULTS
    assert set(MISHAPS) <= set(FAULTS)
    assert post(quick, ASKED, **{"X-Sandbox-Fault": "bomb"}).json()["error"]["code"] == "invalid_value"
