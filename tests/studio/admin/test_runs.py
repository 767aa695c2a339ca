"""Runs in the admin: found by number, closed until a reason is given."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from studio import disclosures, generations, seals
from studio.models import Disclosure, Image, Run
from tests.conftest import brief, give
from tests.studio.admin.conftest import WORDS, frame_of, make

LIST = "admin:studio_run_changelist"


def page(run: Run) -> str:
    return reverse("admin:studio_run_change", args=[run.pk])


def opening(run: Run) -> str:
    return reverse("admin:studio_run_open", args=[run.pk])


def found(client: Client, words: str) -> list[Run]:
    return list(client.get(reverse(LIST), {"q": words}).context["cl"].result_list)


def test_the_list_says_what_came_back(support: Client, run: Run) -> None:
    page = support.get(reverse(LIST))
    [listed] = page.context["cl"].result_list
    assert (listed.credits, listed.back) == (run.credits, run.credits // 3)
    assert str(frame_of(run, 1).model) in page.content.decode().split('id="result_list"')[1]


def test_a_run_is_closed_until_a_reason_is_given(support: Client, sue: User, run: Run) -> None:
    closed = support.get(page(run)).content.decode()
    assert WORDS not in closed
    assert "<img" not in closed.split('id="content-main"')[1]
    opened = support.post(opening(run), {"reason": "  says the hands are wrong "}, follow=True).content.decode()
    assert WORDS in opened
    image = frame_of(run, 1).images.get()
    assert image.object_key in opened
    disclosure = Disclosure.objects.get()
    assert (disclosure.run, disclosure.by, disclosure.reason) == (run, sue, "says the hands are wrong")


def test_it_is_open_to_one_person_alone(support: Client, finance: Client, run: Run) -> None:
    support.post(opening(run), {"reason": "asked by mail"})
    html = finance.get(page(run)).content.decode()
    assert WORDS not in html
    assert "asked by mail" in html


def test_it_is_open_for_a_day(support: Client, sue: User, run: Run) -> None:
    disclosure = disclosures.open_run(run=run, by=sue, reason="asked by mail")
    assert WORDS in support.get(page(run)).content.decode()
    Disclosure.objects.filter(pk=disclosure.pk).update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    html = support.get(page(run)).content.decode()
    assert WORDS not in html
    assert "asked by mail" in html


def test_one_run_is_opened_and_no_other(support: Client, run: Run, alice: User) -> None:
    other = generations.submit(user=alice, brief=brief(prompt=WORDS), key=uuid.uuid4())
    support.post(opening(run), {"reason": "asked by mail"})
    assert WORDS not in support.get(page(other)).content.decode()


@pytest.mark.parametrize("reason", ["", "   ", "x", "curious about it" * 20, "curiosity", "a b c d"])
def test_no_reason_no_opening(support: Client, run: Run, reason: str) -> None:
    html = support.post(opening(run), {"reason": reason}, follow=True).content.decode()
    assert "The run stays closed. Say why you open it: " in html
    assert WORDS not in html
    assert not Disclosure.objects.exists()


def test_a_deleted_picture_is_not_shown(support: Client, run: Run) -> None:
    frame_of(run, 1).images.update(deleted_at=timezone.now())
    html = support.post(opening(run), {"reason": "asked by mail"}, follow=True).content.decode()
    assert "There is no picture that its owner has kept." in html


def test_the_right_to_see_runs_is_not_the_right_to_open_them(support: Client, sue: User, run: Run) -> None:
    group = sue.groups.get()
    group.permissions.remove(group.permissions.get(codename="add_disclosure"))
    assert "closed to you" in support.get(page(run)).content.decode()
    assert support.post(opening(run), {"reason": "curious"}).status_code == 403
    assert support.get(opening(run)).status_code == 405


def test_a_disclosure_is_neither_changed_nor_deleted(boss: Client, charlie: User, run: Run) -> None:
    disclosure = disclosures.open_run(run=run, by=charlie, reason="asked by mail")
    for name in ("change", "delete"):
        address = reverse(f"admin:studio_disclosure_{name}", args=[disclosure.pk])
        assert boss.post(address, {"reason": "none", "post": "yes"}).status_code == 403
    disclosure.refresh_from_db()
    assert disclosure.reason == "asked by mail"


def test_runs_are_found_by_what_people_say(support: Client, run: Run, alice: User, bob: User) -> None:
    give(bob, 10)
    bobs = generations.submit(user=bob, brief=brief(), key=uuid.uuid4())
    assert (run.number, bobs.number) == (1, 1)
    assert found(support, "1") == [bobs, run]
    assert found(support, "1-3") == [run]
    assert found(support, "1 bob@example.com") == [bobs]
    assert found(support, "alice@example.com") == [run]
    assert found(support, "Alice@Example.com 2") == []
    for name in (run.uuid, alice.uuid, frame_of(run, 2).uuid):
        assert found(support, str(name)) == [run]


@pytest.mark.parametrize("words", ["letter", WORDS, "9" * 30, "1-3-5", "٣", "1" * 400, "x y z 1 2 3 4 5"])
def test_words_find_nothing(support: Client, run: Run, words: str) -> None:
    assert found(support, words) == []


@pytest.mark.parametrize(
    "lookup", ["prompt", "prompt__icontains", "prompt__regex", "keep_words__icontains", "instructions"]
)
def test_the_address_asks_nothing_about_the_words(support: Client, run: Run, lookup: str) -> None:
    assert support.get(reverse(LIST), {lookup: WORDS}).status_code == 400


def test_filters(support: Client, run: Run) -> None:
    for query, count in ({"generations__status__exact": "failed"}, 1), ({"quality__exact": "max"}, 0):
        assert len(support.get(reverse(LIST), query).context["cl"].result_list) == count, query


def test_a_run_that_is_none(support: Client, catalogue: list[object]) -> None:
    assert support.get(reverse("admin:studio_run_change", args=[999_999])).status_code == 302
    assert support.post(reverse("admin:studio_run_open", args=[999_999]), {"reason": "x"}).status_code == 404


KEPT = "the tattoo that says Marie"
FILE = "marie-at-the-lake.jpg"


def picture(owner: User, **facts: object) -> Image:
    key = f"{owner.uuid}/{uuid.uuid4()}.png"
    size = {"width": 640, "height": 480, "size_bytes": 9}
    return Image.objects.create(owner=owner, object_key=key, output_format="png", on_table=False, **size, **facts)


@pytest.fixture
def edit(run: Run, alice: User) -> Run:
    """Of a picture that came, in the style of one made here, with a mask; its frame has a locked picture, too."""
    source = picture(alice, kind="upload", name=FILE)
    mask = picture(alice, kind="mask", parent=source)
    made = frame_of(run, 1).images.get()
    facts = {
        "mode": "image", "pictures": ((source.pk, "source"), (made.pk, "style")), "keep": ("face",), "keep_words": KEPT,
        "mask_id": mask.pk, "feather_px": 12, "lock": True,
    }  # fmt: skip
    edit = generations.submit(user=alice, brief=brief(prompt=WORDS, **facts), key=uuid.uuid4())
    make(frame_of(edit, 1))
    Image.objects.filter(generation__run=edit).update(kind="raw", on_table=False)
    picture(alice, kind="locked", generation=frame_of(edit, 1), changed_share=0.031)
    return edit


def test_what_went_along_is_told_and_shown_once_it_is_open(support: Client, edit: Run, run: Run) -> None:
    closed = support.get(page(edit)).content.decode()
    for fact in ("@1: Source, @2: Style", "Face, and in words", "painted, feather 12 px"):
        assert fact in closed
    keys = [row.image.object_key for row in edit.references.all() if row.image]
    secrets = (KEPT, FILE, *keys, edit.mask.object_key if edit.mask else "")
    assert [secret for secret in secrets if secret in closed] == []
    opened = support.post(opening(edit), {"reason": "asked by mail"}, follow=True).content.decode()
    assert [secret for secret in secrets if secret not in opened] == []
    assert reverse("admin:studio_generation_change", args=[frame_of(run, 1).pk]) in opened
    for kind in ("The model’s own", "With the original put back"):
        assert kind in opened


def test_what_is_deleted_or_sealed_does_not_come_along(support: Client, edit: Run, run: Run) -> None:
    source = Image.objects.get(name=FILE)
    Image.objects.filter(pk=source.pk).update(deleted_at=timezone.now())
    seals.close(run=run, categories=("sexual/minors",))
    opened = support.post(opening(edit), {"reason": "asked by mail"}, follow=True).content.decode()
    for hidden in (source.object_key, frame_of(run, 1).images.get().object_key):
        assert hidden not in opened


def test_a_frame_names_its_pictures(support: Client, edit: Run) -> None:
    html = support.get(reverse("admin:studio_generation_change", args=[frame_of(edit, 1).pk])).content.decode()
    assert "With the original put back, 640 × 480, 3.1% of what was to stay had changed, and was put back" in html
    assert "The model’s own, 816 × 816" in html
