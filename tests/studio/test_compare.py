"""Comparing pictures over HTTP: what is shown, what differs, whose they are, and keeping one."""

import re
import uuid

import pytest
from django.test import Client

from accounts.models import User
from studio import comparing
from studio.models import Image, ImageModel, Run
from tests.conftest import give, signed_in, work
from tests.studio.bringing import brought, photo
from tests.studio.pages import posted

ADDRESS = "/library/compare/"


@pytest.fixture
def two(stage: Client, catalogue: list[ImageModel]) -> list[Image]:
    """A draft and a picture of high quality of the same words."""
    for quality, quoted in (("medium", 4), ("high", 6)):
        values = posted(catalogue, quality=quality, quoted=quoted)
        stage.post("/studio/runs/", values | {"quoted": re_priced(stage, values)})
        work(Run.objects.latest("id"))
    return list(Image.objects.order_by("id"))


def re_priced(stage: Client, values: dict[str, str]) -> str:
    """What the button would say of these settings."""
    price = re.search(r'name="quoted"[^>]*value="(\d+)"', stage.get("/studio/quote", values).content.decode())
    assert price
    return price[1]


def shown(stage: Client, images: list[Image], **asked: str) -> str:
    answer = stage.get(ADDRESS, {"image": [str(image.uuid) for image in images], **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def panes(page: str) -> list[str]:
    return re.findall(r'<figure class="pane" data-name="([^"]+)"', page)


def test_it_works(stage: Client, two: list[Image]) -> None:
    page = shown(stage, two, **{"as": "overlay"})
    assert panes(page) == ["1-1", "2-1"]
    assert "Compare 1-1 and 2-1" in page
    assert 'data-as="overlay"' in page
    assert f"image={two[0].uuid}&amp;image={two[1].uuid}&amp;as=blink" in page
    differ = page.split("What differs</h2>")[1].split("Same in both")[0]
    assert "<td>Medium</td><td>High</td>" in differ
    assert "2.6 Flare" not in differ
    count = re.search(r"(\d+) of 11<", page)
    assert count and 2 <= int(count[1]) <= 4  # quality and credits; the sandbox's seconds and tokens may be equal
    assert panes(shown(stage, two[::-1])) == ["2-1", "1-1"]


def test_without_a_way_they_lie_side_by_side(stage: Client, two: list[Image]) -> None:
    for asked in ({}, {"as": "sideways"}):
        page = shown(stage, two, **asked)
        assert 'data-as="side" data-unasked' in page


def test_strangers_and_deleted_pictures_are_left_out(
    stage: Client, two: list[Image], catalogue: list[ImageModel], bob: User
) -> None:
    give(bob, 10)
    stranger = signed_in(bob)
    page = shown(stranger, two)
    assert panes(page) == []
    assert "not in your library" in page and "It takes two pictures" in page
    stage.post("/studio/runs/", posted(catalogue))
    work(Run.objects.latest("id"))
    third = Image.objects.latest("id")
    stage.post(f"/library/{two[0].uuid}/delete")
    assert panes(shown(stage, [*two, third])) == ["2-1", "3-1"]
    page = shown(stage, two)
    assert panes(page) == []
    assert str(two[0].uuid) not in page.split("<main")[1]


@pytest.mark.parametrize("asked", [{}, {"image": "nonsense"}, {"image": ["", "1" * 500]}])
def test_bad_input_leads_to_the_choice(asked: dict[str, str], stage: Client, two: list[Image]) -> None:
    page = stage.get(ADDRESS, asked).content.decode()
    assert "Choose two to four pictures." in page
    assert page.count('type="checkbox" name="image"') == 2
    assert "checked" not in page.split("<main")[1]


def test_more_than_four_are_the_first_four_and_none_counts_twice(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue, count=5, previews=None, quoted=20))
    work(Run.objects.get())
    images = list(Image.objects.order_by("generation__position"))
    page = shown(stage, [images[0], *images])
    assert panes(page) == ["1-1", "1-2", "1-3", "1-4"]
    assert "Same in all" in page and 'name="left"' in page


def test_a_picture_offers_its_kin_first(stage: Client, two: list[Image], catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue, count=2, previews=None, quoted=8))
    work(Run.objects.latest("id"))
    child, sibling = Image.objects.order_by("-id")[:2]
    Image.objects.filter(pk=child.pk).update(parent=two[0])
    page = stage.get(ADDRESS, {"image": child.uuid}).content.decode()
    kin, rest = page.split("What goes with it")[1].split("Newest")
    boxes = r'name="image" value="([^"]+)"'
    assert re.findall(boxes, kin)[0] == str(child.uuid)
    assert set(re.findall(boxes, kin)[1:]) == {str(sibling.uuid), str(two[0].uuid)}
    assert re.findall(boxes, rest) == [str(two[1].uuid)]
    assert re.search(rf'value="{child.uuid}" checked', kin)
    assert f'{ADDRESS}?image={child.uuid}&amp;as=slider"' in stage.get(f"/library/{child.uuid}/").content.decode()


def test_what_was_brought_can_be_compared_by_the_ends_of_its_name(stage: Client, alice: User) -> None:
    files = [brought(alice, photo(), name="a-photograph-with-a-very-long-name.png"), brought(alice)]
    choice = stage.get(ADDRESS, {"image": str(files[0].uuid)}).content.decode()
    assert f'value="{files[1].uuid}"' in choice.split("Brought along</h2>")[1]
    assert panes(shown(stage, files)) == ["a-photograph…-name.png", "cup.png"]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_keeping_one_takes_the_ring_off_the_others(
    headers: dict[str, str], stage: Client, two: list[Image], catalogue: list[ImageModel], bob: User
) -> None:
    here = f"http://testserver{ADDRESS}?image={two[0].uuid}&image={two[1].uuid}&as=side"
    among = {"among": [str(image.uuid) for image in two]}
    for kept in (two[0], two[1], two[1]):
        answer = stage.post(f"/library/{kept.uuid}/ring", among, headers={**headers, "Referer": here})
        assert (answer.status_code, answer["Location"]) == (302, here)
        assert list(Image.objects.filter(ringed=True)) == [kept]
    page = stage.get(here, headers=headers).content.decode()
    assert re.search(rf'id="keep-{two[1].uuid}" aria-pressed="true"', page)
    assert re.search(rf'id="no-{two[1].uuid}" class="ringed"', page)
    assert signed_in(bob).post(f"/library/{two[0].uuid}/ring", among).status_code == 404


def test_keeping_touches_nobody_elses(stage: Client, two: list[Image], bob: User) -> None:
    theirs = Image.objects.create(
        owner=bob, object_key=f"{uuid.uuid4()}", output_format="png", width=8, height=8, size_bytes=1, ringed=True
    )
    stage.post(f"/library/{two[0].uuid}/ring", {"among": [str(two[0].uuid), str(theirs.uuid)]})
    assert set(Image.objects.filter(ringed=True)) == {two[0], theirs}


@pytest.mark.parametrize(
    ("texts", "cut"),
    [
        (["A cup", "A bowl"], ["A cup", "A bowl"]),
        (["one two three four five red x", "one two three four five blue x"],
         ["… three four five red x", "… three four five blue x"]),
        (["red a b c d e", "blue a b c d e"], ["red a b c …", "blue a b c …"]),
        (["a a a", "a a"], ["a a a", "a a"]),
        (["", "a cup"], ["", "a cup"]),
    ],
)  # fmt: skip
def test_of_long_words_those_that_differ_are_told(texts: list[str], cut: list[str]) -> None:
    assert comparing.apart(texts) == cut


@pytest.mark.parametrize(
    ("sides", "frame"),
    [
        ([(1024, 1024), (2048, 2048)], (1000, 1000)),
        ([(1536, 1024), (768, 512)], (1000, 667)),
        ([(1536, 1024), (1024, 1536)], (1000, 1000)),
    ],
)
def test_the_frame_holds_all_by_their_longer_sides(sides: list[tuple[int, int]], frame: tuple[int, int]) -> None:
    assert comparing.frame([Image(width=width, height=height) for width, height in sides]) == frame
