"""A press that comes to nothing: told once, where it was pressed, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, join
from tests.browser.test_composer import choose
from tests.browser.test_table import make
from tests.browser_site import Site

SIGNED_OUT = "You are signed out. Your words are kept. Sign in and press again."


@pytest.fixture
def page(visit: Visit, site: Site) -> Page:
    page = visit("/accounts/login/")
    join(page, site, f"failed-{id(page)}@example.com")
    return page


def end_session(page: Page) -> None:
    """As the server does after two weeks."""
    page.context.clear_cookies(name="sessionid")


def sign_in(page: Page, site: Site, email: str) -> None:
    """With the code from the mail."""
    before = site.newest_mail(email)
    page.locator("#id_email").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    while (mail := site.newest_mail(email)) == before:
        page.wait_for_timeout(100)
    code = re.search(r"\b\d{3} ?\d{3}\b", mail)
    assert code
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("main").get_by_role("button", name=re.compile("Sign in|Go on|Confirm")).first.click()


def test_a_press_after_the_session_has_ended_keeps_what_was_typed(page: Page, site: Site, expected: list[str]) -> None:
    expected += ["401"]
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    choose(page, "High")
    expect(page.locator("#make")).to_contain_text("6 credits")
    end_session(page)
    page.get_by_label("Prompt").fill("A long brief that nobody wants to write twice")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.get_by_text(SIGNED_OUT)).to_be_visible()
    expect(page.locator(".run")).to_have_count(1)
    expect(page.get_by_text("Send me a code")).to_have_count(0)
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, site, f"failed-{id(page)}@example.com")
    page.wait_for_url("**/studio/")
    expect(page.get_by_label("Prompt")).to_have_value("A long brief that nobody wants to write twice")
    expect(page.locator("#make")).to_have_text(re.compile(r"Make 1 frame\s+6 credits"))
    expect(page.get_by_text(SIGNED_OUT)).to_be_hidden()
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator(".run")).to_have_count(2)


def test_a_page_that_polls_tells_that_the_session_has_ended(page: Page, expected: list[str]) -> None:
    expected += ["401"]
    page.context.route("**/live/", lambda route: route.abort())
    page.reload()
    make(page, 8)
    expect(page.locator(".tile[data-state=running]").first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/studio/frames" in request.url else None)
    with page.expect_response(lambda answer: "/studio/frames?" in answer.url and answer.status == 401):
        end_session(page)
    expect(page.get_by_text(SIGNED_OUT)).to_be_visible()
    expect(page.locator(".tile")).to_have_count(8)
    asked.clear()
    page.wait_for_timeout(3000)
    assert asked == []
