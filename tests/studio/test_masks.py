"""What is drawn on a source: on the mask's page, as a file, by numbers, or round it; and what is refused of that."""

import os
from typing import Any

import pytest
from django.test import Client
from PIL import Image as Pillow

from accounts.models import User
from studio import drawings
from studio.models import Image, ImageKind, Run
from tests.conftest import balance, signed_in
from tests.studio.bringing import brought, file, mask_file, painted, photo
from tests.studio.file_makers import made
from tests.studio.pages import fields, of_pictures, page, refused, said, with_
from tests.studio.test_store_down import broken

NEW = ("key", "quoted", "csrfmiddlewaretoken")  # with every page


def test_a_strangers_mask_or_one_of_another_picture_is_not_used(stage: Client, alice: User, bob: User) -> None:
    source, other = brought(alice, photo()), brought(alice, made("JPEG"))
    for mask in (painted(other), painted(brought(bob, photo()))):
        posted = of_pictures(stage, (source, "source"), mask=str(mask.uuid))
        message = refused(stage, alice, posted, "mask")
        assert message == "What is drawn belongs to another picture. Draw it anew, or go on without it."


def test_a_mask_of_another_shape_is_refused_and_what_was_painted_stays(stage: Client, alice: User) -> None:
    source = brought(alice, photo())
    kept = painted(source)
    posted = of_pictures(stage, (source, "source"), mask=str(kept.uuid), mask_kind="paint")
    response = stage.post("/studio/compose", {**posted, "mask_file": file(mask_file((100, 300), (0, 0, 50, 50)))})
    assert said(response, "mask") == "This mask has another shape than its picture."
    assert fields(response.content.decode())["mask"] == [str(kept.uuid)]
    response = stage.post("/studio/compose", {**posted, "mask_file": file(b"no picture")})
    assert "this file is none" in said(response, "mask")
    response = stage.post("/studio/compose", {**posted, "left": "50", "top": "0", "right": "10", "bottom": "9"})
    assert "from left to right" in said(response, "mask")


def test_a_mask_file_above_4_mb_is_refused_and_nothing_typed_is_lost(stage: Client, alice: User) -> None:
    source = brought(alice, photo())
    typed = of_pictures(stage, (source, "source"), keep=["face"], keep_words=["its glaze"], feather=["30"])
    editor = fields(stage.post("/studio/mask", typed, follow=True).content.decode(), "data-mask-editor")
    pressed = editor | {"prompt": ["The jug in green"], "shape": ["source"]}
    heavy = made("PNG", Pillow.frombytes("RGBA", (1200, 900), os.urandom(1200 * 900 * 4)), compress_level=0)
    assert len(heavy) > drawings.MOST_BYTES
    same = [name for name in typed if name not in NEW]
    for address, status, posted in (
        ("/studio/runs/", 422, pressed),
        ("/studio/compose", 200, pressed),
    ):
        answer = stage.post(address, {**posted, "mask_file": file(heavy, "mask.png")})
        assert (answer.status_code, said(answer, "mask")) == (status, "A mask can have 4 MB at most.")
        kept = fields(answer.content.decode())
        assert [(name, kept.get(name)) for name in same] == [(name, pressed.get(name, [""])) for name in same]
    assert (Run.objects.count(), balance(alice), Image.objects.filter(kind=ImageKind.MASK).count()) == (0, 100, 0)


def test_the_masks_page_shows_what_was_drawn_and_its_feather(stage: Client, alice: User) -> None:
    source, other = brought(alice, photo()), brought(alice)
    mask = painted(source)
    posted = of_pictures(stage, (source, "source"), mask=str(mask.uuid), feather="30", lock=None)
    editor = stage.post("/studio/mask", posted, follow=True).content.decode()
    assert f'data-mask="/studio/drawings/{mask.uuid}/"' in editor
    shown = fields(editor, "data-mask-editor")
    assert (shown["feather"], shown["mask"], shown.get("lock")) == (["30"], [str(mask.uuid)], None)
    foreign = stage.post("/studio/mask", {**posted, "mask": str(painted(other).uuid)}, follow=True)
    assert 'data-mask=""' in foreign.content.decode()


def test_nothing_chosen_on_the_masks_page_makes_nothing(stage: Client, alice: User) -> None:
    source = brought(alice, photo())
    posted = of_pictures(stage, (source, "source"))
    editor = fields(stage.post("/studio/mask", posted, follow=True).content.decode(), "data-mask-editor")
    assert "Nothing is chosen to change yet" in refused(stage, alice, editor, "mask")


def test_the_masks_page_needs_a_source(stage: Client) -> None:
    response = stage.post("/studio/mask", with_(fields(page(stage)), prompt="x"))
    assert (response.status_code, said(response)) == (422, "Add the picture that is to be changed first.")


def test_a_drawing_is_its_owners_and_says_so_when_the_store_is_away(
    stage: Client, alice: User, bob: User, settings: Any
) -> None:
    source = brought(alice, photo())
    address = f"/studio/drawings/{painted(source).uuid}/"
    assert stage.get(address)["Content-Type"] == "image/png"
    assert signed_in(bob).get(address).status_code == 404
    assert stage.get(f"/studio/drawings/{source.uuid}/").status_code == 404
    with broken(settings, None):
        assert stage.get(address).status_code == 503


@pytest.mark.parametrize("odd", ["nan", "inf", "-5", "1e999", "x"])
def test_an_odd_rectangle_is_no_fault(odd: str, stage: Client, alice: User) -> None:
    source = brought(alice)
    posted = of_pictures(stage, (source, "source"), mask_kind="paint", left=odd, top="1", right="50", bottom="50")
    answer = stage.post("/studio/runs/", posted)
    assert (answer.status_code, Run.objects.count()) == (422, 0)


@pytest.mark.parametrize("name", ["mask", "markup"])
def test_what_is_no_name_of_a_drawing_is_no_fault(name: str, stage: Client, alice: User) -> None:
    source = brought(alice)
    posted = of_pictures(stage, (source, "source"), **{name: "<x>"})
    for address in ("/studio/quote", "/studio/compose", "/studio/mask"):
        assert stage.post(address, posted, follow=True).status_code == 200
    assert stage.post("/studio/mask", {**posted, "suggestion": "0"}, follow=True).status_code == 200


def test_a_picture_is_extended_no_farther_than_one_may_be_large(stage: Client, alice: User) -> None:
    source = brought(alice, made("PNG", Pillow.new("RGB", (6000, 500))))
    posted = of_pictures(stage, (source, "source"), extend_shape="story")
    answer = stage.post("/studio/runs/", posted)
    assert (answer.status_code, Run.objects.count()) == (422, 0)
    assert "more than 50 megapixels" in answer.content.decode()
