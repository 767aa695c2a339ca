"""credits:balance, the number in the bar, and the context that every page has it from."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from credits import context, ledger
from credits.models import Lot, Wallet
from tests.conftest import signed_in

URL = "/credits/balance"


def words(fragment: bytes) -> str:
    return re.sub(r"\s+", " ", fragment.decode()).strip()


def test_it_works(alice: User, wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=1412, cause="a")
    fragment = words(signed_in(alice).get(URL).content)
    assert fragment.startswith("<span ")
    assert fragment.endswith("<b>1,412</b> credits </span>")
    assert 'hx-get="/credits/balance" hx-trigger="balance from:body"' in fragment


def test_one_is_not_many(alice: User, wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=1, cause="a")
    assert "<b>1</b> credit </span>" in words(signed_in(alice).get(URL).content)


def test_a_reader_without_a_wallet_has_none(alice: User) -> None:
    assert "<b>0</b> credits" in words(signed_in(alice).get(URL).content)
    assert not Wallet.objects.exists()


def test_it_is_what_can_be_spent(alice: User, wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=5, cause="a")
    ledger.grant(wallet=wallet, credits=7, cause="b")
    past = timezone.now() - timedelta(days=1)
    Lot.objects.filter(credits=7).update(starts_at=past - timedelta(days=9), expires_at=past)
    assert "<b>5</b> credits" in words(signed_in(alice).get(URL).content)


def test_a_stranger_sees_only_their_own(wallet: Wallet, bob: User) -> None:
    ledger.grant(wallet=wallet, credits=5, cause="a")
    assert "<b>0</b> credits" in words(signed_in(bob).get(URL).content)


def test_a_visitor_is_sent_to_sign_in(db: None) -> None:
    assert Client().get(URL)["Location"].startswith(reverse("account_login"))


def test_a_visitors_bar_stays_as_it_is(db: None) -> None:
    """The session ended in another tab: the sign-in page must not be swapped into the bar."""
    assert Client(headers={"HX-Request": "true"}).get(URL).status_code == 401


def test_it_is_only_read(alice: User) -> None:
    assert signed_in(alice).post(URL).status_code == 405


@pytest.mark.parametrize(("template", "queries"), [("nothing", 0), ("{{ balance }} {{ balance }}", 1)])
def test_the_context_asks_once_and_only_when_used(alice: User, template: str, queries: int) -> None:
    request = RequestFactory().get("/")
    request.user = alice
    with CaptureQueriesContext(connection) as asked:
        engines["django"].from_string(template).render(context.wallet(request))
    assert len(asked) == queries


def test_the_context_of_a_visitor_is_empty() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert context.wallet(request) == {}
