"""Files that people bring: read once, whatever becomes of messages, workers, the store and the safety check."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from kombu.exceptions import OperationalError
from PIL import Image as Pillow

from accounts.models import User
from studio import intake, moderation, storage, uploads
from studio.generations import leases
from studio.models import Image, ImageKind, ImageModel, Upload, UploadState
from tests.conftest import signed_in
from tests.studio.bringing import age, brought, file, lapse, pixels, quarantine, read, received
from tests.studio.file_makers import corner, exif, made
from tests.studio.test_store_down import broken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_quarantine")]


@pytest.fixture(autouse=True)
def _old_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests begin with a new one, of which no lease could be renewed that lapsed before it."""
    monkeypatch.setattr(leases, "trusted", lambda: True)


def test_it_works(alice: User, sent: list[str]) -> None:
    upload = received(alice, made("JPEG", corner(), exif=exif(6)), "cup.jpg")
    assert (upload.state, sent, len(quarantine())) == (UploadState.WAITING, [str(upload.uuid)], 1)
    upload = read(upload)
    image = upload.image
    assert image and upload.state == UploadState.READY and uploads.words(upload) == ""
    assert (image.kind, image.on_table, image.owner, image.name) == (ImageKind.UPLOAD, False, alice, "cup.jpg")
    assert (image.width, image.height, image.output_format) == (48, 64, "jpeg")
    assert image.widths == [48] and image.placeholder
    kept = pixels(image.object_key)
    assert kept.size == (48, 64) and not kept.getexif() and "icc_profile" not in kept.info
    assert pixels(image.copy_key(48)).format == "WEBP"
    assert (quarantine(), upload.quarantine_key) == ([], "")


def test_a_large_one_has_a_copy_for_models(alice: User) -> None:
    image = brought(alice, made("JPEG", Pillow.new("RGB", (4400, 2000), "blue")))
    assert image.work_key and pixels(image.work_key).width == intake.WORK_SIDE
    assert set(image.keys) == {image.object_key, image.work_key, *map(image.copy_key, (320, 640, 1280))}


def test_the_same_file_twice_is_one_picture(alice: User, bob: User) -> None:
    first, second = brought(alice), brought(alice, name="again.png")
    assert first == second and first.name == "cup.png"
    assert brought(bob) != first, "each owner has their own"
    assert Image.objects.count() == 2


def test_the_same_file_by_two_workers_at_the_same_moment_is_one_picture(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = received(alice), received(alice)
    plain = intake.take_in

    def other_first(path: Any) -> intake.Taken:
        monkeypatch.setattr(intake, "take_in", plain)
        uploads.take_in(upload_uuid=second.uuid)
        return plain(path)

    monkeypatch.setattr(intake, "take_in", other_first)
    assert read(first).image == Upload.objects.get(pk=second.pk).image is not None
    assert Image.objects.count() == 1


def test_a_deleted_one_that_is_brought_again_is_there_again(alice: User) -> None:
    image = brought(alice)
    gone = signed_in(alice).post(f"/library/{image.uuid}/delete")
    assert gone["Location"] == "/library/?show=brought", "on whose shelf it lay"
    assert brought(alice) == image
    assert Image.objects.get().deleted_at is None


def test_a_message_that_comes_twice_or_late_changes_nothing(alice: User) -> None:
    upload = received(alice)
    done = read(upload)
    for _again in range(2):
        assert read(upload).attempts == done.attempts == 1
    assert Image.objects.count() == 1


def test_one_that_another_worker_reads_is_left_alone(alice: User) -> None:
    upload = received(alice)
    assert uploads._claim(upload.uuid)
    upload = read(upload)
    assert (upload.state, upload.attempts) == (UploadState.READING, 1)


def test_a_lost_message_is_sent_again(alice: User, sent: list[str]) -> None:
    upload = received(alice)
    uploads.recover()
    assert sent == [str(upload.uuid)], "not before it may be lost"
    age(upload, uploads.LOST + timedelta(seconds=1))
    uploads.recover()
    assert sent == [str(upload.uuid)] * 2


def test_a_broker_that_is_down_loses_no_file(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_args: Any, **_how: Any) -> None:
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr("celery.app.base.Celery.send_task", down)
        upload = received(alice)
    assert read(upload).state == UploadState.READY


def test_a_worker_that_dies_loses_no_file(alice: User, sent: list[str]) -> None:
    upload = received(alice)
    sent.clear()
    assert uploads._claim(upload.uuid)
    uploads.recover()
    assert sent == [], "its lease runs"
    lapse(upload)
    uploads.recover()
    assert sent == [str(upload.uuid)]
    upload = read(upload)
    assert (upload.state, upload.attempts) == (UploadState.READY, 2)


def test_a_file_that_takes_long_is_read_once(alice: User, sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = intake.take_in

    def slow(path: Path) -> intake.Taken:
        assert connection.connection is None, "as many as there are threads may wait for their turn"
        lapse(upload)
        assert leases.renew() == 1
        uploads.recover()
        assert uploads._claim(upload.uuid) is None
        return plain(path)

    upload = received(alice)
    sent.clear()
    monkeypatch.setattr(intake, "take_in", slow)
    assert (read(upload).attempts, sent, leases.renew()) == (1, [], 0)


def test_a_store_that_is_away_at_the_end_leaves_nothing_in_quarantine(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*, keys: list[str]) -> None:
        raise OSError

    upload = received(alice)
    with monkeypatch.context() as patched:
        patched.setattr(storage, "delete", away)
        assert read(upload).quarantine_key
    assert quarantine()
    uploads.recover()
    assert (quarantine(), Upload.objects.get().quarantine_key) == ([], "")


def test_a_worker_that_slept_too_long_writes_nothing(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = received(alice)
    plain = moderation.ask_of_picture

    def slow(look: bytes, *, seed: str) -> moderation.Verdict:
        monkeypatch.setattr(moderation, "ask_of_picture", plain)
        lapse(upload)
        assert read(upload).state == UploadState.READY
        return moderation.Verdict(categories=("violence",))

    monkeypatch.setattr(moderation, "ask_of_picture", slow)
    upload = read(upload)
    assert (upload.state, upload.refused_for, upload.attempts) == (UploadState.READY, [], 2)
    assert quarantine() == []


def test_three_deaths_are_enough_and_it_can_be_tried_again(alice: User, sent: list[str]) -> None:
    upload = received(alice)
    for _death in range(uploads.MOST_CLAIMS):
        assert uploads._claim(upload.uuid)
        lapse(upload)
    upload = read(upload)
    assert (upload.state, upload.error_code) == (UploadState.TURNED_AWAY, uploads.UNREAD)
    assert uploads.words(upload) == "cup.png could not be read just now. Try it again."
    assert uploads.may_try_again(upload) and len(quarantine()) == 1
    sent.clear()
    assert uploads.again(upload=upload) and sent == [str(upload.uuid)]
    assert not uploads.again(upload=upload), "once"
    assert read(upload).state == UploadState.READY


def test_a_store_that_takes_nothing_leaves_no_row(alice: User, settings: Any) -> None:
    with broken(settings, None):
        response = signed_in(alice).post("/studio/uploads/", {"file": file()})
    assert response.status_code == 503
    assert response["Content-Type"].startswith("text/plain")
    assert "Try it again in a moment" in response.content.decode()
    assert not Upload.objects.exists()


def test_a_store_that_is_away_for_long_costs_no_try(alice: User, settings: Any) -> None:
    upload = received(alice)
    with broken(settings, None):
        for _sweep in range(uploads.MOST_CLAIMS + 2):
            assert read(upload).state == UploadState.WAITING
    assert read(upload).state == UploadState.READY


def test_a_store_that_breaks_half_way_is_waited_for(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = received(alice)
    plain = storage.put

    def no_webp(*, key: str, data: Any, content_type: str) -> None:
        if content_type == "image/webp":
            raise ConnectionError
        plain(key=key, data=data, content_type=content_type)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "put", no_webp)
        assert read(upload).state == UploadState.WAITING
        assert not Image.objects.exists()
    assert read(upload).state == UploadState.READY


# --- pages --------------------------------------------------------------------------------------------------------


def test_a_place_of_the_strip_follows_its_file(stage: Client, alice: User) -> None:
    page = stage.post("/studio/uploads/", {"file": file()}).content.decode()
    upload = Upload.objects.get()
    assert 'data-state="waiting"' in page and str(upload.uuid) in page
    image = read(upload).image
    assert image
    page = stage.get(f"/studio/pictures/{upload.uuid}/?role=product").content.decode()
    assert f'name="picture" value="{image.uuid}"' in page
    assert '<option value="product" selected>' in page
    assert stage.get(f"/studio/pictures/{image.uuid}/").status_code == 200


def test_a_stranger_meets_nothing(alice: User, bob: User, catalogue: list[ImageModel]) -> None:
    upload, image = read(received(alice, b"%PDF-1.7")), brought(alice)
    stranger = signed_in(bob)
    for address in (f"/studio/pictures/{upload.uuid}/", f"/studio/pictures/{image.uuid}/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/studio/pictures/{upload.uuid}/again").status_code == 404


def test_no_file_is_no_upload(stage: Client) -> None:
    response = stage.post("/studio/uploads/")
    assert (response.status_code, response.content) == (422, b"Choose a file.")


def test_too_many_a_minute_wait(stage: Client, settings: Any, no_minute_ends: None) -> None:
    settings.RATES = {**settings.RATES, "uploads": (2, 1000)}
    codes = [stage.post("/studio/uploads/", {"file": file()}).status_code for _file in range(3)]
    assert codes == [200, 200, 429]
    assert Upload.objects.count() == 2
    assert stage.post("/studio/mask", {"picture_files": file()}).status_code == 429


def test_whoever_presses_too_often_brings_nothing_in(stage: Client, settings: Any, no_minute_ends: None) -> None:
    settings.RATES = {**settings.RATES, "runs": (1, 1000)}
    codes = [stage.post("/studio/runs/", {"mode": "image", "picture_files": file()}).status_code for _press in range(2)]
    assert codes == [422, 429]
    assert Upload.objects.count() == 1
