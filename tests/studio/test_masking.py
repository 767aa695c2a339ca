"""The mask's page by its address: what it was opened with, what it costs, and what becomes of both."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from studio import drawings
from studio.models import Image, ImageModel, Run
from tests.conftest import signed_in
from tests.studio.bringing import brought, marks, painted, photo
from tests.studio.pages import fields, of_pictures, said, with_

EDITOR = "data-mask-editor"


@pytest.fixture
def source(alice: User) -> Image:
    """A picture that is twice as wide as it is high."""
    return brought(alice, photo((640, 320)))


def price(page: str) -> str:
    """What the button says, as a number."""
    [found] = re.findall(r'data-credits="(\d*)"', page)
    return found


def test_a_reload_finds_what_it_was_opened_with(stage: Client, source: Image) -> None:
    posted = of_pictures(stage, (source, "source"), prompt="Only here", keep=["face"])
    address = stage.post("/studio/mask", posted).headers["Location"]
    assert address == f"/studio/mask/{source.uuid}/"
    assert "Only" not in address
    for _reload in range(2):
        there = fields(stage.get(address).content.decode(), EDITOR)
        assert (there["prompt"], there["keep"], there["picture"]) == (["Only here"], ["face"], [str(source.uuid)])


def test_each_picture_has_a_page_and_the_oldest_gives_way(stage: Client, alice: User, source: Image) -> None:
    addresses = []
    for number in range(5):
        one = brought(alice, photo((64 + number, 64)))
        posted = of_pictures(stage, (one, "source"), prompt=f"For {number}")
        addresses.append(stage.post("/studio/mask", posted).headers["Location"])
    pages = [stage.get(address) for address in addresses]
    assert [page.status_code for page in pages] == [302, 200, 200, 200, 200]
    assert fields(pages[1].content.decode(), EDITOR)["prompt"] == ["For 1"]


@pytest.mark.parametrize("gone", ["never opened", "deleted"])
def test_without_what_it_was_opened_with_it_leads_to_the_composer(stage: Client, source: Image, gone: str) -> None:
    if gone == "deleted":
        stage.post("/studio/mask", of_pictures(stage, (source, "source")))
        stage.post(f"/library/{source.uuid}/delete")
    answer = stage.get(f"/studio/mask/{source.uuid}/")
    assert answer.headers["Location"] == f"/studio/image/?source={source.uuid}"
    pieces = fields(stage.get(answer.headers["Location"]).content.decode()).get("picture", [])
    assert pieces == ([str(source.uuid)] if gone == "never opened" else [])


def test_a_strangers_page_shows_nothing(stage: Client, bob: User, source: Image) -> None:
    stage.post("/studio/mask", of_pictures(stage, (source, "source")))
    assert signed_in(bob).get(f"/studio/mask/{source.uuid}/").status_code == 302


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("paint", {"left": "10", "top": "10", "right": "60", "bottom": "60"}),
        ("extend", {"extend_shape": "square"}),
    ],
)
def test_a_press_costs_what_its_kind_was_said_to_cost(
    stage: Client, source: Image, kind: str, changes: dict[str, Any]
) -> None:
    large = of_pictures(stage, (source, "source"), shape="square", scale="largest")
    page = stage.post("/studio/mask", large, follow=True).content.decode()
    form = with_(fields(page, EDITOR), mask_kind=kind, **changes)
    said = price(stage.post("/studio/quote", form).content.decode())
    answer = stage.post("/studio/runs/", {**form, "quoted": said})
    assert answer.status_code == 302
    run = Run.objects.get()
    assert str(run.credits) == said
    assert (run.width > run.height) is (kind == "paint"), (
        "a painted picture keeps its shape, an extended one gets another"
    )
    if kind == "paint":
        assert price(page) == said, "before anything is painted"


def test_what_another_kind_needs_is_left_out_of_the_price(stage: Client, source: Image) -> None:
    posted = of_pictures(stage, (source, "source"), mask=str(painted(source).uuid), shape="square")
    form = fields(stage.post("/studio/mask", posted, follow=True).content.decode(), EDITOR)
    marked = stage.post("/studio/quote", {**form, "mask_kind": "markup", "extend_shape": "banner"})
    plain = stage.post("/studio/quote", {**form, "mask": "", "mask_kind": "markup"})
    assert price(marked.content.decode()) == price(plain.content.decode()) != ""


def test_gone_back_to_it_makes_another_run(stage: Client, source: Image) -> None:
    rectangle = {"mask_kind": "paint", "left": "10", "top": "10", "right": "60", "bottom": "60"}
    address = stage.post("/studio/mask", of_pictures(stage, (source, "source"))).headers["Location"]
    for _press in range(2):
        form = with_(fields(stage.get(address).content.decode(), EDITOR), **rectangle)
        assert stage.post("/studio/runs/", form).status_code == 302
    assert Run.objects.count() == 2


@pytest.mark.parametrize("field", ["prompt", "keep_words", "role-{}"])
def test_what_is_too_long_for_any_press_is_not_kept(stage: Client, source: Image, field: str) -> None:
    posted = of_pictures(stage, (source, "source"))
    answer = stage.post("/studio/mask", {**posted, field.format(source.uuid): "é" * 50_000, "strange": "x" * 50_000})
    assert (answer.status_code, said(answer, "prompt")) == (
        422,
        "This is too long. A prompt can have 32,000 characters.",
    )
    assert stage.post("/studio/mask", {**posted, "strange": "x" * 50_000}).status_code == 302
    assert "strange" not in str(stage.session["masks"])


def test_marks_that_a_model_does_not_read_are_no_way(stage: Client, source: Image) -> None:
    drawn = drawings.markup(source=source, data=marks((640, 320)))
    posted = of_pictures(stage, (source, "source"), markup=str(drawn.uuid), shape="square", scale="largest")
    ImageModel.objects.update(takes_markup=False)
    page = stage.post("/studio/mask", posted, follow=True).content.decode()
    form = fields(page, EDITOR)
    assert form["mask_kind"] == ["paint"]
    assert price(page) == price(stage.post("/studio/quote", form).content.decode())


def test_a_size_of_ones_own_outlives_the_page(stage: Client, source: Image) -> None:
    posted = of_pictures(stage, (source, "source"), scale="own", width="1600", height="1600")
    there = fields(stage.post("/studio/mask", posted, follow=True).content.decode(), EDITOR)
    back = fields(stage.post("/studio/compose", {**there, "drawn": "1"}).content.decode())
    assert (back["scale"], back["width"]) == (["own"], ["1600"])
