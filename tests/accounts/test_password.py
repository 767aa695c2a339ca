"""Passwords are optional: set, changed, and reset by mail."""

import re
from typing import Any

from django.core import mail

from accounts.models import User
from tests.accounts.conftest import Visitor, page

RESET = "/accounts/password/reset/"
NEW = {"password1": "a-hill-and-nine-geese", "password2": "a-hill-and-nine-geese"}


def link(letter: Any) -> str:
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(letter.body))
    assert found
    return found[1]


def test_reset(visitor: Visitor, alice: User) -> None:
    assert "a link is on its way" in page(visitor.post(RESET, {"email": alice.email}, follow=True))
    address = link(mail.outbox[-1])
    form = visitor.get(address, follow=True)
    where = form.request["PATH_INFO"]
    assert "Choose a password" in page(form)
    assert "too common" in page(visitor.post(where, {"password1": "password", "password2": "password"}))
    visitor.post(where, NEW)
    alice.refresh_from_db()
    assert alice.check_password(NEW["password1"])
    notice = mail.outbox[-1]
    assert notice.subject == "Your account at GPT Image 2 was changed"
    assert "The password of your account was reset by mail." in notice.body
    assert "This link is spent" in page(visitor.get(address, follow=True))


def test_reset_gives_no_address_away(visitor: Visitor, alice: User) -> None:
    known, unknown = (
        re.sub(r'"X-CSRFToken": "\w+"', "", page(visitor.post(RESET, {"email": email}, follow=True)))
        for email in (alice.email, "nobody@example.com")
    )
    assert known == unknown
    assert mail.outbox[-1].subject == "There is no account with this address"


def test_a_broken_link(visitor: Visitor, alice: User) -> None:
    assert "This link is spent" in page(visitor.get("/accounts/password/reset/key/1-abc-def/"))


def test_who_is_asked_again_and_has_forgotten_it_sets_a_new_one(visitor: Visitor, alice: User) -> None:
    visitor.force_login(alice)
    asked = page(visitor.get("/accounts/reauthenticate/"))
    assert f'href="{RESET}"' in asked
    assert 'href="/account/">Back to the settings' in asked
    assert 'href="/account/"' in page(visitor.get(RESET))
    assert 'href="/account/"' in page(visitor.post(RESET, {"email": alice.email}, follow=True))
    form = visitor.get(link(mail.outbox[-1]), follow=True)
    done = page(visitor.post(form.request["PATH_INFO"], NEW, follow=True))
    assert "Your password is changed" in done
    assert not visitor.signed_in()  # as everywhere: whoever knew the old one is out
    visitor.post("/accounts/login/", {"login": alice.email, "password": NEW["password1"]})
    assert visitor.signed_in()


def test_change(visitor: Visitor, alice: User) -> None:
    visitor.force_login(alice)
    wrong = page(visitor.post("/accounts/password/change/", {"oldpassword": "forgotten", **NEW}))
    assert "This is not your password of today." in wrong
    right = visitor.post("/accounts/password/change/", {"oldpassword": "alice-knows-it-well", **NEW})
    assert right.headers["Location"] == "/account/"
    assert visitor.signed_in()
    assert "The password of your account was changed." in mail.outbox[-1].body


def test_set_the_first(visitor: Visitor, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    visitor.force_login(alice)
    assert "None. Codes are enough." in page(visitor.get("/account/"))
    assert visitor.post("/accounts/password/set/", NEW).headers["Location"] == "/account/"
    alice.refresh_from_db()
    assert alice.check_password(NEW["password1"])
