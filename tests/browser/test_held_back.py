"""Presses that are refused for a while, on the open page: told beside what has to change, and no longer than that."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, enter
from tests.browser.test_composer import choose
from tests.browser.test_table import make
from tests.browser_site import Site

DOWN = (
    "INSERT INTO studio_breaker (model_id, failures, failing_since, down_since, pauses, probe_at) "
    "SELECT min(id), 5, now(), now(), 1, now() + interval '1 hour' FROM studio_imagemodel"
)


INSIDE = """async (face) => {
  await new Promise(requestAnimationFrame);
  const edge = face.getBoundingClientRect();
  return [...face.querySelectorAll("b, p, a")].map((part) => part.getBoundingClientRect())
    .every((part) => part.height && part.top >= edge.top && part.bottom <= edge.bottom);
}"""


@pytest.fixture
def page(visit: Visit, site: Site) -> Page:
    page = visit("about:blank")
    enter(page, site)
    return page


def test_a_model_that_does_not_answer(page: Page, site: Site) -> None:
    words = "2.6 Flare is not answering at the moment. Choose another one, such as 2.5 Flare"
    site.rows(DOWN)
    try:
        choose(page, "High")
        error = page.locator("#error-model")
        expect(error).to_contain_text(words)
        expect(page.locator("label", has_text="2.6 Flare").first).to_contain_text("is not answering")
        make(page, 1, "Kept words")
        expect(error).to_contain_text("Nothing was charged.")
        expect(page.get_by_label("Prompt")).to_have_value("Kept words")
        choose(page, "2.6 Sunburst")
        expect(error).to_be_hidden()
        page.reload()
        expect(page.locator(".option", has_text="2.6 Sunburst").locator("input")).to_be_checked()
        expect(page.get_by_text("was chosen instead")).to_have_count(0)  # somebody has chosen since
    finally:
        site.rows("DELETE FROM studio_breaker")
    choose(page, "2.6 Flare")
    expect(page.locator("label", has_text="2.6 Flare").first).not_to_contain_text("is not answering")
    expect(page.locator("#error-model")).to_be_hidden()


@pytest.mark.long
def test_a_reload_chooses_no_model_that_does_not_answer(page: Page, site: Site) -> None:
    choose(page, "2.6 Sunburst")
    choose(page, "2.6 Flare")
    page.get_by_label("Prompt").fill("Kept words")
    site.rows(DOWN)
    try:
        page.reload()
        told = "2.6 Flare was not answering, and 2.5 Flare was chosen instead."
        expect(page.locator("[data-instead]:visible")).to_have_text(told)
        chosen = page.locator(".option", has_text="2.5 Flare").locator("input")
        expect(chosen).to_be_checked()
        expect(chosen).to_have_attribute("autocomplete", "off")  # nor does the browser's memory choose
        expect(page.locator("#quote")).to_contain_text("4 × 2.5 Flare")
        expect(page.locator("#error-model")).to_be_hidden()
        expect(page.get_by_label("Prompt")).to_have_value("Kept words")
    finally:
        site.rows("DELETE FROM studio_breaker")


@pytest.mark.long
def test_on_a_phone_another_model_is_told_beside_the_button(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Prompt").fill("Kept words")
    told = page.locator("[data-instead]:visible")
    site.rows(DOWN)
    try:
        page.reload()
        expect(told).to_have_text("2.6 Flare was not answering, and 2.5 Flare was chosen instead.")
        page.get_by_role("link", name="Settings").click()
        expect(told).to_have_count(1)
        page.get_by_role("link", name="Done").click()
        expect(told).to_have_count(1)
        page.locator("#composer .primary").click()
        page.wait_for_url("**/studio/")
        expect(page.locator(".run")).to_have_count(1)
        expect(told).to_have_count(0)
    finally:
        site.rows("DELETE FROM studio_breaker")


def test_why_a_frame_was_refused_can_be_read_on_a_phone(page: Page) -> None:
    make(page, 1, "A mass shooting")
    face = page.locator("#run-1 .tile[data-state=failed] .face")
    for width in (390, 360, 320):
        page.set_viewport_size({"width": width, "height": 780})
        expect(face.locator("p").first).to_be_visible()
        assert face.evaluate(INSIDE)


@pytest.mark.long
def test_a_day_of_refused_words(page: Page, site: Site) -> None:
    button = page.locator(".run-bar .primary")
    choose(page, "Draft")
    for run in (1, 2):
        make(page, 10, "A mass shooting")
        expect(page.locator(f"#run-{run} .tile[data-state=failed]")).to_have_count(10)
        expect(page.locator("#quote")).to_have_attribute("data-balance", "40")  # what is left after follows refunds
        if run == 1:
            expect(button).to_be_enabled()
    page.get_by_label("Prompt").fill("A bowl of oranges")  # told and held before anybody presses
    told = page.locator("#error-run")
    expect(told).to_contain_text(re.compile(r"has refused 20 of your frames .* from \d\d:\d\d on \d+ \w+; nothing is"))
    expect(button).to_be_disabled()
    expect(page.locator("header .credits b")).to_have_text("40")
    page.reload()
    expect(told).to_be_visible()
    expect(button).to_be_disabled()
    site.rows("UPDATE studio_generation SET ended_at = now() - interval '25 hours' WHERE error_code = 'blocked'")
    choose(page, "Medium")
    expect(button).to_be_enabled()
    expect(told).to_be_hidden()
    expect(page.get_by_label("Prompt")).to_have_value("A bowl of oranges")
