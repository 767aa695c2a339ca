"""What becomes of an edit once it is pressed: what its call carries, and how it fails."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow

from accounts.models import User
from studio import drawings, generations, image_api, library, sizes, storage
from studio.generations import leases
from studio.models import Generation, Image, ImageModel, Role, Run, Status
from studio.sizes import Size
from tests.conftest import balance, brief, work
from tests.studio.bringing import brought, edit, file, marks, opened, painted, photo, speckled
from tests.studio.file_makers import made, see_through
from tests.studio.lost import lapse
from tests.studio.pages import fields, of_pictures, refused
from tests.studio.test_store_down import broken

Submit = Callable[..., Run]
SOURCE, STYLE = "source", "style"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What each call carried; it is made all the same."""
    plain, seen = image_api._arguments, list[dict[str, Any]]()

    def arguments(call: image_api.Call) -> dict[str, Any]:
        seen.append(read(plain(call)))
        return plain(call)

    monkeypatch.setattr(image_api, "_arguments", arguments)
    return seen


def read(asked: dict[str, Any]) -> dict[str, Any]:
    """The same with the bytes of its files."""

    def part(file: Any) -> Any:
        return (file[0], file[1].read(), file[2])

    files = {name: part(asked[name]) for name in ("mask", "markup") if name in asked}
    return asked | files | ({"image": [part(file) for file in asked["image"]]} if "image" in asked else {})


def ended(run: Run) -> Generation:
    """Its only frame, after what workers would do."""
    [frame] = work(run)
    return frame


# --- what a call carries ------------------------------------------------------------------------------------------


def test_the_source_goes_first_and_every_file_has_a_name_and_a_type(
    submitted: Submit, alice: User, calls: list[dict[str, Any]]
) -> None:
    source, style = brought(alice, photo((1200, 900))), brought(alice, made("JPEG", speckled((2000, 1000))))
    run = submitted(**edit((style, STYLE), (source, SOURCE), mode="image", instructions="Image 1 (@2) is it."))
    assert ended(run).status == Status.SUCCEEDED
    [call] = calls
    assert [(name, kind) for name, _data, kind in call["image"]] == [("1.jpg", "image/jpeg"), ("1.webp", "image/webp")]
    assert call["prompt"].endswith("\n\nImage 1 (@2) is it.")
    first, second = (opened(data) for _name, data, _kind in call["image"])
    assert abs(first.width / first.height - 4 / 3) < 0.03
    assert second.size == (1280, 640), "a reference is seen as its largest copy"
    assert "mask" not in call and "markup" not in call


def test_a_mask_has_the_size_that_is_asked_for(submitted: Submit, alice: User, calls: list[dict[str, Any]]) -> None:
    source = brought(alice, photo((1003, 997)))
    run = submitted(**edit((source, SOURCE), mask_id=painted(source).pk, feather_px=12, lock=True))
    assert ended(run).status == Status.SUCCEEDED
    [call] = calls
    name, data, kind = call["mask"]
    assert (name, kind) == ("mask.png", "image/png") and len(data) < 4_000_000
    mask, [(first_name, first, first_kind)] = opened(data), call["image"]
    assert (first_name, first_kind) == ("1.png", "image/png"), "lossless: what stays is compared with it"
    assert str(Size(*mask.size)) == call["size"] == str(Size(*opened(first).size))
    assert mask.mode == "RGBA" and mask.getchannel("A").getextrema() == (0, 255)


def test_an_extended_source_lies_on_its_sheet(submitted: Submit, alice: User, calls: list[dict[str, Any]]) -> None:
    source = brought(alice, photo((640, 480)))
    asked = sizes.like(Size(864, 480), "standard")
    how = {"sheet": (864, 480, 112, 0), "width": asked.width, "height": asked.height, "lock": True}
    assert ended(submitted(**edit((source, SOURCE), **how))).status == Status.SUCCEEDED
    alpha = opened(calls[0]["mask"][1]).getchannel("A")
    middle = asked.height // 2
    assert [alpha.getpixel((at, middle)) for at in (5, asked.width // 2, asked.width - 5)] == [0, 255, 0]


def test_transparency_goes_along(submitted: Submit, alice: User, calls: list[dict[str, Any]]) -> None:
    source = brought(alice, see_through("PNG"))
    assert ended(submitted(**edit((source, SOURCE)))).status == Status.SUCCEEDED
    [(name, data, _kind)] = calls[0]["image"]
    assert name == "1.png" and opened(data).getchannel("A").getextrema() == (0, 255)


def test_a_very_long_source_is_sent_in_its_own_shape_or_the_nearest(submitted: Submit, alice: User) -> None:
    source = brought(alice, made("PNG", speckled((1400, 200))))
    run = submitted(**edit((source, SOURCE), mask_id=painted(source).pk, lock=True))
    frame = ended(run)
    assert frame.status == Status.SUCCEEDED
    locked = frame.images.get(kind="locked")
    assert (locked.width, locked.height) == (1400, 200)


def test_marks_go_to_models_that_read_them_alone(stage: Client, alice: User, calls: list[dict[str, Any]]) -> None:
    source = brought(alice, photo())
    drawn = drawings.markup(source=source, data=marks((320, 240)))
    ImageModel.objects.exclude(takes_markup=True).update(per_minute=None)
    takes, takes_not = (ImageModel.objects.filter(takes_markup=said).order_by("position")[0] for said in (True, False))
    start = fields(stage.get(f"/studio/?source={source.uuid}").content.decode())
    start |= {"markup": [str(drawn.uuid)], "prompt": ["As marked"], "count": ["1"]}
    for model in (takes, takes_not):
        asked = {**start, "model": str(model.pk), "quality": model.qualities[0], "key": str(uuid.uuid4())}
        quoted = fields(stage.post("/studio/compose", asked).content.decode())["quoted"]
        assert stage.post("/studio/runs/", {**asked, "quoted": quoted}).status_code == 302
        assert ended(Run.objects.latest("id")).status == Status.SUCCEEDED
    with_marks, without = calls
    name, data, kind = with_marks["markup"]
    assert (name, kind) == ("markup.png", "image/png")
    assert opened(data).size == opened(with_marks["image"][0][1]).size
    assert opened(data).getchannel("A").getextrema() == (0, 255)
    assert "mask" not in with_marks and "markup" not in without
    told = Run.objects.order_by("id").values_list("instructions", flat=True)
    assert ["marks drawn" in words for words in told] == [True, False]


def test_words_that_stay_are_checked_too(submitted: Submit, alice: User, checks: list[str]) -> None:
    how = {"keep_words": "sandbox: violence", "instructions": "Keep as it is, too: sandbox: violence"}
    frame = ended(submitted(**edit((brought(alice), SOURCE), **how)))
    assert (frame.status, frame.error_code) == (Status.FAILED, "blocked_words")
    assert checks[0].endswith("sandbox: violence")
    assert balance(alice) == 100


def sixteen(user: User) -> list[tuple[Image, str]]:
    """A source and fifteen references with every role, each of a grey of its own."""
    greys = [Pillow.new("RGB", (32, 24), (16 * nth,) * 3) for nth in range(16)]
    roles = [SOURCE, *(Role.values[1:] * 3)]
    return [(brought(user, made("PNG", grey)), role) for grey, role in zip(greys, roles, strict=True)]


def test_sixteen_pictures_go_along_in_the_strips_order_and_no_more(
    stage: Client, alice: User, calls: list[dict[str, Any]]
) -> None:
    pieces = sixteen(alice)
    posted = of_pictures(stage, *pieces)
    another = brought(alice)
    one_more = posted | {"picture": [*posted["picture"], str(another.uuid)]}
    assert refused(stage, alice, one_more).endswith(" takes 16 pictures.")
    assert refused(stage, alice, posted | {"picture_files": file()}) == "Sixteen pictures can go along at most."
    assert stage.post("/studio/runs/", posted).status_code == 302
    run = Run.objects.get()
    assert ended(run).status == Status.SUCCEEDED
    assert list(run.references.values_list("image", "role")) == [(image.pk, role) for image, role in pieces]
    [call] = calls
    greys = [opened(data).convert("L").getpixel((5, 5)) for _name, data, _kind in call["image"]]
    assert greys == pytest.approx([16 * nth for nth in range(16)], abs=2)
    assert balance(alice) == 100 - run.credits


# --- what goes wrong ----------------------------------------------------------------------------------------------


def purge(image: Image) -> None:
    library.delete(image=image)
    Image.objects.filter(pk=image.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    assert library.purge() >= 1  # and a mask that was painted on it


@pytest.mark.parametrize("gone", [lambda image: library.delete(image=image), purge])
def test_a_picture_that_is_gone_fails_the_frame_and_gives_the_credits_back(
    gone: Callable[[Image], None], submitted: Submit, alice: User, calls: list[dict[str, Any]]
) -> None:
    run = submitted(**edit((brought(alice, photo()), SOURCE)))
    gone(Image.objects.get())
    frame = ended(run)
    assert (frame.status, frame.error_code) == (Status.FAILED, "picture_gone")
    assert balance(alice) == 100 and calls == []
    assert not ImageModel.objects.exclude(stopped_reason="").exists()


def test_one_whose_object_is_lost_fails_too(submitted: Submit, alice: User) -> None:
    image = brought(alice, photo())
    run = submitted(**edit((image, SOURCE)))
    storage.delete(keys=[image.object_key])
    assert ended(run).error_code == "picture_gone"


def test_a_frame_whose_pictures_are_gone_is_not_asked_again_without_them(stage: Client, alice: User) -> None:
    image = brought(alice, photo())
    run = generations.submit(user=alice, brief=brief(**edit((image, SOURCE))), key=uuid.uuid4())
    library.delete(image=image)
    frame = ended(run)
    response = stage.post(f"/studio/frames/{frame.uuid}/again", {"quoted": "5"}, headers={"HX-Request": "true"})
    assert response.status_code == 422 and "is not there any more" in response.content.decode()
    assert Run.objects.count() == 1 and balance(alice) == 100


def test_a_store_that_does_not_give_a_picture_is_waited_for(
    submitted: Submit, alice: User, settings: Any, calls: list[dict[str, Any]]
) -> None:
    run = submitted(**edit((brought(alice, photo()), SOURCE)))
    with broken(settings, None):
        frame = ended(run)
    assert (frame.status, frame.sent_at, calls) == (Status.QUEUED, None, [])
    Generation.objects.update(due_at=None)
    assert ended(run).status == Status.SUCCEEDED
    assert balance(alice) == 100 - run.credits


def test_a_store_that_does_not_take_the_locked_picture_gets_both_later(
    submitted: Submit, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = brought(alice, photo())
    run = submitted(**edit((source, SOURCE), mask_id=painted(source).pk, lock=True))
    plain = storage.put

    def no_webp(*, key: str, data: Any, content_type: str) -> None:
        if content_type == "image/webp":
            raise ConnectionError
        plain(key=key, data=data, content_type=content_type)

    monkeypatch.setattr(leases, "trusted", lambda: True)
    with monkeypatch.context() as patched:
        patched.setattr(storage, "put", no_webp)
        assert ended(run).status == Status.RUNNING
    lapse()
    generations.recover()
    frame = run.generations.get()
    assert frame.status == Status.SUCCEEDED
    assert {image.kind: image.on_table for image in frame.images.all()} == {"raw": False, "locked": True}


def test_a_source_that_goes_while_the_model_works_costs_nobody_the_picture(
    submitted: Submit, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = brought(alice, photo())
    run = submitted(**edit((source, SOURCE), mask_id=painted(source).pk, lock=True))
    plain = image_api.generate

    def meanwhile(call: image_api.Call, **how: Any) -> Any:
        purge(source)
        return plain(call, **how)

    monkeypatch.setattr(image_api, "generate", meanwhile)
    assert {image.kind: image.on_table for image in ended(run).images.all()} == {"result": True}


def test_a_failed_edit_that_is_asked_again_has_its_pictures_and_its_mask(
    stage: Client, alice: User, fault: Callable[..., None]
) -> None:
    source, style = brought(alice, photo()), brought(alice)
    asked = brief(**edit((style, STYLE), (source, SOURCE), mode="image", mask_id=painted(source).pk, feather_px=9,
                         lock=True, keep=("face",), keep_words="it", instructions="told"))  # fmt: skip
    first = generations.submit(user=alice, brief=asked, key=uuid.uuid4())
    fault("moderation")
    frame = ended(first)
    assert frame.status == Status.FAILED
    fault(None)
    response = stage.post(f"/studio/frames/{frame.uuid}/again", {"quoted": str(first.credits)})
    assert response.status_code == 302
    second = Run.objects.exclude(pk=first.pk).get()
    frozen = ("mode", "prompt", "width", "height", "instructions", "keep", "keep_words", "strength", "mask_id",
              "markup_id", "feather_px", "lock", "sheet")  # fmt: skip
    assert [getattr(second, name) for name in frozen] == [getattr(first, name) for name in frozen]
    assert list(second.references.values_list("image", "role")) == [(style.pk, STYLE), (source.pk, SOURCE)]
    assert ended(second).status == Status.SUCCEEDED
