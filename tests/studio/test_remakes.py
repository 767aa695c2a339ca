"""One press on a picture's page: variations, the same again, a finish; and which of a masked edit's two lies there."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from PIL import ImageChops

from accounts.models import User
from studio import library, remakes
from studio.models import Image, ImageKind, ImageModel, Keep, Mode, Quality, Role, Run
from tests.conftest import balance, signed_in, work
from tests.studio.bringing import brought, edit, painted, photo, pixels
from tests.studio.pages import fields, page

Submit = Callable[..., Run]


@pytest.fixture
def image(submitted: Submit) -> Image:
    """A picture of alice's, at medium."""
    work(submitted())
    return Image.objects.get()


def press(client: Client, image: Image, how: str, *, key: uuid.UUID | None = None, quoted: int | None = None) -> int:
    """Presses it as the page shows it; the answer's status."""
    shown = page(client, f"/library/{image.uuid}/")
    found = re.search(rf'name="how" value="{how}">\s*<input type="hidden" name="quoted" value="(\d+)"', shown)
    assert found
    posted = {"how": how, "quoted": quoted or found[1], "key": str(key or uuid.uuid4())}
    return client.post(f"/library/{image.uuid}/remake", posted).status_code


@pytest.mark.parametrize("strength", ["low", "medium", "high"])
def test_a_variation_is_an_edit_of_the_picture(strength: str, image: Image, alice: User) -> None:
    before = balance(alice)
    assert press(signed_in(alice), image, f"vary-{strength}") == 302
    run = Run.objects.latest("id")
    assert (run.mode, run.strength, run.prompt) == (Mode.IMAGE, strength, image.generation.run.prompt)  # type: ignore[union-attr]
    assert [(one.image, one.role) for one in run.references.all()] == [(image, Role.SOURCE)]
    assert before - balance(alice) == run.credits == remakes.of(image=image)[f"vary-{strength}"].credits == 5
    work(run)
    assert Image.objects.get(generation__run=run).parent == image
    assert library.family(image=image).made_of_it == [Image.objects.get(generation__run=run)]


def test_it_is_made_again_from_its_runs_own_settings(submitted: Submit, alice: User) -> None:
    source = brought(alice)
    run = submitted(**edit((source, "source"), keep=("product",), mask_id=painted(source).pk, lock=True))
    work(run)
    locked = Image.objects.get(kind=ImageKind.LOCKED)
    assert press(signed_in(alice), locked, "again") == 302
    again = Run.objects.latest("id")
    same = ("mode", "prompt", "width", "height", "quality", "keep", "mask_id", "lock", "instructions")
    assert [getattr(again, name) for name in same] == [getattr(run, name) for name in same]
    library.delete(image=source)
    assert "again" not in remakes.of(image=locked)


@pytest.mark.parametrize("how", ["vary-high", "finish"])
def test_a_locked_picture_is_varied_where_it_was_painted(how: str, submitted: Submit, alice: User) -> None:
    source = brought(alice, photo())
    mask = painted(source)
    work(submitted(**edit((source, "source"), mask_id=mask.pk, lock=True, feather_px=6, keep=("product",))))
    locked, client = Image.objects.get(kind=ImageKind.LOCKED), signed_in(alice)
    assert "Vary and Finish keep to the same place, locked too; " in page(client, f"/library/{locked.uuid}/")
    assert press(client, locked, how) == 302
    run = Run.objects.latest("id")
    assert (run.mask, run.lock, run.feather_px, run.source) == (mask, True, 6, locked)
    assert Keep.PRODUCT in run.keep and "Change only the masked area" in run.instructions
    assert ("There, vary it freely" if how == "vary-high" else "There, stay very close") in run.instructions
    work(run)
    varied = Image.objects.get(kind=ImageKind.LOCKED, generation__run=run)
    assert (varied.parent, varied.on_table) == (locked, True)
    apart = ImageChops.difference(pixels(varied.object_key), pixels(source.object_key))
    left, top, right, bottom = apart.getbbox() or (0, 0, 0, 0)
    box = 96 - 18, 72 - 18, 192 + 18, 168 + 18  # the paint of 320 by 240, and three times its feather
    assert (left, top) >= box[:2] and (right, bottom) <= box[2:] and left < right, (left, top, right, bottom)


def test_its_settings_are_used_again_with_its_mask(submitted: Submit, alice: User) -> None:
    source = brought(alice)
    mask = painted(source)
    work(submitted(**edit((source, "source"), mask_id=mask.pk, lock=True)))
    client = signed_in(alice)
    press(client, Image.objects.get(kind=ImageKind.LOCKED), "vary-low")
    run = Run.objects.latest("id")
    again = fields(page(client, "/studio/", run=run.uuid))
    assert client.post("/studio/runs/", again).status_code == 302
    again_run = Run.objects.latest("id")
    assert (again_run.mask, again_run.strength, again_run.instructions) == (mask, "low", run.instructions)


def test_an_extended_picture_is_extended_anew_as_it_shows(submitted: Submit, alice: User) -> None:
    source = brought(alice, photo())
    work(submitted(**edit((source, "source"), sheet=(480, 240, 80, 0), lock=True, width=1280, height=640)))
    locked = Image.objects.get(kind=ImageKind.LOCKED)
    for _press in range(2):
        press(signed_in(alice), locked, "vary-low")
        run = Run.objects.latest("id")
        along = [(one.image, one.role) for one in run.references.order_by("position")]
        assert (run.sheet, run.lock, along) == ([480, 240, 80, 0], True, [(source, Role.SOURCE), (locked, Role.LAYOUT)])
        work(run)
        shown, locked = locked, Image.objects.get(kind=ImageKind.LOCKED, generation__run=run)
        assert library.family(image=shown).made_of_it == [locked]
        assert pixels(locked.object_key).crop((80, 0, 400, 240)).tobytes() == pixels(source.object_key).tobytes()
    library.delete(image=source)
    alone = remakes.of(image=locked)["vary-low"].brief
    assert "make the whole picture anew" in page(signed_in(alice), f"/library/{locked.uuid}/")
    assert (alone.pictures, alone.sheet, alone.lock) == (((locked.pk, Role.SOURCE),), None, False)


def test_a_variation_of_a_finish_is_free_again(image: Image, alice: User) -> None:
    press(signed_in(alice), image, "finish")
    run = Run.objects.latest("id")
    work(run)
    told = remakes.of(image=Image.objects.get(generation__run=run))["vary-high"].brief.instructions
    assert told.splitlines()[1:] == ["Vary it freely: only its idea has to stay."]


def test_a_locked_picture_is_finished_as_far_as_its_paint_gains(submitted: Submit, alice: User) -> None:
    source = brought(alice)
    made = edit((source, "source"), mask_id=painted(source).pk, lock=True, width=1280, height=960, quality="max")
    work(submitted(**made))
    locked = Image.objects.get(kind=ImageKind.LOCKED)
    assert "finish" not in remakes.of(image=locked), "it is small, and stays so"
    for size, asked in (((1536, 1152), (1536, 1152)), ((4032, 3024), (3264, 2448))):
        Image.objects.filter(pk=locked.pk).update(width=size[0], height=size[1])
        finer = remakes.of(image=Image.objects.get(pk=locked.pk))["finish"].brief
        assert (finer.size, finer.quality) == (asked, "max")
        assert f", {size[0]} × {size[1]}</span>" in page(signed_in(alice), f"/library/{locked.uuid}/")


def test_without_its_mask_nobody_pays_for_the_whole_picture(submitted: Submit, alice: User) -> None:
    source = brought(alice)
    work(submitted(**edit((source, "source"), mask_id=painted(source).pk, lock=True)))
    locked, client = Image.objects.get(kind=ImageKind.LOCKED), signed_in(alice)
    press(client, locked, "vary-low")
    run, before = Run.objects.latest("id"), balance(alice)
    Image.objects.filter(kind=ImageKind.MASK).delete()  # as the purge does, with what it was drawn on
    [frame] = work(run)
    assert (frame.error_code, balance(alice) - before) == ("picture_gone", run.credits)
    assert "again" not in remakes.of(image=locked)


@pytest.mark.parametrize(("words", "pictures"), [("In its light", 1), ("In the light of @1", 0)])
def test_words_that_name_what_is_gone_are_not_sold(words: str, pictures: int, submitted: Submit, alice: User) -> None:
    look = brought(alice)
    work(submitted(**edit((look, "style")), prompt=words))
    library.delete(image=look)
    made = Image.objects.latest("id")
    offered = remakes.of(image=made)
    assert ["vary-low" in offered, "finish" in offered] == [bool(pictures)] * 2
    why = "Its words name a picture that is gone." in page(signed_in(alice), f"/library/{made.uuid}/")
    assert why is not bool(pictures)


def test_words_that_name_the_draft_are_not_sold_without_it(submitted: Submit, alice: User) -> None:
    source = brought(alice, photo())
    extended = {"sheet": (480, 240, 80, 0), "lock": True, "width": 1280, "height": 640}
    work(submitted(**edit((source, "source"), **extended)))
    draft = Image.objects.get(kind=ImageKind.LOCKED)
    work(submitted(**edit((source, "source"), (draft, "layout"), **extended), prompt="@1 but calmer than @2"))
    made = {image.kind: image for image in Image.objects.order_by("id") if image.generation_id}
    raw = remakes.of(image=made[ImageKind.RAW])["vary-low"].brief
    assert raw.pictures == ((made[ImageKind.RAW].pk, "source"), (draft.pk, "layout"))
    locked = remakes.of(image=made[ImageKind.LOCKED])["vary-low"].brief
    assert locked.pictures == ((source.pk, "source"), (made[ImageKind.LOCKED].pk, "layout"))
    library.delete(image=draft)
    assert "vary-low" not in remakes.of(image=made[ImageKind.RAW])


def test_it_stands_for_its_source_though_that_is_gone(submitted: Submit, alice: User) -> None:
    look, source = brought(alice, photo()), brought(alice)
    work(submitted(**edit((source, "source"), (look, "style")), prompt="@1 in the light of @2"))
    made = Image.objects.latest("id")
    library.delete(image=source)
    offered = remakes.of(image=made)
    assert offered["vary-low"].brief.pictures == ((made.pk, "source"), (look.pk, "style"))
    assert {"finish", "again"} & offered.keys() == {"finish"}


def test_a_variation_is_as_large_as_what_it_varies(submitted: Submit) -> None:
    work(submitted(width=2048, height=1152))
    assert remakes.of(image=Image.objects.get())["vary-low"].brief.size == (2048, 1152)
    with override_settings(MAX_PIXELS=1_100_000):
        assert remakes.of(image=Image.objects.get())["vary-low"].brief.size == (1392, 784)


def test_each_press_is_told_apart(image: Image, alice: User) -> None:
    client, told = signed_in(alice), []
    for how in ("vary-low", "vary-high", "again", "finish"):
        press(client, image, how)
        told.append(", ".join(Run.objects.latest("id").works))
    edited = "Image to image, "
    assert told == [f"{edited}Varied a little", f"{edited}Varied far", "Made again", f"{edited}Finished"]
    shown = page(client, "/studio/"), page(client, "/credits/")
    assert all(words.split(", ")[-1] in one for words in told for one in shown)


def test_the_composer_goes_on_from_its_own_last_run(image: Image, alice: User) -> None:
    client = signed_in(alice)
    before = fields(page(client, "/studio/"))
    for how in ("finish", *["vary-low"] * 10):
        press(client, image, how)
    after = fields(page(client, "/studio/"))
    for once in ("key", "csrfmiddlewaretoken"):
        del before[once], after[once]
    assert after == before


def test_a_style_goes_along_with_each_variation(submitted: Submit, alice: User) -> None:
    look = brought(alice)
    work(submitted(**edit((look, "style"))))
    made = Image.objects.latest("id")
    assert library.family(image=look).made_of_it == [made]
    assert remakes.of(image=made)["vary-low"].brief.pictures == ((look.pk, "style"), (made.pk, "source"))
    ImageModel.objects.update(most_references=1)
    assert remakes.of(image=made)["vary-low"].brief.pictures == ((made.pk, "source"),)


@pytest.mark.parametrize(
    ("quality", "finer"), [("low", "medium"), ("medium", "high"), ("xhigh", "max"), ("max", "max")]
)
def test_a_finish_is_never_less_than_there_is(quality: str, finer: str, submitted: Submit) -> None:
    work(submitted(quality=quality))
    asked = remakes.of(image=Image.objects.get())["finish"].brief
    assert (asked.quality, asked.width, asked.keep) == (finer, 1920, ())
    assert "Keep exactly as they are: the subject, the camera angle" in asked.instructions


def test_of_the_best_there_is_no_finish(image: Image) -> None:
    assert image.generation
    Run.objects.update(quality=Quality.MAX)
    Image.objects.update(width=2880, height=2880)
    assert "finish" not in remakes.of(image=Image.objects.get())


def test_pressed_twice_it_is_one_run(image: Image, alice: User) -> None:
    key, before = uuid.uuid4(), balance(alice)
    for _press in range(2):
        press(signed_in(alice), image, "vary-low", key=key)
    assert (Run.objects.count(), before - balance(alice)) == (2, 5)


def test_another_price_charges_nothing(image: Image, alice: User) -> None:
    before = balance(alice)
    press(signed_in(alice), image, "vary-low", quoted=1)
    assert (Run.objects.count(), balance(alice)) == (1, before)


@pytest.mark.parametrize("how", ["", "vary-none", "finish-low"])
def test_what_there_is_not_is_told(how: str, image: Image, alice: User) -> None:
    answer = signed_in(alice).post(f"/library/{image.uuid}/remake", {"how": how}, follow=True)
    assert "That is not to be had just now. Nothing was charged." in answer.content.decode()


def test_none_of_a_model_that_is_gone(image: Image, catalogue: list[ImageModel]) -> None:
    ImageModel.objects.update(enabled=False)
    assert remakes.of(image=Image.objects.get()) == {}


def test_a_stranger_can_press_nothing(image: Image, bob: User) -> None:
    for path in ("remake", "on-table"):
        assert signed_in(bob).post(f"/library/{image.uuid}/{path}", {"how": "vary-low"}).status_code == 404


def test_both_of_a_pair_are_looked_at_and_one_lies_on_the_table(submitted: Submit, alice: User) -> None:
    source = brought(alice)
    work(submitted(**edit((source, "source"), mask_id=painted(source).pk, lock=True)))
    raw, locked = Image.objects.get(kind=ImageKind.RAW), Image.objects.get(kind=ImageKind.LOCKED)
    library.ring(image=locked, ringed=True)
    client = signed_in(alice)
    assert "0 pixels changed outside the paint" in client.get(f"/library/{locked.uuid}/").content.decode()
    assert "% changed outside the paint" in client.get(f"/library/{raw.uuid}/").content.decode()
    assert "Where the model had changed" in client.get(f"/library/{locked.uuid}/?heat").content.decode()
    client.post(f"/library/{raw.uuid}/on-table")
    assert list(library.of(user=alice).values_list("uuid", "ringed")) == [(raw.uuid, True)]
    client.post(f"/library/{raw.uuid}/delete")
    assert not Image.objects.filter(generation__isnull=False, deleted_at=None).exists()
    client.post(f"/library/{raw.uuid}/restore")
    assert Image.objects.filter(generation__isnull=False, deleted_at=None).count() == 2
