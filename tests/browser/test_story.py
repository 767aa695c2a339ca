"""The main job as a newcomer lives it, in a real browser against the real processes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, join
from tests.browser_site import Site


def balance(page: Page) -> int:
    """What the header says."""
    return int(re.sub(r"\D", "", page.locator("header .credits b").inner_text()))


def test_the_whole_story(visit: Visit, site: Site, tmp_path: Path) -> None:
    page = visit("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    join(page, site, "kiln@example.com")
    assert balance(page) == 40
    expect(page.get_by_text("Sandbox.")).to_be_visible()

    page.get_by_label("Prompt").fill("A stoneware cup on a breakfast table, soft morning light")
    button = page.locator("#composer .primary")
    expect(button).to_contain_text("16 credits")
    page.locator("input[name=shape][value=portrait]").check()
    page.locator(".segmented label", has_text="High").click()
    expect(button).to_contain_text("24 credits")
    page.get_by_role("button", name="One fewer").click(click_count=2)
    expect(button).to_contain_text("12 credits")
    expect(page.locator("#quote")).to_contain_text("28 left after")
    button.click()

    tiles = page.locator(".tile")
    expect(tiles).to_have_count(2)
    expect(page.locator(".tile[data-state=running] img").first).to_be_visible()
    expect(page.locator(".tile[data-state=done]")).to_have_count(2, timeout=20_000)
    assert balance(page) == 28
    expect(page.locator(".mark")).to_have_attribute("data-lit", "false")

    page.get_by_label("Prompt").fill("The same, at dusk")
    button.click()
    expect(page.locator("article.run")).to_have_count(2)
    expect(page.locator(".tile[data-state=done]")).to_have_count(4, timeout=20_000)
    page.reload()
    expect(page.locator(".tile[data-state=done]")).to_have_count(4)

    page.get_by_role("link", name="Library").first.click()
    expect(page.locator(".tile")).to_have_count(4)
    page.locator(".tile a.face").last.click()
    expect(page.get_by_text("A stoneware cup on a breakfast table").first).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").first.click()
    assert re.fullmatch(r"gptimage-1-[12].png", saved.value.suggested_filename)
    saved.value.save_as(tmp_path / "picture.png")
    stored = (tmp_path / "picture.png").read_bytes()
    assert stored[:4] == b"\x89PNG"
    assert site.rows("SELECT 1 FROM studio_image WHERE size_bytes = %s", len(stored))

    page.goto("/credits/")
    expect(page.locator("tbody").last).to_contain_text("A stoneware cup on a breakfast table")
    expect(page.locator("tbody").last).to_contain_text("Welcome credits")
    assert balance(page) == 16


def test_the_same_without_javascript(visit: Visit, site: Site) -> None:
    page = visit("/accounts/login/", java_script_enabled=False)
    join(page, site, "plain@example.com")
    page.get_by_label("Prompt").fill("")
    page.locator("#composer .primary").click()
    expect(page.get_by_text("Say what you want to see.")).to_be_visible()
    page.get_by_label("Prompt").fill("A hardcover book on a blue ground")
    page.locator("input[name=count]").fill("1")
    page.locator("#composer .primary").click()
    expect(page.get_by_text("Press again to make it for 4.")).to_be_visible()  # the button said what four cost
    page.locator("#composer .primary").click()
    expect(page).to_have_url(re.compile("#run-1$"))
    expect(page.locator(".tile[data-state=done]")).to_have_count(1, timeout=25_000)
    assert balance(page) == 36
    page.get_by_role("link", name="Library").first.click()
    page.locator(".tile a.face").first.click()
    page.locator("summary", has_text="More").click()
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_text("1-1 is deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("A hardcover book on a blue ground").first).to_be_visible()


@pytest.mark.long
def test_a_second_tab_sees_it_arrive_over_one_stream(visit: Visit, site: Site) -> None:
    page = visit("/accounts/login/")
    join(page, site, "tabs@example.com")
    other = page.context.new_page()
    other.goto("/studio/")
    page.get_by_label("Prompt").fill("Layer cake with raspberries")
    page.locator("input[name=count]").fill("1")
    page.locator("#composer .primary").click()
    expect(page.locator(".tile[data-state=done]")).to_have_count(1, timeout=20_000)
    other.bring_to_front()
    expect(other.locator(".tile[data-state=done]")).to_have_count(1, timeout=20_000)
    expect(other.locator("header .credits b")).to_have_text("36")


def test_bad_input_is_said_beside_the_field_and_keeps_the_words(visit: Visit, site: Site) -> None:
    page = visit("/accounts/login/")
    join(page, site, "wrong@example.com")
    page.get_by_label("Prompt").fill("A cup")
    page.locator("input[name=count]").fill("11")
    page.evaluate("() => { document.querySelector('#composer').noValidate = true }")
    with page.expect_response("**/studio/runs/") as refused:
        page.locator("#composer .primary").click()
        page.get_by_label("Prompt").fill("A cup with a blue rim")
    assert refused.value.status == 422
    expect(page.get_by_text("Write a whole number from 1 to 10.")).to_be_visible()
    expect(page.get_by_label("Prompt")).to_have_value("A cup with a blue rim")  # nor what was typed meanwhile
    page.locator("input[name=count]").fill("1")
    page.locator("#composer .primary").click()
    expect(page.locator(".tile[data-state=done]")).to_have_count(1, timeout=20_000)
    assert balance(page) == 36
