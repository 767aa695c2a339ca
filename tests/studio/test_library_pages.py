"""The library and the image page over HTTP: paging, rings, delete with undo."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from studio import storage
from studio.models import Image, ImageModel, Run
from tests.conftest import work
from tests.studio.bringing import brought
from tests.studio.pages import posted


def test_delete_takes_it_off_the_pages_and_undo_brings_it_back(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    work(Run.objects.get())
    image = Image.objects.get()
    number = "1-1"
    assert number in stage.get("/library/").content.decode()
    gone = stage.post(f"/library/{image.uuid}/delete", follow=True).content.decode()
    assert f"{number} is deleted." in gone
    assert f"/library/{image.uuid}/restore" in gone
    assert stage.get(f"/library/{image.uuid}/").status_code == 404
    assert storage.exists(key=image.object_key)
    shelf = stage.get("/library/?show=deleted").content.decode()
    assert f"/library/{image.uuid}/restore" in shelf and "Bring back" in shelf
    stage.post(f"/library/{image.uuid}/restore")
    assert stage.get(f"/library/{image.uuid}/").status_code == 200


def test_the_library_is_paged_by_keyset(
    stage: Client, catalogue: list[ImageModel], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.library.PAGE", 2)
    stage.post("/studio/runs/", posted(catalogue, count=3, previews=None, quoted=12))
    work(Run.objects.get())
    first = stage.get("/library/").content.decode()
    before = re.search(r"before=(\d+)", first)
    assert before
    second = stage.get(f"/library/?before={before[1]}").content.decode()
    shown = [set(re.findall(r"/library/([0-9a-f-]{36})/\"", page)) for page in (first, second)]
    assert [len(images) for images in shown] == [2, 1]
    assert shown[0].isdisjoint(shown[1])


def test_a_ring_is_kept(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    work(Run.objects.get())
    image = Image.objects.get()
    stage.post(f"/library/{image.uuid}/ring")
    assert 'aria-pressed="true"' in stage.get("/library/?show=ringed").content.decode()
    stage.post(f"/library/{image.uuid}/ring")
    assert str(image.uuid) not in stage.get("/library/?show=ringed").content.decode()


def test_signed_addresses_stay_the_same_for_the_browsers_cache(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    work(Run.objects.get())
    key = Image.objects.get().object_key
    assert storage.url(key=key) == storage.url(key=key)
    assert "X-Amz-Signature" in storage.url(key=key)


@pytest.mark.parametrize("referer", ["https://elsewhere.example/", "foo", "//elsewhere.example"])
def test_ringing_sends_nobody_elsewhere(referer: str, stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    work(Run.objects.get())
    answer = stage.post(f"/library/{Image.objects.get().uuid}/ring", headers={"Referer": referer})
    assert answer["Location"] == "/library/"


def test_what_the_purge_may_be_at_comes_back_no_more(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    work(Run.objects.get())
    image = Image.objects.get()
    Image.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    assert str(image.uuid) not in stage.get("/library/?show=deleted").content.decode()
    assert stage.post(f"/library/{image.uuid}/restore").status_code == 404


def test_what_was_brought_has_a_shelf_of_its_own(stage: Client, alice: User, bob: User) -> None:
    mine, theirs = brought(alice, name="bottle.png"), brought(bob, name="other.png")
    assert "bottle.png" not in stage.get("/library/").content.decode()
    shelf = stage.get("/library/?show=brought").content.decode()
    assert f"?source={mine.uuid}" in shelf and "bottle.png" in shelf and str(theirs.uuid) not in shelf
    stage.post(f"/library/{mine.uuid}/ring")
    assert "bottle.png" in stage.get("/library/?show=ringed").content.decode()
    stage.post(f"/library/{mine.uuid}/delete")
    assert "You have brought no picture yet" in stage.get("/library/?show=brought").content.decode()
    assert "bottle.png" in stage.get("/library/?show=deleted").content.decode()
