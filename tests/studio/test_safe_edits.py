"""Edits are as safe as words: what is kept and drawn is moderated too, and a refusal says what to change."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from accounts.models import User
from studio import drawings, failures, library, pauses, refusals, seals, storage, uploads
from studio.generations import enclosures
from studio.image_api import Enclosed
from studio.models import Generation, Image, ImageModel, Run, Status
from studio.refusals import Said
from tests.conftest import balance, signed_in, work

Submit = Callable[..., Run]
Fault = Callable[..., None]
MAGENTA, GREEN = (255, 0, 255), (40, 90, 40)


def png(picture: Pillow.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def source(submitted: Submit, alice: User) -> Image:
    file = SimpleUploadedFile("cup.png", png(Pillow.new("RGB", (512, 512), GREEN)))
    upload = uploads.receive(user=alice, file=file)
    uploads.take_in(upload_uuid=upload.uuid)
    return Image.objects.get(uploads=upload)


@pytest.fixture
def edit(submitted: Submit, source: Image) -> Submit:
    def submit(**changes: Any) -> Run:
        facts = {"mode": "image", "pictures": ((source.pk, "source"),), "quality": "low", "previews": 0}
        return submitted(**{**facts, **changes})

    return submit


def marks(source: Image, corner: tuple[int, int, int] | None = None) -> Image:
    drawn = Pillow.new("RGBA", (512, 512))
    drawn.paste((200, 30, 30, 255), (200, 200, 300, 220))
    for x in (0, 472) if corner else ():
        for y in (0, 472):
            drawn.paste((*(corner or GREEN), 255), (x, y, x + 40, y + 40))
    return drawings.markup(source=source, data=png(drawn))


def said(frame: Generation) -> str:
    return failures.words(frame.error_code, frame.error_params)


def test_words_to_keep_are_checked_with_the_prompt_in_one_call(edit: Submit, checks: list[str], alice: User) -> None:
    run = edit(keep_words="the sign that says sandbox: hate", count=2)
    frames = work(run)
    assert {(frame.error_code, frame.sent_at) for frame in frames} == {("blocked_words", None)}
    assert checks == [f"{run.prompt}\n\n{run.keep_words}"]
    assert balance(alice) == 100
    assert said(frames[0]).endswith("Change the words and try again.")


def test_words_to_keep_that_are_fine_go_through(edit: Submit, checks: list[str]) -> None:
    [frame] = work(edit(keep_words="the sign"))
    assert (frame.status, len(checks)) == (Status.SUCCEEDED, 1)


def test_what_is_drawn_is_looked_at_with_the_words(edit: Submit, source: Image, checks: list[str], alice: User) -> None:
    [frame] = work(edit(markup_id=marks(source, MAGENTA).pk))
    assert (frame.error_code, frame.sent_at, balance(alice)) == ("blocked_words", None, 100)
    assert frame.error_params["categories"] == ["violence"]
    assert said(frame).endswith("Change the words, or what is drawn, and try again.")
    assert checks == [], "one call with both"
    [frame] = work(edit(markup_id=marks(source).pk, prompt="sandbox: hate"))
    assert frame.error_params["categories"] == ["hate"]


def test_marks_that_are_fine_go_through(edit: Submit, source: Image) -> None:
    reads_marks = ImageModel.objects.filter(takes_markup=True, enabled=True).order_by("position")[0]
    [frame] = work(edit(markup_id=marks(source).pk, model_id=reads_marks.pk))
    assert frame.status == Status.SUCCEEDED


def test_marks_whose_picture_can_not_be_read_are_not_sent(edit: Submit, source: Image, alice: User) -> None:
    run = edit(markup_id=marks(source).pk)
    storage.delete(keys=source.keys)
    [frame] = work(run)
    assert (frame.error_code, frame.sent_at, balance(alice)) == ("picture_gone", None, 100)


def test_a_blocked_edit_speaks_of_the_pictures_too(edit: Submit, fault: Fault, alice: User) -> None:
    run = edit()
    fault("moderation")
    [frame] = work(run)
    assert (frame.error_code, balance(alice)) == ("blocked_edit", 100)
    assert "refused these words or pictures." in said(frame)
    assert "Change the words or take another picture and try again." in said(frame)
    assert pauses.refused_today(user=alice) == 1
    assert "Edit words or pictures" in signed_in(alice).get(reverse("studio:home")).content.decode()


@pytest.mark.parametrize(
    "file",
    [
        Enclosed.of("1.png", b"no picture", "image/png"),
        Enclosed.of("1.bin", b"no picture", "application/octet-stream"),
    ],
)
def test_a_picture_that_the_model_can_not_take(
    file: Enclosed, edit: Submit, alice: User, as_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = balance(alice)
    monkeypatch.setattr(enclosures, "of", lambda run: enclosures.Enclosures(pictures=(file,)))
    [frame] = work(edit())
    assert (frame.status, frame.error_code, frame.attempts) == (Status.FAILED, "bad_picture", 1)
    assert (balance(alice), frame.outcome_unknown) == (before, False)
    assert pauses.refused_today(user=alice) == 0
    html = as_alice.get(reverse("studio:home")).content.decode()
    assert "The model could not take one of the pictures. Choose another one and try again." in html
    assert "Change pictures" in html


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("invalid_image_file", "bad_picture"),
        ("invalid_image_mode", "bad_picture"),
        ("image_too_small", "bad_picture"),
        ("unsupported_image_media_type", "bad_picture"),
        ("empty_image_file", "bad_picture"),
        ("unsupported_file_mimetype", "bad_picture"),
        ("missing_file_mimetype", "bad_picture"),
        ("image_content_policy_violation", "blocked_edit"),
        ("invalid_value", "refused"),
    ],
)
def test_codes(code: str, means: str) -> None:
    assert refusals.meaning(Said(status=400, code=code, type="invalid_request_error", pictures=True)) == means


def test_a_stream_that_began_is_no_matter_of_the_pictures() -> None:
    assert refusals.meaning(Said(status=0, code="image_generation_failed", pictures=True)) == "broken"


def test_the_type_alone_speaks_of_a_picture_where_one_went_along() -> None:
    kind = "image_generation_user_error"
    assert refusals.meaning(Said(status=400, type=kind, pictures=True)) == "bad_picture"
    assert refusals.meaning(Said(status=400, type=kind)) == "refused"


def test_what_went_along_with_a_sealed_run_is_not_purged(edit: Submit, source: Image) -> None:
    run = edit()
    work(run)
    seals.close(run=run, categories=("sexual/minors",))
    Image.objects.filter(pk=source.pk).update(deleted_at=timezone.now() - 31 * pauses.A_DAY)
    assert library.purge() == 0
    seals.release(seal=run.seal, by=run.owner, reason="about a school bus")
    assert library.purge() == 1
