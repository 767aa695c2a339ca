"""Welcome credits: once a user, when an address is verified."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed

from accounts.models import User
from credits import ledger
from credits.models import Entry


@pytest.fixture
def newcomer(db: None) -> User:
    return User.objects.create_user("newcomer@example.com", "knows-it-well")


def confirm(user: User, email: str = "newcomer@example.com") -> None:
    address = EmailAddress.objects.get_or_create(user=user, email=email)[0]
    email_confirmed.send(sender=EmailAddress, request=None, email_address=address)


def test_it_works(newcomer: User, settings: Any) -> None:
    settings.WELCOME_CREDITS = 40
    confirm(newcomer)
    entry = Entry.objects.get()
    assert (entry.wallet.owner, entry.kind, entry.credits) == (newcomer, "grant", 40)
    assert entry.cause == f"welcome:{newcomer.uuid}"
    assert ledger.spendable(lots=entry.wallet.lots.all()) == 40


def test_once_however_many_addresses_are_verified(newcomer: User, settings: Any) -> None:
    settings.WELCOME_CREDITS = 40
    confirm(newcomer)
    confirm(newcomer)
    confirm(newcomer, "second@example.com")
    assert ledger.wallet_of(user=newcomer).balance == 40


def test_once_whatever_the_setting_says_later(newcomer: User, settings: Any) -> None:
    settings.WELCOME_CREDITS = 40
    confirm(newcomer)
    settings.WELCOME_CREDITS = 60
    confirm(newcomer)
    assert ledger.wallet_of(user=newcomer).balance == 40


def test_none_means_none(newcomer: User, settings: Any) -> None:
    settings.WELCOME_CREDITS = 0
    confirm(newcomer)
    assert not Entry.objects.exists()


def test_nothing_before_the_address_is_verified(newcomer: User) -> None:
    assert not Entry.objects.exists()
