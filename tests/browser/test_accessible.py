"""No axe finding, no sideways scrolling, and the main job by keyboard alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, enter
from tests.browser_site import Site

axe = Axe()
SETTLED = """async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  const changing = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(changing.map((one) => one.finished));
}"""
THEMES = {1440: ("light", "dark"), 390: ("light",)}
WINDOWS = [(1440, 900), (720, 450), (390, 844), (320, 568)]  # 720 is 1440 at 200 %, 320 is 1280 at 400 %


def findings(page: Page) -> list[str]:
    """What axe finds, one line a rule, once colours have come to rest: however short, a change takes a frame."""
    page.wait_for_function("() => !document.getAnimations().some((one) => one instanceof CSSTransition)")
    return [
        f"{found['id']}: {found['help']} at {[node['target'] for node in found['nodes']]}"
        for found in axe.run(page).response["violations"]
    ]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
           [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth)
             .map((one) => one.outerHTML.slice(0, 90))"""
    )
    return found


@pytest.mark.parametrize("thoroughly", [False, pytest.param(True, marks=pytest.mark.long)])
def test_it_works(visit: Visit, site: Site, *, thoroughly: bool) -> None:
    """First page, table, library, picture, comparison, with frames of every kind, in both themes and four windows."""
    page = visit("about:blank")
    enter(page, site)
    page.emulate_media(color_scheme="light")
    _walk(page, "/studio/", thoroughly=thoroughly)
    page.get_by_label("Prompt").fill("A bowl of oranges " * 60)
    page.locator("#count").fill("8")
    page.get_by_label("Prompt").press("Control+Enter")
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.locator(".tile[data-state=running] img").first).to_be_visible()
    assert findings(page) == []
    expect(page.locator(".tile:is([data-state=done], [data-state=cancelled])")).to_have_count(8)
    page.get_by_label("Prompt").fill("")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator("#error-prompt")).to_be_visible()
    assert findings(page) == []
    first, second = [page.locator(".tile a.face").nth(nth).get_attribute("href") or "" for nth in (0, 1)]
    pair = f"/library/compare/?image={first.split('/')[2]}&image={second.split('/')[2]}"
    source = f"/studio/image/?source={first.split('/')[2]}"
    for address in ("/studio/", source, "/library/", first, pair.split("&")[0], f"{pair}&as=slider"):
        _walk(page, address, thoroughly=thoroughly)


def _walk(page: Page, address: str, *, thoroughly: bool = False) -> None:
    """No window scrolls sideways; axe reads the desk's in both themes and the phone's, or thoroughly each in both."""
    for width, height in reversed(WINDOWS):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(address)
        page.wait_for_load_state("load")
        assert too_wide(page) == [], (address, width)
        for theme in ("light", "dark") if thoroughly else THEMES.get(width, ()):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.evaluate(SETTLED)
            assert findings(page) == [], (address, width, theme)


def test_the_front_and_the_rooms_on_a_phone(visit: Visit, site: Site) -> None:
    page = visit("/")
    _walk(page, "/")
    enter(page, site)
    _walk(page, "/credits/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Library").click()
    expect(page).to_have_url(re.compile("/library/$"))
    for link in page.get_by_role("navigation", name="Main").get_by_role("link").all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 40
    banner = page.get_by_role("complementary", name="Sandbox").bounding_box()
    assert banner
    assert banner["height"] <= 41  # one line


def test_the_main_job_by_keyboard_alone(visit: Visit, site: Site) -> None:
    page = visit("about:blank")
    enter(page, site)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the pictures")).to_be_focused()
    _tab_to(page, "#prompt")
    page.keyboard.type("A bowl of oranges")
    _tab_to(page, "[name=shape]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=shape][value=portrait]")).to_be_checked()
    _tab_to(page, "#composer .primary")
    expect(page.locator("#make")).to_contain_text("16 credits")
    page.keyboard.press("Enter")
    expect(page.locator(".tile[data-state=done]")).to_have_count(4)
    _tab_to(page, ".tile a.face")
    expect(page.locator(".tile-tools").first).to_have_css("opacity", "1")
    _tab_to(page, ".frame-no")
    page.keyboard.press("Enter")
    expect(page.locator(".frame-no").first).to_have_attribute("aria-pressed", "true")


def _tab_to(page: Page, selector: str) -> None:
    """Goes on by the tabulator until something that fits has the focus."""
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by the keyboard")
