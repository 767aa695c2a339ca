"""Calls that are paid for and go wrong: what comes over the wire, and that each is in the log once."""

import base64
import io
import json
import uuid
import zlib
from typing import Any

import httpx2
import pytest
from PIL import Image

from studio.sandbox.behaviour import MISHAPS
from studio.sandbox.misprints import NO_PICTURE
from tests.sandbox.conftest import Server
from tests.sandbox.wire import ASKED, STREAMED, Heard, ask, bare, get, paid

FORMS = pytest.mark.parametrize("asked", [ASKED, STREAMED], ids=["whole", "stream"])
WITHOUT_A_WORD = ("silence", "reset")
PARTIAL, COMPLETED = "image_generation.partial_image", "image_generation.completed"


def data(heard: Heard) -> bytes:
    return base64.b64decode(heard.picture["b64_json"], validate=True)


def kinds(heard: Heard) -> list[str]:
    return [event.get("type", "error") for event in heard.events]


@FORMS
@pytest.mark.parametrize("name", [name for name in MISHAPS if name not in WITHOUT_A_WORD])
def test_each_is_paid_for_once_by_a_caller_who_hangs_up(quick: Server, name: str, asked: dict[str, Any]) -> None:
    heard = ask(quick, name, asked, most=1)
    (line,) = paid(quick, heard.request_id)
    assert line["seed"] == "1"
    assert line["outcome"] == name if asked is ASKED else line["outcome"] in (name, "undelivered")


@FORMS
def test_a_reset_line_says_nothing_and_is_paid_for(quick: Server, asked: dict[str, Any]) -> None:
    seed = uuid.uuid4().hex
    with bare(quick, "reset", asked, seed=seed) as line, pytest.raises(ConnectionResetError):
        line.recv(1)
    (paid_call,) = paid(quick, seed)
    assert paid_call["outcome"] == "undelivered"
    assert paid_call["request_id"].startswith("req_")
    assert ask(quick, "none").status == 200  # nobody else's line


@FORMS
def test_silence_is_paid_for(quick: Server, asked: dict[str, Any]) -> None:
    seed = uuid.uuid4().hex
    with bare(quick, "silence", asked, seed=seed) as line:
        assert [call["outcome"] for call in paid(quick, seed)] == ["undelivered"]
        line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            line.recv(1)
    assert len(quick.paid(seed)) == 1


def test_a_well_answer_too_is_in_the_log_once_with_its_request_id(quick: Server) -> None:
    for asked in (ASKED, STREAMED, {**ASKED, "n": 2}):
        heard = ask(quick, "none", asked)
        (line,) = paid(quick, heard.request_id)
        assert line["outcome"] == "completed"


@FORMS
def test_other_files_than_the_picture(quick: Server, asked: dict[str, Any]) -> None:
    assert data(ask(quick, "not_a_picture", asked)) == NO_PICTURE
    half = data(ask(quick, "half_picture", asked))
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(half)).load()
    assert Image.open(io.BytesIO(data(ask(quick, "wrong_size", asked)))).size == (1536, 1024)


@FORMS
@pytest.mark.parametrize(("said", "comes"), [("png", "WEBP"), ("webp", "PNG")])
def test_another_format_than_it_says(quick: Server, asked: dict[str, Any], said: str, comes: str) -> None:
    heard = ask(quick, "wrong_format", {**asked, "output_format": said})
    assert Image.open(io.BytesIO(data(heard))).format == comes
    assert heard.finished["output_format"] == said


@FORMS
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_a_small_file_of_a_huge_picture(
    quick: Server, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    bomb = data(ask(quick, "bomb", asked))
    assert len(bomb) < 1000
    picture = Image.open(io.BytesIO(bomb))
    assert (picture.format, picture.size) == ("PNG", (60_000, 60_000))


@FORMS
def test_base64_that_ends_too_soon(quick: Server, asked: dict[str, Any]) -> None:
    text = ask(quick, "base64_cut", asked).picture["b64_json"]
    assert len(text) % 4 == 3
    assert base64.b64decode(text + "=").startswith(b"\x89PNG")


@FORMS
def test_an_address_instead_of_the_picture(quick: Server, asked: dict[str, Any]) -> None:
    for name, beginning in (("url", quick.url), ("url_relative", "/v1/images/files/")):
        heard = ask(quick, name, asked)
        assert "b64_json" not in heard.picture
        assert heard.picture["url"].startswith(beginning)
        answer = get(quick, heard.picture["url"])
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert Image.open(io.BytesIO(answer.content)).size == (1024, 1024)
        assert get(quick, heard.picture["url"], key="").status_code == 401


@FORMS
@pytest.mark.parametrize(
    ("name", "address"),
    [("url_elsewhere", "http://169.254.169.254/latest/meta-data/"), ("url_file", "file:///etc/passwd")],
)
def test_an_address_to_stay_away_from(quick: Server, asked: dict[str, Any], name: str, address: str) -> None:
    picture = ask(quick, name, asked).picture
    assert picture["url"] == address
    assert "b64_json" not in picture


def test_an_address_where_nothing_is(quick: Server) -> None:
    assert get(quick, ask(quick, "url_gone").picture["url"]).status_code == 404


def test_an_address_without_an_end(quick: Server) -> None:
    address, come = ask(quick, "url_huge").picture["url"], 0
    with httpx2.stream("GET", address, headers={"Authorization": "Bearer x"}) as answer:
        for chunk in answer.iter_raw():
            come += len(chunk)
            if come > 5_000_000:
                break
    assert come > 5_000_000


@FORMS
def test_fields_that_nobody_knows(quick: Server, asked: dict[str, Any]) -> None:
    heard = ask(quick, "extra", asked)
    said = heard.finished
    levels = [said, heard.picture, said["usage"], said["usage"]["input_tokens_details"]]
    assert all("x_unknown" in level for level in levels + (heard.events if asked is STREAMED else []))
    assert data(heard).startswith(b"\x89PNG")


@FORMS
def test_no_word_about_tokens(quick: Server, asked: dict[str, Any]) -> None:
    heard = ask(quick, "no_usage", asked)
    assert "usage" not in heard.finished
    assert data(heard).startswith(b"\x89PNG")


@FORMS
def test_fields_of_odd_types_around_the_right_picture(quick: Server, asked: dict[str, Any]) -> None:
    usages = []
    for seed in ("1", "2"):
        heard = ask(quick, "odd", asked, seed=seed)
        assert data(heard) == data(ask(quick, "none", {**asked, "partial_images": None}, seed=seed))
        assert (heard.finished["size"], heard.finished["quality"]) == (None, "lo\0w")
        usages.append(heard.finished["usage"])
    assert {type(usage) for usage in usages} == {list, dict}
    assert next(usage for usage in usages if isinstance(usage, dict))["output_tokens"] < 0
    if asked is STREAMED:
        assert heard.events[0]["partial_image_index"] == "first"


def test_the_finished_picture_first(quick: Server) -> None:
    assert kinds(ask(quick, "early", STREAMED)) == [COMPLETED, PARTIAL, PARTIAL]


def test_the_finished_picture_twice(quick: Server) -> None:
    heard = ask(quick, "twice", STREAMED)
    assert kinds(heard) == [PARTIAL, PARTIAL, COMPLETED, COMPLETED]
    assert heard.events[2] == heard.events[3]
    assert len(ask(quick, "twice").json["data"]) == 2


@FORMS
def test_json_that_ends_half_way_in_a_body_that_ends_well(quick: Server, asked: dict[str, Any]) -> None:
    body = ask(quick, "json_cut", asked).body
    text = body if asked is ASKED else body.rstrip().rpartition(b"data: ")[2]
    assert text.startswith(b"{")
    with pytest.raises(ValueError, match="Unterminated string"):
        json.loads(text)


def test_a_picture_that_the_safety_check_refuses(quick: Server) -> None:
    whole, stream = ask(quick, "moderation_output"), ask(quick, "moderation_output", STREAMED)
    assert whole.status == 400
    assert kinds(stream) == [PARTIAL, "error"]
    for error in (whole.json["error"], stream.events[-1]["error"]):
        assert error["code"] == "moderation_blocked"
        assert error["moderation_details"] == {"moderation_stage": "output", "categories": ["violence"]}
    assert kinds(ask(quick, "moderation_output", {**ASKED, "stream": True})) == ["error"]


@FORMS
def test_signs_of_life_and_never_a_picture(quick: Server, asked: dict[str, Any]) -> None:
    heard = ask(quick, "trickle", asked, most=2)
    assert not heard.body.strip() or heard.body.startswith(b": ")


@FORMS
def test_a_page_for_people(quick: Server, asked: dict[str, Any]) -> None:
    heard = ask(quick, "html", asked)
    assert (heard.status, heard.headers["content-type"]) == (200, "text/html; charset=utf-8")


@FORMS
def test_a_flood_leaves_the_server_itself_small(quick: Server, asked: dict[str, Any]) -> None:
    before, come, most = quick.resident_bytes(), 0, 0
    with bare(quick, "flood", asked, seed="flood") as line:
        while come < 200_000_000:
            read = len(line.recv(1 << 20))
            if come // 10_000_000 != (come + read) // 10_000_000:
                most = max(most, quick.resident_bytes())
            come += read
    assert 0 < most < before + 60_000_000


@FORMS
def test_little_gzip_that_inflates_to_much(quick: Server, asked: dict[str, Any]) -> None:
    before = quick.resident_bytes()
    heard = ask(quick, "gzip_bomb", asked)
    assert quick.resident_bytes() - before < 60_000_000
    assert heard.headers["content-encoding"] == "gzip"
    assert len(heard.body) < 300_000
    packer, size, rest = zlib.decompressobj(wbits=31), 0, heard.body
    while rest:
        size += len(packer.decompress(rest, 1 << 22))
        rest = packer.unconsumed_tail
    assert size > 200_000_000
