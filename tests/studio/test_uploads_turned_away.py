"""Files that come to no picture: refused, unchecked, none at all, too large; and what is left of them."""

import io
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from studio import intake, pictures, refused_uploads, storage, uploads
from studio.models import ImageModel, Upload, UploadState
from tests.conftest import signed_in
from tests.studio.bringing import age, file, quarantine, read, received, refused_picture
from tests.studio.file_makers import made
from tests.studio.test_store_down import broken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_quarantine")]


def test_what_moderation_refuses_is_kept_for_an_operator_and_not_for_its_owner(alice: User) -> None:
    upload = read(received(alice, refused_picture()))
    assert (upload.state, upload.refused_for, upload.image) == (UploadState.TURNED_AWAY, ["violence"], None)
    assert "reads as violence. Choose another one. Nothing was charged." in uploads.words(upload)
    assert not uploads.may_try_again(upload)
    assert sorted(quarantine()) == sorted([upload.quarantine_key, uploads.look_key(upload)])
    assert pictures.decode(storage.get(key=uploads.look_key(upload))).output_format == "jpeg"
    uploads.recover()
    assert len(quarantine()) == 2
    age(upload, uploads.KEPT + timedelta(hours=1))
    uploads.recover()
    assert len(quarantine()) == 2, "an operator has longer"
    age(upload, uploads.KEPT_REFUSED + timedelta(hours=1))
    uploads.recover()
    assert quarantine() == []
    upload.refresh_from_db()
    assert "reads as violence" in uploads.words(upload)


def test_its_owner_cannot_try_a_refused_one_again(alice: User) -> None:
    upload = read(received(alice, refused_picture()))
    signed_in(alice).post(f"/studio/pictures/{upload.uuid}/again")
    upload.refresh_from_db()
    assert upload.state == UploadState.TURNED_AWAY


def test_an_operator_overrules(alice: User, charlie: User) -> None:
    upload = read(received(alice, refused_picture()))
    assert refused_uploads.overrule(upload=upload, by=charlie, note="A costume")
    assert not refused_uploads.overrule(upload=upload, by=charlie, note="Twice")
    upload = read(upload)
    assert (upload.state, upload.overruled_by, upload.note) == (UploadState.READY, charlie, "A costume")
    assert upload.image and quarantine() == []
    ready = read(received(alice))
    assert not refused_uploads.overrule(upload=ready, by=charlie, note="Nothing to overrule")


@pytest.mark.parametrize("fault", ["overloaded", "rate_limit", "html"])
def test_without_the_safety_check_nothing_goes_on(
    fault: str, alice: User, check_fault: Callable[[str | None], None], sent: list[str]
) -> None:
    upload = received(alice)
    check_fault(fault)
    for _sweep in range(uploads.MOST_CLAIMS + 2):
        upload = read(upload)
        assert (upload.state, upload.image) == (UploadState.WAITING, None)
        assert uploads.words(upload) == "The safety check has not answered yet."
    sent.clear()
    age(upload, uploads.LOST + timedelta(seconds=1))
    uploads.recover()
    assert sent == [str(upload.uuid)]
    check_fault(None)
    upload = read(upload)
    assert (upload.state, upload.error_code, quarantine()) == (UploadState.READY, "", [])


def test_a_safety_check_that_refuses_to_be_asked_is_told_and_can_be_tried_again(
    alice: User, check_fault: Callable[[str | None], None]
) -> None:
    upload = received(alice)
    check_fault("unauthorized")
    upload = read(upload)
    assert (upload.state, upload.error_code) == (UploadState.TURNED_AWAY, "no_check")
    assert "safety check is out of order" in uploads.words(upload)
    check_fault(None)
    page = signed_in(alice).post(f"/studio/pictures/{upload.uuid}/again")
    assert 'data-state="waiting"' in page.content.decode()
    assert read(upload).state == UploadState.READY


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"%PDF-1.7 and more", "other_kind", "a PDF"),
        (b"", "empty", "is empty"),
        (made("PNG")[:-40], "cut", "breaks off"),
    ],
)
def test_what_is_no_picture_is_gone_at_once(data: bytes, code: str, words: str, alice: User) -> None:
    found = file(data or b"x", "cup.png")
    if not data:
        found.file, found.size = io.BytesIO(), 0
    upload = read(uploads.receive(user=alice, file=found))
    assert (upload.state, upload.error_code, upload.image) == (UploadState.TURNED_AWAY, code, None)
    assert words in uploads.words(upload) and "cup.png" in uploads.words(upload)
    assert (quarantine(), uploads.may_try_again(upload), uploads.again(upload=upload)) == ([], False, False)


def test_what_is_too_large_is_told_at_once_and_never_stored(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_BYTES", 2_000_000)
    page = signed_in(alice).post("/studio/uploads/", {"file": file(bytes(2_000_001), "large.png")}).content.decode()
    upload = Upload.objects.get()
    assert (upload.state, upload.size_bytes, quarantine()) == (UploadState.TURNED_AWAY, 2_000_001, [])
    assert "large.png has more than 2 MB." in page and 'data-state="away"' in page


def test_old_bytes_that_nobody_could_read_go(alice: User) -> None:
    upload = received(alice)
    age(upload, uploads.KEPT + timedelta(hours=1))
    uploads.recover()
    upload.refresh_from_db()
    assert (upload.state, upload.error_code, quarantine()) == (UploadState.TURNED_AWAY, uploads.UNREAD, [])
    assert not uploads.may_try_again(upload)


def test_quarantine_that_could_not_be_emptied_is_emptied_by_the_sweep(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = received(alice)
    with monkeypatch.context() as patched:
        patched.setattr(storage, "delete", lambda *, keys: (_ for _ in ()).throw(ConnectionError()))
        upload = read(upload)
    assert upload.state == UploadState.READY and len(quarantine()) == 1
    age(upload, uploads.KEPT + timedelta(hours=1))
    uploads.recover()
    upload.refresh_from_db()
    assert (upload.state, upload.quarantine_key, quarantine()) == (UploadState.READY, "", [])


NAMES = {
    "../../etc/passwd.png": "passwd.png",
    "a\x00b\x1bc\u202egnp.exe": "abcgnp.exe",
    "<b>bold</b>.png": "b>.png",  # what stands before a slash is a folder
    "<img src=x onerror=alert(1)>.png": "<img src=x onerror=alert(1)>.png",
    "x" * 300 + ".png": "x" * 116 + ".png",
    "\x07": "A picture",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_name(name: str, alice: User, catalogue: list[ImageModel]) -> None:
    found = file(b"%PDF-1.7", "plain.png")
    found._name = name  # a browser may say anything
    upload = read(uploads.receive(user=alice, file=found))
    assert upload.name == NAMES[name]
    page = signed_in(alice).get(f"/studio/pictures/{upload.uuid}/").content.decode()
    assert "onerror=alert" not in page.replace("&lt;img src=x onerror=alert(1)&gt;", "")


def test_logs_hold_no_file_names(alice: User, caplog: pytest.LogCaptureFixture, settings: Any) -> None:
    caplog.set_level(logging.DEBUG)
    read(received(alice, b"%PDF-1.7", "my-secret-name.png"))
    read(received(alice, refused_picture(), "my-secret-name.png"))
    read(received(alice, b"", "my-secret-name.png"))
    waits = received(alice, made("JPEG"), "my-secret-name.png")
    with broken(settings, None):
        read(waits)
    said = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "turned away" in said and "waits for the store" in said
    assert "my-secret-name" not in said
