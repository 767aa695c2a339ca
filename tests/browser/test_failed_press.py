"""A press that comes to nothing: told once, where it was pressed, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit, enter, join
from tests.browser.test_composer import choose
from tests.browser.test_table import make
from tests.browser_site import Site

SIGNED_OUT = "You are signed out. Your words are kept. Sign in and press again."

TOO_OLD = "This page is too old to be sent from. Nothing was charged, and your words are kept."
UNSENT = "Not sent: there is no connection. Nothing was charged. Press again."
UNSURE = "The studio did not answer properly. Press again: the same press is never charged twice."


@pytest.fixture
def page(visit: Visit, site: Site) -> Page:
    page = visit("about:blank")
    enter(page, site)
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


def test_a_press_after_the_session_has_ended_keeps_what_was_typed(
    visit: Visit, site: Site, expected: list[str]
) -> None:
    expected += ["401"]
    page = visit("/accounts/login/")
    join(page, site, "session@example.com")
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
    sign_in(page, site, "session@example.com")
    page.wait_for_url("**/studio/")
    expect(page.get_by_label("Prompt")).to_have_value("A long brief that nobody wants to write twice")
    expect(page.locator("#make")).to_have_text(re.compile(r"Make 1 frame\s+6 credits"))
    expect(page.get_by_text(SIGNED_OUT)).to_be_hidden()
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator(".run")).to_have_count(2)


@pytest.mark.long
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


def test_a_press_without_a_connection_is_told_and_pressed_again(page: Page, expected: list[str]) -> None:
    expected += ["htmx:"]
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    page.context.set_offline(True)
    make(page, 2, "Layer cake with raspberries")
    expect(page.get_by_text(UNSENT)).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator("#make")).to_contain_text("8 credits")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator("#run-2 .tile")).to_have_count(2)
    expect(page.get_by_text(UNSENT)).to_be_hidden()


def test_no_toast_reads_as_if_a_press_without_a_connection_was_taken(page: Page, expected: list[str]) -> None:
    expected += ["htmx:"]
    make(page, 8)
    expect(page.locator(".tile[data-state=queued]").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator(".toast")).to_contain_text("No connection. The frames on the table are still being made")
    make(page, 1, "Layer cake with raspberries")
    expect(page.get_by_text(UNSENT)).to_be_visible()
    expect(page.get_by_text("Your run goes on")).to_have_count(0)
    page.context.set_offline(False)
    page.reload()
    expect(page.locator(".run")).to_have_count(1)


@pytest.mark.parametrize(
    "status", [502, *(pytest.param(one, marks=pytest.mark.long) for one in (403, 422, 429, 500, 503))]
)
def test_an_answer_that_is_not_the_studio_s(page: Page, expected: list[str], status: int) -> None:
    """A proxy's page in place of an answer that had taken the press: pressed again it is the same run."""
    expected += [str(status)]
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)

    def answer(route: Route) -> None:
        route.fetch()
        route.fulfill(status=status, content_type="text/html", body="<h1>A proxy's page</h1>")

    page.route("**/studio/runs/", answer)
    make(page, 1, "Layer cake with raspberries")
    expect(page.get_by_text(UNSURE)).to_be_visible()
    expect(page.get_by_text("A proxy's page")).to_have_count(0)
    page.unroute("**/studio/runs/")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.get_by_text(UNSURE)).to_be_hidden()
    expect(page.locator("#run-2 .tile[data-state=done]")).to_have_count(1)
    expect(page.locator(".run")).to_have_count(2)
    expect(page.locator("header .credits b")).to_have_text("32")


@pytest.mark.long
def test_a_press_without_its_cookies_leads_to_a_fresh_page(page: Page, expected: list[str]) -> None:
    expected += ["403"]
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    page.context.clear_cookies(name="csrftoken")
    make(page, 1, "Layer cake with raspberries")
    expect(page.get_by_text(TOO_OLD)).to_be_visible()
    page.get_by_role("link", name="Load it again").click()
    expect(page.get_by_text(TOO_OLD)).to_be_hidden()
    expect(page.get_by_label("Prompt")).to_have_value("Layer cake with raspberries")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator(".run")).to_have_count(2)


@pytest.mark.long
def test_another_press_that_fails_gets_one_toast(page: Page, expected: list[str]) -> None:
    expected += ["503", "401", "htmx:"]
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    ring = page.get_by_role("button", name="Ring 1-1")
    page.route("**/ring", lambda route: route.fulfill(status=503, body="A proxy's page"))
    ring.click()
    expect(page.locator(".toast")).to_have_text(re.compile("did not answer properly. Load the page again to see"))
    expect(ring).to_have_attribute("aria-pressed", "false")
    page.locator(".toast").get_by_role("button").click()
    page.context.set_offline(True)
    ring.click()
    expect(page.locator(".toast")).to_contain_text("Not sent: there is no connection. Press again.")
    page.context.set_offline(False)
    page.unroute("**/ring")
    ring.click()
    expect(ring).to_have_attribute("aria-pressed", "true")
    page.goto("/library/")
    end_session(page)
    page.locator(".frame-no").click()
    expect(page.locator(".toast")).to_contain_text("You are signed out. Sign in and press again.")
    expect(page.locator(".toast a")).to_have_attribute("href", "/accounts/login/?next=/library/")


@pytest.mark.long
def test_the_same_words_again_are_one_toast(page: Page, expected: list[str]) -> None:
    expected += ["503", "htmx:"]
    make(page, 1)
    expect(page.locator(".tile[data-state=done]")).to_have_count(1)
    page.route("**/ring", lambda route: route.fulfill(status=503, body="A proxy's page"))
    for _press in range(3):
        with page.expect_response("**/ring"):
            page.get_by_role("button", name="Ring 1-1").click()
    expect(page.locator(".toast")).to_have_count(1)
    page.context.set_offline(True)
    page.get_by_role("button", name="Ring 1-1").click()
    expect(page.locator(".toast")).to_have_count(2)
