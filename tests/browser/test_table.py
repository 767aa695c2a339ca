"""The lit table: frames that wait, arrive, fail, are cancelled, ringed, deleted and asked for again."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit, enter
from tests.browser_site import LATENCY_S, Site
from tests.listening import behave

PROMPT = "A bowl of oranges on a kitchen table"


@pytest.fixture
def page(visit: Visit, site: Site) -> Page:
    page = visit("about:blank")
    enter(page, site)
    return page


def make(page: Page, count: int, words: str = PROMPT) -> None:
    """Asks for so many frames."""
    page.get_by_label("Prompt").fill(words)
    page.locator("#count").fill(str(count))
    page.get_by_label("Prompt").press("Control+Enter")


def credits(page: Page, count: int) -> None:
    """Expects the balance in the header."""
    expect(page.locator("header .credits b")).to_have_text(str(count))


def test_it_works(page: Page) -> None:
    """Places in the line, previews, pictures; the lamp, the number being made and the balance follow."""
    make(page, 6)
    expect(page.locator("[data-making-count]")).to_have_text("6")
    expect(page.locator(".tile[data-state=queued]").first).to_contain_text(re.compile("Next in line|in line"))
    expect(page.locator(".tile[data-state=running] img[data-develops]").first).to_be_visible()
    expect(page.locator(".tile[data-state=running] [data-spent]").first).to_have_text(
        re.compile(r"\d of about \d+ s|\d s, longer")
    )
    expect(page.locator("#favicon")).to_have_attribute("href", re.compile("favicon-lit"))
    expect(page.locator(".tile[data-state=done]")).to_have_count(6)
    expect(page.locator("#said")).to_have_text("Run 1 has ended: 6 of 6 frames are ready.")
    expect(page.locator("[data-making]")).to_be_hidden()
    expect(page.locator(".history li")).to_have_count(6)
    expect(page.get_by_role("link", name="Use again")).to_be_visible()
    credits(page, 16)


def test_a_waiting_run_is_cancelled_and_its_credits_are_back(page: Page) -> None:
    make(page, 8)
    page.get_by_role("button", name=re.compile(r"Cancel \d frames?")).click()
    expect(page.locator(".tile[data-state=cancelled]").first).to_contain_text("4 credits are back.")
    expect(page.locator(".run-head")).to_contain_text(re.compile(r"32 credits, \d+ back"))
    expect(page.locator(".tile:is([data-state=done], [data-state=cancelled])")).to_have_count(8)
    kept = page.locator(".tile[data-state=done]").count()
    credits(page, 40 - 4 * kept)
    page.locator(".tile[data-state=cancelled]").first.get_by_role("button", name="Make it").click()
    expect(page.locator(".run")).to_have_count(2)
    credits(page, 36 - 4 * kept)


def test_a_refused_prompt_is_told_with_the_way_on(page: Page) -> None:
    make(page, 1, "A mass shooting")
    tile = page.locator(".tile[data-state=failed]")
    expect(tile).to_contain_text("Not allowed")
    expect(tile).to_contain_text("4 credits are back.")
    credits(page, 40)
    page.get_by_label("Prompt").fill("")
    tile.get_by_role("link", name="Edit words").click()
    expect(page.get_by_label("Prompt")).to_have_value("A mass shooting")
    expect(page.get_by_label("Prompt")).to_be_focused()


def test_a_failed_frame_is_asked_for_again_at_the_price_on_its_button(page: Page, site: Site) -> None:
    site.rows("UPDATE studio_imagemodel SET api_name = 'gone' WHERE id = (SELECT min(id) FROM studio_imagemodel)")
    try:
        make(page, 1)
        expect(page.locator(".tile[data-state=failed]")).to_contain_text("Not made")
        credits(page, 40)
    finally:
        site.rows(
            "UPDATE studio_imagemodel SET api_name = 'gpt-image-2.6-flare', stopped_reason = '' "
            "WHERE id = (SELECT min(id) FROM studio_imagemodel)"
        )
    expect(page.get_by_role("button", name=re.compile("Try again"))).to_be_hidden()  # while the model is stopped
    page.reload()
    page.get_by_role("button", name=re.compile("Try again")).click()
    expect(page.locator(".run")).to_have_count(2)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    credits(page, 36)
    page.get_by_role("button", name=re.compile("Try again")).click()  # once more: it is the same run
    expect(page.locator(".run").first).to_have_id("run-2")
    expect(page.locator(".run")).to_have_count(2)
    credits(page, 36)


def test_a_picture_is_ringed_and_deleted_and_brought_back(page: Page) -> None:
    make(page, 2)
    expect(page.locator(".tile[data-state=done]")).to_have_count(2)
    number = page.get_by_role("button", name="Ring 1-1")
    expect(number).to_have_attribute("aria-pressed", "false")
    number.click()
    expect(number).to_have_attribute("aria-pressed", "true")
    expect(number).to_be_focused()
    tile = page.locator(".tile").first
    tile.hover()
    tile.get_by_role("button", name="Delete 1-1").click()
    expect(page.get_by_text("1-1 is deleted.")).to_be_visible()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(page.locator(".tile[data-state=done]")).to_have_count(2)
    expect(page.get_by_role("button", name="Ring 1-1")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator(".tile[data-state=done]")).to_have_count(2)


def test_without_the_stream_the_page_polls(page: Page) -> None:
    page.context.route("**/live/", lambda route: route.abort())
    page.reload()
    make(page, 2)
    expect(page.locator(".tile[data-state=done]")).to_have_count(2)
    credits(page, 32)
    expect(page.locator(".mark")).to_have_attribute("data-lit", "false")


@pytest.mark.long
def test_a_lost_connection_loses_nothing(page: Page) -> None:
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    make(page, 2, "Layer cake with raspberries")
    expect(page.locator("#run-2 .tile")).to_have_count(2)
    page.context.set_offline(True)
    expect(
        page.get_by_text("No connection. The frames on the table are still being made; this page will catch up.")
    ).to_be_visible()
    page.wait_for_timeout(2500)
    page.context.set_offline(False)
    expect(page.locator("#run-2 .tile[data-state=done]")).to_have_count(2)
    credits(page, 28)


@pytest.mark.long
def test_eight_tabs_hold_one_stream(page: Page) -> None:
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    opened: list[str] = []
    page.context.on("request", lambda request: opened.append(request.url) if request.url.endswith("/live/") else None)
    tabs = [page.context.new_page() for _tab in range(7)]
    for tab in tabs:
        tab.goto("/studio/")
    make(page, 1, "Layer cake with raspberries")
    for tab in (tabs[0], tabs[-1]):
        expect(tab.locator("#run-2 .tile[data-state=done]")).to_have_count(1)
        expect(tab.locator("header .credits b")).to_have_text("32")
    assert opened == []  # the first page holds it
    page.close()
    make(tabs[0], 1, "A wrist watch")
    expect(tabs[-1].locator("#run-3 .tile[data-state=done]")).to_have_count(1)
    assert opened  # another tab has taken over


@pytest.mark.long
def test_a_doubled_press_is_one_run(page: Page) -> None:
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    sent: list[str] = []

    def twice(route: Route) -> None:
        if not sent:
            sent.append(route.request.post_data or "")
            page.context.request.post(
                "/studio/runs/", data=route.request.post_data_buffer, headers=route.request.all_headers()
            )
        route.continue_()

    page.route("**/studio/runs/", twice)
    make(page, 1, "Layer cake with raspberries")
    expect(page.locator("#run-2 .tile[data-state=done]")).to_have_count(1)
    page.reload()
    expect(page.locator(".run")).to_have_count(2)
    credits(page, 32)


def test_on_a_phone_words_stand_whole_and_nothing_lies_over_the_button(page: Page, site: Site) -> None:
    behave(site.environment["OPENAI_BASE_URL"], latency_s=6)  # long enough to be looked at
    make(page, 4, "A stoneware cup on a sunlit breakfast table, linen cloth, soft morning side light, a jug of milk")
    page.set_viewport_size({"width": 390, "height": 844})
    state = page.locator(".tile[data-state=running] .state").first
    expect(state).to_have_text("Taking shape")
    expect(page.locator("[data-spent]").first).to_have_attribute("data-short", re.compile(r"[1-9]\d* s"))
    assert state.evaluate("(word) => word.scrollWidth <= word.clientWidth")
    behave(site.environment["OPENAI_BASE_URL"], latency_s=float(LATENCY_S))
    page.evaluate("document.activeElement.blur()")
    box = page.locator("#prompt")
    lines = "(box) => (box.clientHeight - parseFloat(getComputedStyle(box).paddingTop)) / 21"
    assert box.evaluate(lines) == 2
    page.context.set_offline(True)
    toast = page.locator(".toast").bounding_box()
    button = page.locator("#composer .primary").bounding_box()
    assert toast and button and toast["y"] + toast["height"] < button["y"]
