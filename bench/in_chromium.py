"""Presses of Generate in a real browser, timed by the page's own clock."""

from typing import Final

from playwright.sync_api import Page, sync_playwright

from bench.visitors import Visitor
from tests.browser_site import chromium

NOTE: Final = (
    "headless, on the same cores: from the click to the tile in the document; its drawing takes its share of CPU"
)
PATIENCE_MS: Final = 60_000
# Resolves once the frame that the press makes is in the page as done.
PRESS: Final = """() => new Promise((resolve) => {
  const before = new Set([...document.querySelectorAll('.tile[data-frame]')].map((tile) => tile.dataset.frame));
  const began = performance.now();
  const look = () => {
    const fresh = [...document.querySelectorAll('.tile[data-frame][data-state="done"]')];
    if (!fresh.some((tile) => !before.has(tile.dataset.frame))) return;
    observer.disconnect();
    resolve(performance.now() - began);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  document.querySelector('#composer .primary').click();
})"""


def presses(person: Visitor, *, rounds: int, each: int) -> list[list[float]]:
    """The seconds of each press, by round. The first press warms the page and does not count."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = browser.new_context(base_url=person.url, viewport={"width": 1440, "height": 900})
        name, _, value = person.cookies.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": person.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/studio/")
        page.locator("textarea[name=prompt]").fill("A stoneware cup on a sunlit breakfast table")
        _press(page)
        found = [[_press(page) for _ in range(each)] for _ in range(rounds)]
        browser.close()
    return found


def _press(page: Page) -> float:
    seconds: float = page.evaluate(PRESS) / 1000
    page.wait_for_timeout(700)  # copies, the balance and the run's head have followed
    return seconds
