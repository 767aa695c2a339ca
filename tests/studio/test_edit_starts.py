"""What a composer starts with: a picture to work from, a run as it was, the newest edit."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from studio import drawings, generations, library, sizes
from studio.models import Run
from studio.sizes import Size
from tests.conftest import brief
from tests.studio.bringing import brought, edit, marks, painted, photo
from tests.studio.pages import fields

SOURCE, STYLE = "source", "style"


def test_a_picture_of_the_library_is_worked_from(stage: Client, alice: User) -> None:
    image = brought(alice, photo())
    start = fields(stage.get(f"/studio/?source={image.uuid}").content.decode())
    assert (start["mode"], start["picture"], start["shape"]) == (["image"], [str(image.uuid)], ["source"])
    assert start[f"role-{image.uuid}"] == [SOURCE]
    start = fields(stage.get(f"/studio/?reference={image.uuid}").content.decode())
    assert (start["mode"], start[f"role-{image.uuid}"]) == (["guided"], [STYLE])


@pytest.mark.parametrize("address", ["source=x", "source={}", "reference={}", "run={}", "from={}", "run=x"])
def test_a_strangers_address_starts_nothing(address: str, stage: Client, bob: User) -> None:
    page = stage.get(f"/studio/?{address.format(brought(bob).uuid)}")
    assert page.status_code == 200 and "picture" not in fields(page.content.decode())


@pytest.mark.parametrize(
    ("address", "prompt", "left"),
    [
        ("?run={}", "In its light", ["gone", "ready"]),
        ("image/", "@2 in the light of @1", ["gone", "ready"]),
        ("image/", "In its light", ["ready"]),
    ],
)
def test_a_deleted_picture_keeps_its_place_where_that_is_asked_for(
    address: str, prompt: str, left: list[str], stage: Client, alice: User, submitted: Callable[..., Run]
) -> None:
    style, source = brought(alice), brought(alice, photo())
    run = submitted(**edit((style, STYLE), (source, SOURCE), mode="image", prompt=prompt))
    stage.post(f"/library/{style.uuid}/delete")
    page = stage.get(f"/studio/{address.format(run.uuid)}").content.decode()
    assert re.findall(r'data-piece="[^"]+" data-state="(\w+)"', page) == left
    refused = stage.post("/studio/runs/", fields(page))
    assert (refused.status_code == 422) is ("gone" in left)
    assert ("@1 can’t be used: take it away" in refused.content.decode()) is ("gone" in left)


@pytest.mark.parametrize("way", ["mask", "sheet", "markup"])
def test_a_run_is_set_up_again_as_it_was(way: str, stage: Client, alice: User) -> None:
    source, style = brought(alice, photo((640, 480))), brought(alice)
    size = sizes.like(Size(640, 480), "standard")
    how: dict[str, Any] = {"keep": ("face", "text"), "keep_words": "it", "strength": "", "width": size.width}
    how["height"] = size.height
    if way == "mask":
        how |= {"mask_id": painted(source).pk, "feather_px": 31, "lock": False}
    elif way == "sheet":
        size = sizes.like(Size(864, 480), "large")
        how |= {"sheet": (864, 480, 67, 0), "width": size.width, "height": size.height, "lock": True, "feather_px": 12}
    else:
        how |= {"markup_id": drawings.markup(source=source, data=marks((640, 480))).pk}
    asked = brief(**edit((style, STYLE), (source, SOURCE), mode="image", **how))
    run = generations.submit(user=alice, brief=asked, key=uuid.uuid4())
    start = fields(stage.get(f"/studio/?run={run.uuid}").content.decode())
    assert start["picture"] == [str(style.uuid), str(source.uuid)]
    assert (start["keep"], start["keep_words"], start["mode"]) == (["face", "text"], ["it"], ["image"])
    assert start.get("lock") == ([""] if way == "mask" else ["on"])
    pressed = stage.post("/studio/runs/", start)
    assert pressed.status_code == 302, re.findall(r'class="error"[^h]*?<span>(.*?)</span>', pressed.content.decode())
    again = Run.objects.exclude(pk=run.pk).get()
    run.refresh_from_db()
    frozen = ("mode", "prompt", "width", "height", "keep", "keep_words", "mask_id", "markup_id", "feather_px", "lock",
              "sheet")  # fmt: skip
    assert {name: getattr(again, name) for name in frozen} == {name: getattr(run, name) for name in frozen}


def test_the_newest_edits_pictures_lie_in_the_strip_again(stage: Client, alice: User) -> None:
    image = brought(alice, photo())
    generations.submit(user=alice, brief=brief(**edit((image, SOURCE))), key=uuid.uuid4())
    assert fields(stage.get("/studio/image/").content.decode())["picture"] == [str(image.uuid)]
    assert "picture" not in fields(stage.get("/studio/guided/").content.decode())
    library.delete(image=image)
    assert "picture" not in fields(stage.get("/studio/image/").content.decode())
