"""Comparing pictures with a real browser: by keys, by the mouse, by fingers on a phone, and without script."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, Visit, enter
from tests.browser.test_accessible import findings, too_wide
from tests.browser.test_library import made
from tests.browser_site import Site

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def known(chromium: Browser, site: Site) -> dict[str, Any]:
    """Who is signed in, and where two of three pictures are compared."""
    context = chromium.new_context(base_url=site.url, viewport=DESK)
    page = context.new_page()
    enter(page, site)
    made(page, 3)
    first, second = [page.locator(".tile a.face").nth(nth).get_attribute("href") or "" for nth in (0, 1)]
    address = f"/library/compare/?image={first.split('/')[2]}&image={second.split('/')[2]}&as=slider"
    state = context.storage_state()
    context.close()
    return {"address": address, "state": state}


def value(page: Page, name: str) -> str:
    """What of the pictures' common state is set now: --z, --x, --at, …"""
    found: str = page.locator("[data-panes]").evaluate("(one, name) => one.style.getPropertyValue(name)", name)
    return found


def side(page: Page, name: str) -> str:
    """Which picture lies at the left, or at the right."""
    return page.locator(f".pane[data-side={name}]").get_attribute("data-name") or ""


def test_a_picture_leads_to_the_choice_and_the_choice_to_the_pictures(visit: Visit, known: dict[str, Any]) -> None:
    page = visit("/library/", storage_state=known["state"])
    page.locator(".tile a.face").first.click()
    page.get_by_role("link", name="Compare").click()
    compare = page.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.get_by_role("checkbox").nth(1).check()
    expect(page.get_by_text("2 of 4 chosen")).to_be_visible()
    compare.click()
    expect(page.get_by_role("link", name="Slider")).to_have_attribute("aria-current", "true")
    expect(page.locator(".badge")).to_contain_text("of 11")


def test_everything_by_keys(visit: Visit, known: dict[str, Any]) -> None:
    page = visit(known["address"], storage_state=known["state"])
    first, second = side(page, "left"), side(page, "right")
    page.keyboard.press("ArrowLeft")
    assert value(page, "--at") == "48%"
    divider = page.get_by_role("slider", name=f"Divider: left of it {first}, right of it {second}")
    divider.focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "--at") == "49%"
    page.keyboard.press("s")
    assert (side(page, "left"), side(page, "right")) == (second, first)
    for name in ("Side by side", "Overlay"):
        page.keyboard.press("m")
        expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
    assert "as=overlay" in page.url
    page.locator("body").press("ArrowLeft")
    assert value(page, "--over") == "0.45"
    page.keyboard.press("z")
    boxes = [picture.bounding_box() for picture in page.locator(".pane img").all()]
    assert [round(box["width"]) for box in boxes if box] == [1024, 1024]
    before = value(page, "--x")
    page.keyboard.press("ArrowRight")
    assert value(page, "--x") != before
    page.keyboard.press("0")
    assert value(page, "--z") == "1"
    page.get_by_role("button", name="Move").press("Enter")
    loupe = page.locator("[data-loupe]").first
    at = loupe.evaluate("(one) => one.style.cssText")
    page.keyboard.press("ArrowDown")
    assert loupe.evaluate("(one) => one.style.cssText") != at
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Move")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    page.wait_for_url("**/library/*-*/")


@pytest.mark.long
def test_blinking_is_held_by_space_and_turned_by_it_where_motion_is_unwanted(
    visit: Visit, known: dict[str, Any]
) -> None:
    address = known["address"].replace("as=slider", "as=blink")
    page = visit(address, storage_state=known["state"])
    panes = page.locator("[data-panes]")
    for shown in ("right", "left"):
        expect(panes).to_have_attribute("data-shown", shown)
    page.keyboard.press("Space")
    held = panes.get_attribute("data-shown")
    page.wait_for_timeout(900)
    assert panes.get_attribute("data-shown") == held
    still = visit(address, storage_state=known["state"], reduced_motion="reduce")
    still.wait_for_timeout(900)
    expect(still.locator("[data-panes]")).to_have_attribute("data-shown", "left")
    still.keyboard.press("Space")
    expect(still.locator("[data-panes]")).to_have_attribute("data-shown", "right")


def test_keeping_one_rings_it_and_no_other(visit: Visit, known: dict[str, Any]) -> None:
    page = visit(known["address"], storage_state=known["state"])
    for key in ("1", "2"):
        name = page.locator(".pane").nth(int(key) - 1).get_attribute("data-name") or ""
        page.keyboard.press(key)
        expect(page.get_by_role("button", name=f"Keep {name}")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".pane .ringed")).to_have_text([name])
    assert "as=slider" in page.url


@pytest.mark.long
def test_the_mouse_divides_zooms_and_pans(visit: Visit, known: dict[str, Any]) -> None:
    page = visit(known["address"], storage_state=known["state"])
    box = page.locator("[data-side=left] .face").bounding_box()
    assert box
    x, y, width = box["x"], box["y"] + 200, box["width"]
    page.mouse.move(x + width * 0.7, y)
    page.mouse.down()
    page.mouse.move(x + width * 0.25, y, steps=4)
    page.mouse.up()
    assert value(page, "--at") == "25%"
    page.mouse.move(x + width * 0.6, y)
    page.mouse.wheel(0, -300)
    expect(page.locator("[data-panes]")).to_have_attribute("data-near", "")
    before = value(page, "--x")
    page.mouse.down()
    page.mouse.move(x + width * 0.5, y, steps=4)
    page.mouse.up()
    assert value(page, "--x") != before
    assert value(page, "--at") == "25%"


@pytest.mark.long
def test_three_let_choose_the_two(visit: Visit, known: dict[str, Any]) -> None:
    page = visit("/library/compare/", storage_state=known["state"])
    for nth in range(3):
        page.get_by_role("checkbox").nth(nth).check()
    page.get_by_role("button", name="Compare").click()
    first, second = side(page, "left"), side(page, "right")
    third = page.locator(".pane").nth(2).get_attribute("data-name") or ""
    right = page.get_by_role("group", name="Right")
    right.get_by_role("radio", name=third).check()
    assert (side(page, "left"), side(page, "right")) == (first, third)
    right.get_by_role("radio", name=first).check()
    assert (side(page, "left"), side(page, "right")) == (third, first)
    page.get_by_role("link", name="Side by side").click()
    for name in (first, second, third):
        expect(page.locator(f'.pane[data-name="{name}"] img')).to_be_visible()
    assert findings(page) == []


@pytest.mark.long
def test_fingers_on_a_phone(visit: Visit, known: dict[str, Any]) -> None:
    page = visit(known["address"], storage_state=known["state"], **PHONE)
    assert too_wide(page) == []
    assert findings(page) == []
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (200, 400))
    for x in range(200, 115, -12):
        touch("touchMove", (x, 400))
    touch("touchEnd")
    assert int(value(page, "--at")[:-1]) == pytest.approx(30, abs=2)
    at = value(page, "--at")
    touch("touchStart", (150, 400))
    touch("touchStart", (150, 400), (200, 400))
    for apart in range(10, 60, 10):
        touch("touchMove", (150 - apart, 400), (200 + apart, 400))
    touch("touchEnd")
    assert float(value(page, "--z")) > 1.5
    assert value(page, "--at") == at
    page.get_by_role("button", name="Swap").click()
    page.get_by_role("link", name="Overlay").click()
    assert too_wide(page) == []
    assert findings(page) == []


def test_without_script_they_lie_side_by_side_and_one_is_kept(visit: Visit, known: dict[str, Any]) -> None:
    page = visit("/library/compare/", storage_state=known["state"], java_script_enabled=False)
    for nth in (0, 2):
        page.get_by_role("checkbox").nth(nth).check()
    page.get_by_role("button", name="Compare").click()
    left, right = [picture.bounding_box() for picture in page.locator(".pane img").all()]
    assert left
    assert right
    assert left["x"] + left["width"] < right["x"]
    page.get_by_role("link", name="Overlay").click()
    keep = page.locator("[data-keep]").first
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    assert "as=overlay" in page.url
