"""The settings page, addresses, colours, the small print, and what an error looks like."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import Visitor, code, page
from tests.conftest import signed_in

EMAIL = "/accounts/email/"


def test_what_opens_the_account_is_listed(alice: User) -> None:
    said = page(signed_in(alice).get("/account/"))
    for words in ("alice@example.com", "Password", "Passkeys and security keys", "Authenticator app", "Colours"):
        assert words in said


def test_another_address_is_added_and_made_the_first(visitor: Visitor, alice: User) -> None:
    visitor.force_login(alice)
    visitor.post(EMAIL, {"email": "alice@kiln.example", "action_add": ""})
    assert mail.outbox[-1].to == ["alice@kiln.example"]
    assert not EmailAddress.objects.filter(email="alice@kiln.example").exists()
    visitor.post("/accounts/confirm-email/", {"code": code()})
    visitor.post(EMAIL, {"email": "alice@kiln.example", "action_primary": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@kiln.example"
    visitor.post(EMAIL, {"email": "alice@example.com", "action_remove": ""})
    assert "An address was taken off your account." in mail.outbox[-1].body
    assert [address.email for address in EmailAddress.objects.filter(user=alice)] == ["alice@kiln.example"]


def test_the_first_address_stays(visitor: Visitor, alice: User) -> None:
    visitor.force_login(alice)
    answer = visitor.post(EMAIL, {"email": alice.email, "action_remove": ""}, follow=True)
    assert "is the first address of your account" in page(answer)
    assert EmailAddress.objects.filter(user=alice).exists()


def test_an_address_of_somebody_else_is_not_given_away(visitor: Visitor, alice: User, bob: User) -> None:
    visitor.force_login(alice)
    answer = visitor.post(EMAIL, {"email": bob.email, "action_add": ""})
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert EmailAddress.objects.get(email=bob.email).user == bob


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_kept_without_script(client: Client, theme: str) -> None:
    answer = client.post("/account/theme", {"theme": theme, "next": "/terms/"})
    assert answer.headers["Location"] == "/terms/"
    assert f'data-theme="{theme}"' in page(client.get("/terms/"))
    client.post("/account/theme", {"theme": "", "next": "/terms/"})
    assert "data-theme=" not in page(client.get("/terms/")).partition("<body")[0]


def test_a_theme_that_is_none_is_not_kept(client: Client) -> None:
    client.post("/account/theme", {"theme": '"><script>', "next": "/terms/"})
    assert "theme" not in client.cookies or not client.cookies["theme"].value
    client.cookies["theme"] = '"><script>'
    assert "data-theme=" not in page(client.get("/terms/")).partition("<body")[0]


def test_colours_send_nobody_to_another_site(client: Client) -> None:
    answer = client.post("/account/theme", {"theme": "dark", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/studio/"


@pytest.mark.parametrize("path", ["/terms/", "/privacy/", "/acceptable-use/"])
def test_the_small_print_is_open(client: Client, path: str) -> None:
    assert "As of 24 November 2026" in page(client.get(path))


def test_a_page_that_is_not_there(client: Client) -> None:
    answer = client.get("/images/nothing/")
    assert answer.status_code == 404
    assert "There is no frame here" in page(answer)
    assert "/images/nothing/" in page(answer)


def test_an_old_form(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post("/account/theme", {"theme": "dark"})
    assert answer.status_code == 403
    assert "This page is too old" in page(answer)


def test_a_broken_page_needs_nothing_to_say_so() -> None:
    said = render_to_string("500.html")
    assert "This page broke" in said
    assert "/studio/" in said


def test_too_many(client: Client) -> None:
    for _turn in range(21):  # 20 in any minute
        answer = client.post("/accounts/signup/", {})
    assert answer.status_code == 429
    assert "Too many at once" in page(answer)
