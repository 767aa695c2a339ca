"""Tiles are drawn once a process, and yet are each reader's own: token, time zone and state are of the moment."""

import re

from django.test import Client
from django.urls import reverse

from studio.models import Image, ImageModel, Run
from studio.templatetags import kept
from tests.conftest import work
from tests.studio.pages import posted

TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PAGES = ("/studio/", "/library/")


def pages(client: Client) -> list[str]:
    return [client.get(path).content.decode() for path in PAGES]


def test_a_tile_that_was_drawn_before_is_as_of_now(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue, count=2, previews=None, quoted=8))
    work(Run.objects.get())
    kept._drawn.clear()
    before, drawn = pages(stage), set(kept._drawn)
    assert {name for name, *_ in drawn} == {
        "studio/_frame.html", "studio/_picture.html", "studio/_history_one.html", "studio/_run_head.html",
        "studio/_model.html",
    }  # fmt: skip
    again = pages(stage)
    assert set(kept._drawn) == drawn
    for first, second in zip(before, again, strict=True):
        [old], [new] = set(TOKENS.findall(first)), set(TOKENS.findall(second))  # of one page, all forms have one
        assert old != new
        assert kept.TOKEN not in second
    newest = Image.objects.latest("id").uuid
    stage.post(reverse("studio:ring", args=[newest]))
    assert all(f'id="ring-{newest}" aria-pressed="true"' in page for page in pages(stage))
    stage.cookies["tz"] = "Asia/Tokyo"
    pages(stage)
    assert "Asia/Tokyo" in {key[2] for key in kept._drawn}
