"""The composer: its price follows each change, what a model lacks is closed, and what is wrong is said where it is."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit, enter
from tests.browser_site import Site


@pytest.fixture
def page(visit: Visit, site: Site) -> Page:
    page = visit("about:blank")
    enter(page, site)
    return page


def choose(page: Page, words: str) -> None:
    """Presses the choice that says so."""
    page.locator("#composer label:has(input[type=radio])", has_text=words).first.click()


def test_it_works(page: Page) -> None:
    make = page.locator("#make")
    expect(make).to_have_text(re.compile(r"Make 4 frames\s+16 credits"))
    choose(page, "High")
    expect(make).to_contain_text("24 credits")
    page.get_by_role("button", name="One fewer").click()
    expect(make).to_have_text(re.compile(r"Make 3 frames\s+18 credits"))
    choose(page, "Banner")
    page.locator("#scale").select_option("large")
    expect(page.locator("#quote")).to_contain_text("3 × 2.6 Flare, high, 2912 × 1248")
    expect(page.locator("#quote")).to_contain_text("16 left after")
    expect(page.locator("#scale").locator("option").nth(2)).to_contain_text("Largest, ")


def test_a_model_without_a_quality_closes_it_and_takes_the_nearest(page: Page) -> None:
    choose(page, "Max")
    page.get_by_text("4 more models").click()
    choose(page, "GPT Image 2")
    expect(page.locator("#quality-max")).to_be_disabled()
    expect(page.locator("#quality-high")).to_be_checked()
    expect(page.locator("#quote")).to_contain_text("GPT Image 2, high")
    choose(page, "2.6 Flare")
    expect(page.locator("#quality-max")).to_be_enabled()


def test_a_size_of_ones_own_is_judged_while_it_is_typed(page: Page) -> None:
    expect(page.locator("#width")).to_be_hidden()
    page.locator("#scale").select_option("own")
    page.locator("#width").fill("1000")
    expect(page.get_by_text("Width and height have to be multiples of 16.")).to_be_visible()
    page.locator("#width").fill("1600")
    expect(page.locator("#error-width")).to_be_hidden()
    expect(page.locator("#quote")).to_contain_text("1600 × 1024")
    expect(page.locator("#width")).not_to_have_attribute("aria-invalid", "true")


def test_compression_is_asked_for_where_there_is_any(page: Page) -> None:
    page.locator("summary", has_text="Advanced").click()
    expect(page.get_by_label("Compression")).to_be_hidden()
    page.get_by_label("Format").select_option("webp")
    expect(page.get_by_label("Compression")).to_be_visible()
    page.get_by_label("Format").select_option("jpeg")
    page.get_by_label("Background").select_option("transparent")
    expect(page.get_by_text("JPEG has no transparency.")).to_be_visible()
    expect(page.get_by_label("Background")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#advanced-said")).to_have_text("JPEG, transparent, previews on")


def test_too_few_credits_are_told_before_and_after_the_press(page: Page) -> None:
    page.get_by_label("Prompt").fill("A cup")
    page.locator("#count").fill("10")
    choose(page, "2.6 Sunburst")
    expect(page.locator("#quote")).to_contain_text("40 here, 50 credits missing")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator("#error-count")).to_contain_text("This takes 90 credits and you have 40: 50 are missing.")
    expect(page.locator("#error-count")).to_contain_text("Make 4 frames.")
    expect(page.get_by_label("Prompt")).to_have_value("A cup")


def test_a_press_waits_for_the_price_that_it_agrees_to(page: Page) -> None:
    page.get_by_label("Prompt").fill("A cup")
    for _press in range(3):
        page.get_by_role("button", name="One fewer").click()
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator(".run .tile")).to_have_count(1)
    expect(page.locator("header .credits b")).to_have_text("36")


def test_an_error_on_the_open_table_keeps_the_table(page: Page) -> None:
    page.get_by_role("button", name="A snowy cabin").click()
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    expect(page.get_by_label("Prompt")).to_have_value("A snowy cabin at dusk, light in the windows")
    page.get_by_label("Prompt").fill(" ")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.get_by_text("Say what you want to see.")).to_be_visible()
    expect(page.get_by_label("Prompt")).to_be_focused()
    expect(page.locator(".run")).to_have_count(1)
    page.get_by_label("Prompt").press_sequentially("A cup")
    expect(page.get_by_text("Say what you want to see.")).to_be_hidden()
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator(".run")).to_have_count(2)


def test_a_price_that_changed_is_shown_and_not_charged(page: Page, site: Site) -> None:
    page.get_by_role("button", name="A snowy cabin").click()
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    site.rows(
        "INSERT INTO studio_price (model_id, mode, quality, band, credits, reference_credits, preview_credits, "
        "output_tokens, valid_from) SELECT model_id, mode, quality, band, credits + 1, 0, 0, output_tokens, now() "
        "FROM studio_price WHERE quality = 'medium' AND band = 's' "
        "AND model_id = (SELECT min(id) FROM studio_imagemodel)"
    )
    try:
        page.get_by_label("Prompt").press("Control+Enter")
        expect(page.locator("#error-run")).to_contain_text("it is 5 credits and not what the button said")
        expect(page.locator("header .credits b")).to_have_text("36")
        expect(page.locator("#make")).to_contain_text("5 credits")
        page.get_by_label("Prompt").press("Control+Enter")
        expect(page.locator(".run")).to_have_count(2)
        expect(page.locator("header .credits b")).to_have_text("31")
    finally:
        site.rows("DELETE FROM studio_price WHERE id = (SELECT max(id) FROM studio_price)")


def test_without_script_a_press_shows_the_price_of_new_settings_before_it_takes_it(visit: Visit, site: Site) -> None:
    page = visit("about:blank", java_script_enabled=False)
    enter(page, site)
    page.get_by_label("Prompt").fill("A cup")
    choose(page, "High")
    page.locator("#count").fill("3")
    page.locator("#composer .primary").click()
    expect(page.locator("#error-run")).to_contain_text("it is 18 credits and not what the button said")
    expect(page.locator("#make")).to_have_text(re.compile(r"Make 3 frames\s+18 credits"))
    expect(page.get_by_label("Prompt")).to_have_value("A cup")
    expect(page.locator("header .credits b")).to_have_text("40")
    page.locator("#composer .primary").click()
    expect(page).to_have_url(re.compile("#run-1$"))
    expect(page.locator("header .credits b")).to_have_text("22")


def test_what_was_typed_outlives_a_look_at_the_library(page: Page) -> None:
    page.get_by_role("button", name="A snowy cabin").click()
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    page.get_by_label("Prompt").fill("A long brief that nobody wants to write twice")
    choose(page, "High")
    page.get_by_role("button", name="One more").click()
    page.goto("/library/")
    page.goto("/studio/")
    expect(page.get_by_label("Prompt")).to_have_value("A long brief that nobody wants to write twice")
    expect(page.locator("#make")).to_have_text(re.compile(r"Make 2 frames\s+12 credits"))
    page.reload()
    expect(page.get_by_label("Prompt")).to_have_value("A long brief that nobody wants to write twice")
    page.goto("/studio/?run=" + (page.locator(".run").get_attribute("data-run") or ""))
    expect(page.get_by_label("Prompt")).to_have_value("A snowy cabin at dusk, light in the windows")
    page.get_by_label("Prompt").fill("The cabin again, and a long brief about it")
    page.reload()
    expect(page.get_by_label("Prompt")).to_have_value("The cabin again, and a long brief about it")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator(".run")).to_have_count(2)


def test_a_key_that_is_held_is_one_press(page: Page) -> None:
    page.get_by_label("Prompt").fill("A cup")
    page.get_by_label("Prompt").focus()
    page.keyboard.down("Control")
    for _repeat in range(4):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.keyboard.up("Control")
    expect(page.locator(".run .tile[data-state=done]")).to_have_count(4)
    page.reload()
    expect(page.locator(".run")).to_have_count(1)
    expect(page.locator("header .credits b")).to_have_text("24")


def test_a_press_that_is_told_to_wait_keeps_everything(page: Page) -> None:
    """The server's refusal of a press, as it comes with too many of them: same page, other number."""

    def too_often(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, status=429, headers={**answer.headers, "Retry-After": "30"})

    page.route("**/studio/runs/", too_often)
    page.locator("#prompt").fill(" ")
    page.locator("#make").click()
    expect(page.locator("#error-prompt")).to_be_visible()
    expect(page.locator("#prompt")).to_have_value(" ")
    expect(page.locator("#composer .primary")).to_have_attribute("aria-busy", "false")
