"""Edits through the composer's pages, as a browser without scripts posts them: from the first file to the picture."""

import uuid

import pytest
from django.test import Client

from accounts.models import User
from credits.models import Entry
from studio.models import Image, ImageKind, ImageModel, Price, Run, Status, Upload
from tests.conftest import balance, work
from tests.studio.bringing import brought, file, painted, photo, read, received, refused_picture
from tests.studio.pages import fields, of_pictures, page, refused, said, with_


@pytest.mark.parametrize(("address", "mode"), [("", "text"), ("image/", "image"), ("guided/", "guided")])
def test_each_kind_of_work_has_its_address(address: str, mode: str, stage: Client) -> None:
    assert fields(page(stage, f"/studio/{address}"))["mode"] == [mode]


def test_from_the_first_file_to_the_picture_without_scripts(stage: Client, alice: User) -> None:
    typed = with_(
        fields(page(stage)), prompt="Turn @1 into clay", keep=["face", "text"], keep_words="its glaze", count="2"
    )
    first = stage.post("/studio/compose", {**typed, "picture_files": [file(photo(), "a.png"), file(name="b.png")]})
    assert first.status_code == 200
    posted = fields(first.content.decode())
    assert len(posted["picture"]) == Upload.objects.count() == 2
    early = stage.post("/studio/runs/", posted)
    assert (early.status_code, said(early)) == (422, "@1 is still being read. Press again in a moment.")
    for upload in Upload.objects.all():
        read(upload)

    posted = fields(early.content.decode())
    images = {image.name: str(image.uuid) for image in Image.objects.all()}
    moved = stage.post("/studio/compose", {**posted, "move": f"{posted['picture'][0]}:later"})
    posted = fields(moved.content.decode())
    assert posted["picture"] == [images["b.png"], images["a.png"]]
    assert [posted[f"role-{name}"] for name in posted["picture"]] == [["style"], ["source"]]

    masks = stage.post("/studio/mask", posted, follow=True)
    assert masks.status_code == 200
    by_numbers = with_(fields(masks.content.decode(), "data-mask-editor"), left="10", top="10", right="50", bottom="60")
    kept = stage.post("/studio/compose", by_numbers)
    posted = fields(kept.content.decode())
    assert posted["mask"] == [str(Image.objects.get(kind=ImageKind.MASK).uuid)]
    made_ = stage.post("/studio/runs/", posted)
    assert made_.status_code == 302, said(made_, "run") or said(made_) or said(made_, "mask")

    run = Run.objects.get()
    assert (run.mode, run.prompt, run.keep, run.keep_words) == (
        "image",
        "Turn @1 into clay",
        ["face", "text"],
        "its glaze",
    )
    assert (run.mask.uuid, run.lock, run.feather_px) == (uuid.UUID(posted["mask"][0]), True, 12)  # type: ignore[union-attr]
    told = run.instructions.splitlines()
    assert told[0] == "Image 1 (@2) is the picture to edit."
    assert told[1].startswith("Image 2 (@1) is for its style") and told[-1] == "Keep as it is, too: its glaze"
    frames = work(run)
    assert [frame.status for frame in frames] == [Status.SUCCEEDED] * 2
    assert balance(alice) == 100 - run.credits
    on_table = Image.objects.filter(generation__run=run, on_table=True)
    assert [image.kind for image in on_table] == ["locked"] * 2
    table = page(stage, "/studio/")
    assert all(str(image.uuid) in table for image in on_table)


def test_nothing_typed_is_lost_on_the_way(stage: Client, alice: User) -> None:
    one, two = brought(alice, photo()), brought(alice)
    steady = ImageModel.objects.order_by("-position").exclude(qualities=[]).first()
    assert steady
    typed = of_pictures(stage, (one, "source"), (two, "palette")) | {
        "prompt": ["  <b>Two\nlines</b> & “quotes”"], "scale": ["large"], "shape": ["story"], "model": [str(steady.pk)],
        "quality": [steady.qualities[0]], "output_format": ["webp"], "compression": ["71"], "background": ["opaque"],
        "count": ["7"], "keep": ["angle", "colours"], "keep_words": ["the crack"], "strength": ["high"],
    }  # fmt: skip
    same = set(typed) - {"key", "quoted", "csrfmiddlewaretoken"}
    steps = [
        ("/studio/compose", {}),
        ("/studio/compose", {"move": f"{two.uuid}:earlier"}),
        ("/studio/compose", {"move": f"{two.uuid}:later"}),
        ("/studio/compose", {"picture_files": file(b"%PDF-1.7")}),
    ]
    for address, press in steps:
        after = fields(stage.post(address, {**typed, **press}).content.decode())
        assert {name: after.get(name) for name in same - {"picture"}} == {
            name: typed[name] for name in same - {"picture"}
        }
    there = stage.post("/studio/mask", typed, follow=True).content.decode()
    back = fields(stage.post("/studio/compose", fields(there, "data-mask-editor")).content.decode())
    assert {name: back.get(name) for name in same} == {name: typed[name] for name in same}


def test_a_picture_is_taken_away_and_the_next_becomes_first(stage: Client, alice: User) -> None:
    one, two = brought(alice, photo()), brought(alice)
    posted = of_pictures(stage, (one, "source"), (two, "style"))
    after = fields(stage.post("/studio/compose", {**posted, "remove": str(one.uuid)}).content.decode())
    assert after["picture"] == [str(two.uuid)]


def test_the_first_picture_of_a_guided_edit_is_no_source(stage: Client) -> None:
    posted = with_(fields(page(stage, "/studio/guided/")), prompt="A cup like this", picture_files=file(photo()))
    after = fields(stage.post("/studio/compose", posted).content.decode())
    [name] = after["picture"]
    assert (after["mode"], after[f"role-{name}"]) == (["guided"], ["style"])


def test_the_same_file_twice_is_one_place(stage: Client) -> None:
    posted = with_(fields(page(stage)), prompt="x", picture_files=[file(), file(name="b.png")])
    waiting = stage.post("/studio/compose", posted)
    for upload in Upload.objects.all():
        read(upload)
    after = fields(stage.post("/studio/compose", fields(waiting.content.decode())).content.decode())
    assert after["picture"] == [str(Image.objects.get().uuid)]
    assert after[f"role-{after['picture'][0]}"] == ["source"]


def test_more_files_than_go_along_are_told(stage: Client) -> None:
    posted = with_(fields(page(stage)), prompt="x", picture_files=[file() for _file in range(18)])
    response = stage.post("/studio/compose", posted)
    assert len(fields(response.content.decode())["picture"]) == Upload.objects.count() == 16
    assert said(response) == "Sixteen pictures can go along at most."


# --- refusals -----------------------------------------------------------------------------------------------------


def test_an_edit_needs_a_source(stage: Client, alice: User) -> None:
    posted = with_(fields(page(stage)), prompt="x")
    assert refused(stage, alice, posted) == "Add the picture that is to be changed, or make one of these the source."
    posted = of_pictures(stage, (brought(alice), "style"))
    assert refused(stage, alice, posted) == "Add the picture that is to be changed, or make one of these the source."


def test_a_guided_edit_needs_pictures_and_no_source(stage: Client, alice: User) -> None:
    posted = with_(fields(page(stage, "/studio/guided/")), prompt="x")
    assert refused(stage, alice, posted) == "Add a picture to follow."
    posted = of_pictures(stage, (brought(alice), "source"), mode="guided")
    assert refused(stage, alice, posted).startswith("@1 is the source: say what it is for instead")


def test_a_picture_that_is_refused_deleted_or_a_strangers_cannot_go_along(
    stage: Client, alice: User, bob: User
) -> None:
    away = read(received(alice, refused_picture()))
    deleted, foreign = brought(alice), brought(bob)
    Image.objects.filter(pk=deleted.pk).update(deleted_at="2026-01-01T00:00Z")
    mask = painted(brought(alice, photo()))
    for name in (away.uuid, deleted.uuid, foreign.uuid, received(bob).uuid, mask.uuid, uuid.uuid4()):
        posted = with_(fields(page(stage)), prompt="x", picture=[str(name)])
        assert refused(stage, alice, posted) == "@1 can’t be used: take it away, or bring another one.", name
    two = with_(posted, picture=[str(away.uuid), str(foreign.uuid)])
    assert refused(stage, alice, two) == "@1, @2 can’t be used: take them away, or bring others."


def test_more_pictures_than_the_model_takes(stage: Client, alice: User, catalogue: list[ImageModel]) -> None:
    ImageModel.objects.update(most_references=1)
    posted = of_pictures(stage, (brought(alice, photo()), "source"), (brought(alice), "style"))
    assert refused(stage, alice, posted) == f"{catalogue[0].label} takes 1 picture."


def test_all_that_is_sent_has_to_fit(stage: Client, alice: User) -> None:
    source = brought(alice)
    posted = of_pictures(stage, (source, "source"), prompt="x" * 31_980)
    answer = stage.post("/studio/runs/", posted)
    assert "With what the model is told besides, this prompt has" in answer.content.decode()
    assert Run.objects.count() == 0


# --- prices and presses -------------------------------------------------------------------------------------------


def test_each_picture_that_goes_along_has_its_price(stage: Client, alice: User) -> None:
    pieces = (brought(alice, photo()), "source"), (brought(alice), "style")
    quotes = []
    for credits in (0, 3):
        Price.objects.update(reference_credits=credits)
        posted = of_pictures(stage, *pieces)
        quotes.append(int(posted["quoted"][0]))
    assert (posted["count"], quotes[1] - quotes[0]) == (["1"], 2 * 3)
    response = stage.post("/studio/runs/", {**posted, "quoted": quotes[0]})
    assert response.status_code == 422 and f"it is {quotes[1]} credits" in said(response, "run")
    assert stage.post("/studio/runs/", posted).status_code == 302
    assert balance(alice) == 100 - quotes[1]


def test_pressed_twice_it_is_one_run_and_with_other_pictures_another(stage: Client, alice: User) -> None:
    one, two = brought(alice, photo()), brought(alice)
    posted = of_pictures(stage, (one, "source"))
    for _press in range(2):
        assert stage.post("/studio/runs/", posted).status_code == 302
    run = Run.objects.get()
    assert Entry.objects.filter(kind="debit").count() == 1
    other = with_(posted, picture=[str(two.uuid)])
    assert stage.post("/studio/runs/", other).status_code == 302
    again = Run.objects.exclude(pk=run.pk).get()
    assert (again.key, again.digest != run.digest) == (run.key, True)
    role = with_(posted, mode="guided", **{f"role-{one.uuid}": "subject"})
    assert stage.post("/studio/runs/", role).status_code == 302
    assert Run.objects.values("digest").distinct().count() == 3


def test_text_to_image_leaves_the_pictures_aside_and_keeps_them(stage: Client, alice: User) -> None:
    source = brought(alice, photo())
    posted = of_pictures(stage, (source, "source"), mode="text", quoted="4")
    response = stage.post("/studio/runs/", posted, headers={"HX-Request": "true"})
    assert response.status_code == 200, said(response, "run")
    run = Run.objects.get()
    assert (run.mode, run.instructions, run.references.count()) == ("text", "", 0)


def test_a_quote_follows_the_pictures(stage: Client, alice: User) -> None:
    source = brought(alice, photo())
    posted = of_pictures(stage, (source, "source"), keep=["face"])
    told = stage.get("/studio/quote", posted).content.decode()
    assert "Image 1 (@1) is the picture to edit." in told and "the face and who it is" in told
    other = stage.get("/studio/quote", {**posted, "mask": str(painted(brought(alice)).uuid)}).content.decode()
    assert "belongs to another picture" in other


def test_a_larger_shape_waits_for_a_source_that_is_deleted(stage: Client, alice: User) -> None:
    source, other = brought(alice, photo()), brought(alice)
    stage.post("/studio/runs/", of_pictures(stage, (source, "source"), extend_shape="wide"))
    Image.objects.filter(pk=source.pk).update(deleted_at="2026-01-01T00:00Z")
    started = fields(page(stage))
    assert (started["extend_shape"], started["drawn_on"]) == (["wide"], [str(source.uuid)])
    joined = with_(started, picture=str(other.uuid), **{f"role-{other.uuid}": "source"})
    assert fields(stage.post("/studio/compose", joined).content.decode())["extend_shape"] == [""]


def test_a_larger_shape_goes_with_the_source_that_it_was_for(stage: Client, alice: User) -> None:
    source, other = brought(alice, photo()), brought(alice)
    posted = of_pictures(stage, (source, "source"), extend_shape="wide", drawn_on=str(source.uuid))
    changed = with_(posted, picture=str(other.uuid), **{f"role-{other.uuid}": "source"})
    assert "belongs to another picture" in stage.post("/studio/runs/", changed).content.decode()
    assert balance(alice) == 100
    none = with_(fields(stage.post("/studio/compose", with_(changed, picture=[])).content.decode()))
    assert (none["extend_shape"], none["drawn_on"]) == (["wide"], [str(source.uuid)]), "it waits for its source"
    for after, shape in ((source, "wide"), (other, "")):
        role = {f"role-{after.uuid}": "source"}
        shown = fields(stage.post("/studio/compose", with_(none, picture=str(after.uuid), **role)).content.decode())
        assert (shown["extend_shape"], shown["drawn_on"]) == ([shape], [str(after.uuid)])


@pytest.mark.parametrize(
    ("prompt", "refused"),
    [("Like @3", "@3"), ("@2 and @9", "@9"), ("@1 beside @2", ""), ("Mail me@9.example or @16x, @99", "")],
)
def test_a_name_that_no_picture_has_is_said_before_it_costs(
    stage: Client, alice: User, prompt: str, refused: str
) -> None:
    posted = of_pictures(stage, (brought(alice, photo()), "source"), (brought(alice), "style"), prompt=prompt)
    answer = stage.post("/studio/runs/", posted)
    assert answer.status_code == (422 if refused else 302)
    if refused:
        assert said(answer, "prompt") == f"There is no {refused}: 2 pictures go along."
        assert balance(alice) == 100


def test_a_run_that_is_set_up_again_shows_the_size_it_will_have(stage: Client, alice: User) -> None:
    source = brought(alice, photo((640, 320)))
    posted = of_pictures(stage, (source, "source"), extend_shape="story", shape="square")
    stage.post("/studio/runs/", posted)
    run = Run.objects.get()
    assert run.height > run.width
    page = stage.get(f"/studio/?run={run.uuid}").content.decode()
    assert f"{run.width} × {run.height}" in page.split('id="quote"')[1][:400]
