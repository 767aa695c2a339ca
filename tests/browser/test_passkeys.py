"""A passkey, kept by a virtual authenticator: added, used to sign in, removed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, join
from tests.browser_site import Site


def give_device(page: Page) -> None:
    """A device that keeps passkeys and whose owner is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**device, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def sign_out(page: Page) -> None:
    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_a_passkey_opens_the_account(visit: Visit, site: Site) -> None:
    named = site.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    page = visit("/terms/", base_url=named)
    give_device(page)
    join(page, site, "passkey@example.com")
    page.goto("/account/")
    row = page.get_by_role("listitem").filter(has_text="Passkeys and security keys")
    row.get_by_role("link", name="Add").click()
    page.get_by_label("Name").fill("Studio laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/studio/$"))
    page.goto("/account/")
    expect(row).to_contain_text("Studio laptop")


def test_where_no_passkey_can_work_none_is_offered(visit: Visit) -> None:
    page = visit("/accounts/login/")
    expect(page.get_by_role("link", name="Sign in with a password")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()


@pytest.mark.long
def test_where_none_can_be_added_the_page_leads_to_where_it_can(visit: Visit, site: Site) -> None:
    page = visit("/terms/")
    join(page, site, "keyless@example.com")
    page.goto("/accounts/2fa/webauthn/add/")
    expect(page.get_by_text("This browser can't do it here")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_hidden()
    expect(page.get_by_role("checkbox")).to_be_hidden()
    page.get_by_role("link", name="Open this page at localhost").click()
    named = site.url.replace("127.0.0.1", "localhost")
    expect(page).to_have_url(f"{named}/accounts/login/?next=%2Faccounts%2F2fa%2Fwebauthn%2Fadd%2F")


@pytest.mark.long
def test_the_colours_change_at_once_and_stay(visit: Visit, site: Site) -> None:
    page = visit("/terms/")
    join(page, site, "colours@example.com")
    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("Escape")
    page.get_by_label("Your account").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_label("Your account")).to_be_focused()
