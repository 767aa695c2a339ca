"""Authenticator apps, recovery codes, and the door of the administration."""

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import Visitor, page
from tests.conftest import signed_in

ADD = "/accounts/2fa/totp/activate/"
CODES = "/accounts/2fa/recovery-codes/"
PASSWORD = "alice-knows-it-well"


def shown_by_app(secret: str, step: int = 0) -> str:
    """What an authenticator app shows (RFC 6238)."""
    count = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(secret), count, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def prove(visitor: Visitor) -> None:
    visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})


def add_app(visitor: Visitor) -> str:
    found = re.search(r'<code class="key"[^>]*>(\w+)</code>', page(visitor.get(ADD)))
    assert found
    assert visitor.post(ADD, {"code": shown_by_app(found[1])}).headers["Location"] == CODES
    return found[1]


@pytest.fixture
def with_app(visitor: Visitor, alice: User) -> tuple[Visitor, list[str]]:
    """Alice, signed in, has an app; her recovery codes."""
    visitor.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    prove(visitor)
    add_app(visitor)
    codes = re.findall(r"<li><code>(\d+)</code></li>", page(visitor.get(CODES)))
    return visitor, codes


def test_an_app_is_added_and_the_recovery_codes_shown_at_once(with_app: tuple[Visitor, list[str]]) -> None:
    visitor, codes = with_app
    assert len(set(codes)) == 10
    assert "asks for a code from your authenticator app" in mail.outbox[-1].body
    settings = page(visitor.get("/account/"))
    assert "10 left" in settings
    assert "Take off" in settings


def test_changing_how_the_account_opens_asks_again(visitor: Visitor, alice: User) -> None:
    visitor.force_login(alice)
    answer = visitor.get(ADD)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert "Is it you?" in page(visitor.get(answer.headers["Location"]))


def test_a_wrong_code_of_the_app(visitor: Visitor, alice: User) -> None:
    visitor.force_login(alice)
    prove(visitor)
    visitor.get(ADD)
    assert "This is not the code that it shows now." in page(visitor.post(ADD, {"code": "000000"}))
    assert not Authenticator.objects.exists()


def test_signing_in_asks_for_it(with_app: tuple[Visitor, list[str]], alice: User) -> None:
    visitor, codes = with_app
    visitor.post("/accounts/logout/")
    answer = visitor.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not visitor.signed_in()
    assert "One thing more" in page(visitor.get("/accounts/2fa/authenticate/"))
    assert "This is not the code" in page(visitor.post("/accounts/2fa/authenticate/", {"code": "000000"}))
    visitor.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert visitor.signed_in()
    assert "9 left" in page(visitor.get("/account/"))


def test_a_recovery_code_works_once(with_app: tuple[Visitor, list[str]], alice: User) -> None:
    visitor, codes = with_app
    for expected in (True, False):
        visitor.post("/accounts/logout/")
        visitor.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
        visitor.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert visitor.signed_in() is expected


def test_an_app_is_taken_off(with_app: tuple[Visitor, list[str]]) -> None:
    visitor, _codes = with_app
    visitor.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert "no longer asks for a code" in mail.outbox[-1].body


def test_staff_enter_the_administration_by_the_usual_door(charlie: User, alice: User, client: Client) -> None:
    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").headers["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert signed_in(charlie).get("/admin/").status_code == 200
    answer = signed_in(alice).get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "Not for this account" in page(answer)


def test_where_it_is_asked_for_staff_without_a_factor_are_sent_to_add_one(settings: Any, charlie: User) -> None:
    settings.ADMIN_REQUIRE_MFA = True
    client = signed_in(charlie)
    for path in ("/admin/", "/admin/accounts/user/"):
        answer = client.get(path, follow=True)
        assert answer.redirect_chain[-1][0] == "/accounts/2fa/"
        assert "Administration asks for a second factor." in page(answer)
    Authenticator.objects.create(user=charlie, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert client.get("/admin/").status_code == 302  # codes alone are no factor
    Authenticator.objects.create(user=charlie, type=Authenticator.Type.TOTP, data={})
    assert client.get("/admin/").status_code == 200
