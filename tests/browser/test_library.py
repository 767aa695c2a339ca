"""The library and a picture's page: days, older pictures, rings, the way back from deleting, keys, one to one."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, enter
from tests.browser.test_edits import CUP
from tests.browser_site import Site

# Ninety pictures on three days, as rows that share the objects of one picture.
MANY = """
from datetime import timedelta
import uuid
from django.utils import timezone
from studio.models import Generation, Image, Run
def again(row, **changes):
    same = {{field.name: getattr(row, field.name) for field in row._meta.fields if field.name != "id"}}
    return type(row).objects.create(**{{**same, "uuid": uuid.uuid4(), **changes}})
first = Image.objects.get(owner__email={email!r})
made = first.generation
for number in range(2, 92):
    frame = again(made, run=again(made.run, number=number, key=uuid.uuid4()))
    image = again(first, generation=frame, object_key=f"{{first.object_key}}{{number}}")
    Image.objects.filter(pk=image.pk).update(created_at=timezone.now() - timedelta(days=2 - (number - 2) // 30))
Image.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=2))
"""


def made(page: Page, count: int) -> None:
    """Makes so many pictures and goes to the library."""
    page.get_by_label("Prompt").fill("A bowl of oranges")
    page.locator("#count").fill(str(count))
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator(".tile[data-state=done]")).to_have_count(count)
    page.goto("/library/")


def test_it_works(visit: Visit, site: Site) -> None:
    page = visit("about:blank")
    enter(page, site)
    page.goto("/library/")
    expect(page.get_by_text("The table is clear")).to_be_visible()
    page.get_by_role("link", name="Make the first frame").click()
    made(page, 3)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(page.get_by_role("link", name="All pictures 3")).to_be_visible()
    page.get_by_role("button", name="Ring 1-2").click()
    expect(page.get_by_role("button", name="Ring 1-2")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Ringed").click()
    expect(page.locator(".strips .tile")).to_have_count(1)
    page.get_by_role("link", name="All pictures").click()
    tile = page.locator(".tile", has=page.get_by_role("button", name="Ring 1-3"))
    tile.hover()
    tile.get_by_role("button", name="Delete 1-3").click()
    expect(page.get_by_text("1-3 is deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".tile[data-state=done]")).to_have_count(3)


@pytest.fixture
def many(visit: Visit, site: Site) -> Page:
    """The library of somebody who has ninety-one."""
    page = visit("about:blank")
    email = enter(page, site)
    made(page, 1)
    site.python("manage.py", "shell", "-v", "0", "-c", MANY.format(email=email))
    page.reload()
    return page


@pytest.mark.long
def test_older_pictures_come_with_the_scrolling_and_days_are_not_torn(many: Page) -> None:
    expect(many.locator(".strips .tile")).to_have_count(40)
    for _page in range(3):
        many.mouse.wheel(0, 20_000)
        many.wait_for_timeout(400)
    expect(many.locator(".strips .tile")).to_have_count(91)
    expect(many.locator("h2.day")).to_have_count(3)
    expect(many.locator(".strips")).to_have_count(3)
    expect(many.get_by_role("link", name="Older")).to_have_count(0)


@pytest.mark.long
def test_older_pictures_are_a_link_without_script(many: Page, visit: Visit) -> None:
    page = visit("/library/", storage_state=many.context.storage_state(), java_script_enabled=False)
    seen = set()
    for count in (40, 40, 11):
        expect(page.locator(".strips .tile")).to_have_count(count)
        seen.update(page.locator(".frame-no").all_inner_texts())
        if count == 40:
            page.get_by_role("link", name="Older").click()
    assert len(seen) == 91


@pytest.mark.long
def test_a_long_name_of_a_file_is_cut_and_not_the_page(visit: Visit, site: Site) -> None:
    page = visit("about:blank", viewport={"width": 390, "height": 844})
    enter(page, site)
    name = "a-photograph-with-a-name-of-a-hundred-letters-" + "x" * 50 + ".png"
    file = {"name": name, "mimeType": "image/webp", "buffer": CUP.read_bytes()}
    page.set_input_files("input[name=picture_files]", file)
    expect(page.locator("[data-piece]")).to_have_attribute("data-state", "ready")
    page.goto("/library/?show=brought")
    expect(page.locator(".strips .tile")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("navigation", name="Main").get_by_text("Library")).to_have_attribute("aria-current", "page")
    page.locator(".tile a.face").click()
    expect(page.get_by_role("navigation", name="Main").get_by_text("Library")).to_have_attribute("aria-current", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_picture_page_turns_rings_and_zooms_by_keys(visit: Visit, site: Site) -> None:
    page = visit("about:blank")
    enter(page, site)
    made(page, 2)
    page.locator(".tile a.face").first.click()
    page.wait_for_url("**/library/*/")
    first = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda address: address != first)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(first)
    page.keyboard.press(".")
    expect(page.locator(".view-head .frame-no")).to_have_attribute("aria-pressed", "true")
    picture = page.locator("[data-stage] img[data-picture]")
    small = picture.bounding_box()
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="1:1")).to_have_attribute("aria-pressed", "true")
    large = picture.bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] == 1024 > small["width"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="1:1")).to_have_attribute("aria-pressed", "false")


@pytest.mark.long
def test_deleting_on_a_picture_page_offers_the_way_back(visit: Visit, site: Site) -> None:
    page = visit("about:blank")
    enter(page, site)
    made(page, 1)
    page.locator(".tile a.face").click()
    expect(page.locator(".receipt")).to_contain_text("−4")
    page.locator("summary", has_text="More").click()
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/library/")
    expect(page.locator(".strips .tile")).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#words")).to_have_text("A bowl of oranges")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Use these settings").click()
    expect(page.get_by_label("Prompt")).to_have_value("A bowl of oranges")
    expect(page.locator("#count")).to_have_value("1")
