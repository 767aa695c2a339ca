"""A running site and a real Chromium, for the browser tests of one process."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import browser_site
from tests.browser import mask_page
from tests.browser.mask_page import Editor
from tests.browser_site import Site

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
MEMBERS = 60
DESK = {"width": 1440, "height": 900}
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The product, running."""
    with browser_site.running(f"browser-{browser_site.WORKER}") as running:
        running.members = json.loads(running.python("-m", "tests.browser.members", str(MEMBERS)))
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_site.chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def expected() -> list[str]:
    """What a page may complain of: a form that was refused, with its sentence on the page; a line that a test has cut.

    A test adds what it brings about itself.
    """
    return ["status of 422", "status of 429", "net::ERR"]


@pytest.fixture
def visit(chromium: Browser, site: Site, expected: list[str]) -> Iterator[Visit]:
    """Opens a page of a visitor of its own; at the end no page may have complained on its console."""
    with visiting(chromium, site.url, expected) as open_page:
        yield open_page


@pytest.fixture
def editor() -> Iterator[Editor]:
    """The mask editor's page by itself."""
    with mask_page.serving() as serving:
        yield serving


@pytest.fixture
def open_editor(chromium: Browser, editor: Editor) -> Iterator[Visit]:
    """Opens it; at the end it may have complained of nothing at all."""
    with visiting(chromium, editor.url, expected=[]) as open_page:
        yield open_page


@contextmanager
def visiting(chromium: Browser, address: str, expected: list[str]) -> Iterator[Visit]:
    """Opens pages of what is at an address, each with a console that may complain of nothing but what is expected."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str = "/", **settings: Any) -> Page:
        context = chromium.new_context(**{"base_url": address, "viewport": DESK, **settings})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.set_default_timeout(15_000)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [said for said in complaints if not any(words in said for words in expected)] == []


def enter(page: Page, site: Site) -> str:
    """Opens the studio for somebody who has signed up just now, and whom no other test knows; their address."""
    email, name, session = site.members.pop()
    page.context.add_cookies([{"name": name, "value": session, "url": site.url}])
    page.goto("/studio/")
    return email


def join(page: Page, site: Site, email: str) -> None:
    """Makes an account as a newcomer does, with the code from the mail."""
    page.goto("/accounts/signup/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send me a code").click()
    code = re.search(r"\b\d{3} ?\d{3}\b", site.newest_mail(email))
    assert code
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("main").get_by_role("button", name=re.compile("Sign in|Go on|Confirm|Make")).first.click()
    page.wait_for_url("**/studio/")
