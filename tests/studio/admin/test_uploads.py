"""Refused pictures in the admin: closed until a reason is given, overruled once, handed to Child safety."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from accounts import tasks
from accounts.models import User
from studio import moderation, refused_uploads, seals, storage, uploads
from studio.models import Disclosure, Image, Upload, UploadState
from tests.conftest import signed_in
from tests.studio.admin.conftest import member

LIST = "admin:studio_upload_changelist"
NAME = "aunt-mary-at-the-lake.png"
WHY = "asked by mail about a costume"
NOTE = "It is a costume and no wound: the check was wrong."


def bring(user: User, colour: tuple[int, int, int] = (255, 0, 255)) -> Upload:
    """A file of one colour, read by a worker; the sandbox takes magenta for violence."""
    data = io.BytesIO()
    Pillow.new("RGB", (320, 200), colour).save(data, "PNG")
    upload = uploads.receive(user=user, file=SimpleUploadedFile(NAME, data.getvalue()))
    uploads.take_in(upload_uuid=upload.uuid)
    upload.refresh_from_db()
    return upload


@pytest.fixture
def refused(transactional_db: None, catalogue: list[object], alice: User, monkeypatch: pytest.MonkeyPatch) -> Upload:
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda kwargs, **options: tasks.deliver(**kwargs))
    return bring(alice)


def at(act: str, upload: Upload) -> str:
    return reverse(f"admin:studio_upload_{act}", args=[upload.pk])


def post(client: Client, act: str, upload: Upload, **data: str) -> str:
    return client.post(at(act, upload), data, follow=True).content.decode()


def test_it_works(finance: Client, fay: User, refused: Upload, alice: User) -> None:
    assert (refused.state, refused.refused_for) == (UploadState.TURNED_AWAY, ["violence"])
    post(finance, "look", refused, reason=WHY)
    post(finance, "overrule", refused, reason=WHY, note=NOTE)
    refused.refresh_from_db()
    assert (refused.state, refused.overruled_by, refused.note) == (UploadState.WAITING, fay, NOTE)
    assert f"Overruled: {WHY}" in {entry.get_change_message() for entry in LogEntry.objects.all()}
    uploads.take_in(upload_uuid=refused.uuid)
    refused.refresh_from_db()
    assert refused.state == UploadState.READY
    assert not storage.exists(key=f"{alice.uuid}/quarantine/{refused.uuid}-look")
    [letter] = mail.outbox
    assert letter.to == [alice.email]
    assert NOTE in str(letter.body)
    [address] = [line for line in str(letter.body).splitlines() if line.startswith("http")]
    html = signed_in(alice).get(address.removeprefix("http://testserver")).content.decode()
    assert NOTE in html
    assert str(Image.objects.get().uuid) in html


def test_picture_and_name_are_closed_until_a_reason_is_given(support: Client, sue: User, refused: Upload) -> None:
    listed = support.get(reverse(LIST)).content.decode()
    assert "violence" in listed
    closed = support.get(at("change", refused)).content.decode()
    for secret in (NAME, uploads.look_key(refused)):
        assert secret not in listed + closed
    assert "Say it in two words" in post(support, "look", refused, reason="look")
    assert not Disclosure.objects.exists()
    opened = post(support, "look", refused, reason=WHY)
    assert NAME in opened
    assert uploads.look_key(refused) in opened
    disclosure = Disclosure.objects.get()
    assert (disclosure.upload, disclosure.run, disclosure.by, disclosure.reason) == (refused, None, sue, WHY)
    assert WHY in support.get(reverse("admin:studio_disclosure_changelist")).content.decode()


def test_it_is_open_to_one_person_for_a_day(support: Client, finance: Client, refused: Upload) -> None:
    post(support, "look", refused, reason=WHY)
    assert NAME not in finance.get(at("change", refused)).content.decode()
    Disclosure.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert NAME not in support.get(at("change", refused)).content.decode()


def test_who_may_do_what(support: Client, finance: Client, refused: Upload, alice: User) -> None:
    assert finance.post(at("overrule", refused), {"reason": WHY, "note": NOTE}).status_code == 403, "look first"
    post(support, "look", refused, reason=WHY)
    assert support.post(at("overrule", refused), {"reason": WHY, "note": NOTE}).status_code == 403
    assert support.post(at("release", refused), {"reason": WHY}).status_code == 403
    for client in (Client(), signed_in(alice)):
        for act in ("look", "overrule", "seal", "release"):
            assert client.post(at(act, refused), {"reason": WHY, "note": NOTE}).status_code == 302
    assert support.get(at("look", refused)).status_code == 405
    refused.refresh_from_db()
    assert refused.overruled_at is None


def test_it_is_decided_once_and_with_words(finance: Client, refused: Upload) -> None:
    post(finance, "look", refused, reason=WHY)
    for data in ({"reason": WHY, "note": ""}, {"reason": "", "note": NOTE}):
        post(finance, "overrule", refused, **data)
    assert refused_uploads.waiting().count() == 1
    post(finance, "overrule", refused, reason=WHY, note=NOTE)
    assert "decided before" in post(finance, "overrule", refused, reason=WHY, note="Another note of mine.")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("lookup", ["name__icontains", "name", "sealed", "quarantine_key__contains"])
def test_the_address_asks_nothing_about_what_is_closed(lookup: str, support: Client, refused: Upload) -> None:
    assert support.get(reverse(LIST), {lookup: "a"}).status_code == 400


def test_pictures_that_were_taken_in_or_turned_away_are_not_listed(support: Client, refused: Upload, bob: User) -> None:
    assert bring(bob, (40, 90, 40)).state == UploadState.READY
    assert list(support.get(reverse(LIST)).context["cl"].result_list) == [refused]


def test_the_sidebar_counts_what_nobody_has_looked_at(support: Client, refused: Upload) -> None:
    def title() -> str:
        [group] = support.get(reverse("admin:index")).context["sidebar_navigation"]
        return str(group["items"][-1]["title"])

    assert title() == "Refused pictures, 1 new"
    assert list(support.get(reverse(LIST), {"looked": "no"}).context["cl"].result_list) == [refused]
    post(support, "look", refused, reason=WHY)
    assert title() == "Refused pictures"
    assert list(support.get(reverse(LIST), {"looked": "no"}).context["cl"].result_list) == []


def test_its_owner_can_not_ask_again(refused: Upload, alice: User) -> None:
    signed_in(alice).post(reverse("studio:upload_again", args=[refused.uuid]))
    refused.refresh_from_db()
    assert refused.state == UploadState.TURNED_AWAY
    assert not uploads.may_try_again(refused)


def test_one_that_is_overruled_late_is_read_all_the_same(refused: Upload, charlie: User) -> None:
    Upload.objects.update(created_at=timezone.now() - timedelta(days=29))
    assert refused_uploads.overrule(upload=refused, by=charlie, note=NOTE)
    uploads.recover()
    uploads.take_in(upload_uuid=refused.uuid)
    refused.refresh_from_db()
    assert refused.state == UploadState.READY


def test_it_is_kept_for_thirty_days(support: Client, refused: Upload, charlie: User) -> None:
    key = uploads.look_key(refused)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=29))
    uploads.recover()
    assert storage.exists(key=key)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=31))
    uploads.recover()
    assert not storage.exists(key=key)
    assert "nothing left to look at" in support.get(at("change", refused)).content.decode()
    refused.refresh_from_db()
    assert not refused_uploads.overrule(upload=refused, by=charlie, note=NOTE)


@pytest.fixture
def safety(catalogue: list[object]) -> Client:
    return signed_in(member("ines", "Child safety"))


def test_a_sealed_one_is_closed_to_all_but_child_safety(
    finance: Client, boss: Client, safety: Client, refused: Upload, alice: User
) -> None:
    assert safety.get(at("change", refused)).status_code == 302, "what is not sealed is not theirs"
    post(finance, "look", refused, reason=WHY)
    post(finance, "seal", refused, reason="may show a child")
    for client in (finance, boss):
        for act in ("look", "overrule", "seal"):
            assert client.post(at(act, refused), {"reason": WHY, "note": NOTE}).status_code == 404
        assert list(client.get(reverse(LIST)).context["cl"].result_list) == []
        disclosed = client.get(reverse("admin:studio_disclosure_changelist")).context["cl"].result_list
        assert list(disclosed) == []
    assert seals.holds(owner_id=alice.pk)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=400))
    uploads.recover()
    assert uploads.look_key(refused) in post(safety, "look", refused, reason="the review of today")
    post(safety, "release", refused, reason="a doll and no child")
    assert not seals.holds(owner_id=alice.pk)


def test_what_moderation_takes_for_it_is_sealed_at_once(
    refused: Upload, bob: User, monkeypatch: pytest.MonkeyPatch, support: Client
) -> None:
    said = moderation.Verdict(categories=("sexual/minors",))
    monkeypatch.setattr(moderation, "ask_of_picture", lambda *_args, **_kwargs: said)
    upload = bring(bob, (40, 90, 40))
    assert (upload.sealed, upload.refused_for) == (True, ["sexual"])
    assert support.get(at("change", upload)).status_code == 302


def test_without_moderation_nothing_is_refused(refused: Upload, bob: User, settings: Any) -> None:
    settings.MODERATION = False
    assert bring(bob).state == UploadState.READY


def test_a_file_that_is_too_large_says_so(alice: User, catalogue: list[object]) -> None:
    file: Any = SimpleUploadedFile("heavy.png", b"x")
    file.size = 50_000_001
    assert "more than 50 MB" in uploads.words(uploads.receive(user=alice, file=file))
