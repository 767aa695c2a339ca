"""Welcome credits: once a user, once a mailbox, to no throwaway address, and to a few of a network a day."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import import_module
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.apps import apps
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from credits import ledger, tasks, welcome
from credits.models import Answer, Entry, NetworkDay, Welcome
from tests.conftest import balance, give, signed_in

HERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def _in_the_world(settings: Any) -> None:
    settings.EMBEDDED = False
    settings.WELCOME_CREDITS = 40


@pytest.fixture
def newcomer(db: None) -> User:
    return User.objects.create_user("newcomer@example.com", "knows-it-well")


def confirm(user: User, email: str = "newcomer@example.com") -> None:
    address = EmailAddress.objects.get_or_create(user=user, email=email)[0]
    email_confirmed.send(sender=EmailAddress, request=None, email_address=address)


def join(email: str, address: str | None = HERE) -> Answer | None:
    """Somebody makes an account and verifies its address."""
    user = User.objects.create_user(email)
    answer = welcome.welcome(user=user, email=email, address=address)
    assert balance(user) == (40 if answer == Answer.GIVEN else 0)
    return answer


def test_it_works(newcomer: User) -> None:
    confirm(newcomer)
    entry = Entry.objects.get()
    assert (entry.wallet.owner, entry.kind, entry.credits) == (newcomer, "grant", 40)
    assert entry.cause == f"welcome:{newcomer.uuid}"
    assert ledger.spendable(lots=entry.wallet.lots.all()) == 40


def test_once_however_many_addresses_are_verified(newcomer: User) -> None:
    confirm(newcomer)
    confirm(newcomer)
    confirm(newcomer, "second@example.com")
    assert ledger.wallet_of(user=newcomer).balance == 40


def test_once_whatever_the_setting_says_later(newcomer: User, settings: Any) -> None:
    confirm(newcomer)
    settings.WELCOME_CREDITS = 60
    confirm(newcomer)
    assert ledger.wallet_of(user=newcomer).balance == 40


def test_none_means_none(newcomer: User, settings: Any) -> None:
    settings.WELCOME_CREDITS = 0
    confirm(newcomer)
    assert not Entry.objects.exists()
    assert not Welcome.objects.exists()


def test_nothing_before_the_address_is_verified(newcomer: User) -> None:
    assert not Entry.objects.exists()


def test_once_a_mailbox_whatever_it_is_called(db: None) -> None:
    assert join("kiln@gmail.com") == Answer.GIVEN
    assert join("k.i.l.n+more@googlemail.com") == Answer.MAILBOX
    assert join("kilns@gmail.com") == Answer.GIVEN
    assert all("kiln" not in row.mailbox for row in Welcome.objects.all())


def test_a_mailbox_may_be_had_again_by_a_setting(db: None, settings: Any) -> None:
    settings.WELCOME_ONCE_PER_MAILBOX = False
    assert [join("kiln@gmail.com"), join("k.iln@gmail.com")] == [Answer.GIVEN, Answer.GIVEN]


def test_a_mailbox_that_left_its_account_has_been_had(db: None) -> None:
    join("kiln@example.com")
    User.objects.update(email="other@example.com")
    assert join("kiln@example.com") == Answer.MAILBOX


def test_throwaway_and_blocked_domains_get_none(db: None, settings: Any) -> None:
    settings.WELCOME_BLOCKED_DOMAINS = ["rival.example"]
    assert join("a@mailinator.com") == join("b@mx.rival.example") == Answer.DOMAIN


def test_a_better_address_is_judged_anew(db: None) -> None:
    join("a@mailinator.com")
    user = User.objects.get()
    assert welcome.welcome(user=user, email="kiln@example.com", address=HERE) == Answer.GIVEN
    assert welcome.welcome(user=user, email="a@mailinator.com", address=HERE) == Answer.GIVEN
    assert balance(user) == 40


def test_so_many_of_a_network_a_day(db: None, settings: Any) -> None:
    settings.WELCOME_PER_NETWORK = 2
    answers = [join(f"kiln{n}@example.com", f"198.51.100.{n}") for n in range(4)]
    assert answers == [Answer.GIVEN, Answer.GIVEN, Answer.NETWORK, Answer.NETWORK]
    assert join("near@example.com", "198.51.101.1") == Answer.GIVEN
    assert [join(f"six{n}@example.com", f"2001:db8:1:{n}::1") for n in range(3)][2] == Answer.NETWORK
    assert join("six@example.com", "2001:db8:2::1") == Answer.GIVEN
    NetworkDay.objects.update(day=timezone.now().date() - timedelta(days=1))
    assert join("tomorrow@example.com") == Answer.GIVEN


def test_who_is_refused_elsewhere_takes_no_place_of_the_network(db: None, settings: Any) -> None:
    settings.WELCOME_PER_NETWORK = 2
    assert [join("kiln@gmail.com"), join("k.iln@gmail.com"), join("a@mailinator.com"), join("b@example.com")] == [
        Answer.GIVEN,
        Answer.MAILBOX,
        Answer.DOMAIN,
        Answer.GIVEN,
    ]


def test_who_is_refused_by_the_network_leaves_the_mailbox_free(db: None, settings: Any) -> None:
    settings.WELCOME_PER_NETWORK = 1
    join("first@example.com")
    assert join("kiln@gmail.com") == Answer.NETWORK
    assert join("k.iln@gmail.com", "203.0.113.1") == Answer.GIVEN


def test_a_network_without_a_bound(db: None, settings: Any) -> None:
    settings.WELCOME_PER_NETWORK = 0
    assert {join(f"kiln{n}@example.com") for n in range(8)} == {Answer.GIVEN}


def test_only_an_embedded_machine_is_none_of_the_networks(db: None, settings: Any) -> None:
    settings.WELCOME_PER_NETWORK = 1
    assert [join(f"out{n}@example.com", "127.0.0.1") for n in range(2)] == [Answer.GIVEN, Answer.NETWORK]
    assert [join(f"unknown{n}@example.com", "") for n in range(2)] == [Answer.GIVEN, Answer.NETWORK]
    assert [join(f"command{n}@example.com", None) for n in range(2)] == [Answer.GIVEN, Answer.GIVEN]
    settings.EMBEDDED = True
    assert [join(f"in{n}@example.com", "127.0.0.1") for n in range(2)] == [Answer.GIVEN, Answer.GIVEN]
    assert [join(f"far{n}@example.com", HERE) for n in range(2)] == [Answer.GIVEN, Answer.NETWORK]


def test_the_network_is_the_visitor_s_and_not_the_proxy_s(newcomer: User, settings: Any) -> None:
    settings.BEHIND_TLS = True
    request = RequestFactory().get("/", REMOTE_ADDR="172.18.0.1", HTTP_X_FORWARDED_FOR=f"9.9.9.9, {HERE}")
    address = EmailAddress.objects.create(user=newcomer, email=newcomer.email)
    email_confirmed.send(sender=EmailAddress, request=request, email_address=address)
    settings.WELCOME_PER_NETWORK = 1
    assert join("near@example.com", HERE) == Answer.NETWORK


def test_networks_are_forgotten_after_a_week(db: None) -> None:
    today = timezone.now().date()
    days: list[date] = [today - timedelta(days=days) for days in (0, 7, 8)]
    NetworkDay.objects.bulk_create(NetworkDay(network="n", day=day) for day in days)
    tasks.forget_networks()
    assert set(NetworkDay.objects.values_list("day", flat=True)) == set(days[:2])


def at_once(work: Callable[[User], Answer | None], users: list[User]) -> list[Answer | None]:
    """Each in a thread with a connection of its own, all starting together."""
    start = Barrier(len(users))

    def one(user: User) -> Answer | None:
        start.wait(10)
        try:
            return work(user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(users)) as pool:
        return list(pool.map(one, users))


@pytest.mark.django_db(transaction=True)
def test_aliases_that_race_get_one_welcome() -> None:
    users = [User.objects.create_user(f"kiln+{n}@gmail.com") for n in range(8)]
    answers = at_once(lambda user: welcome.welcome(user=user, email=user.email, address=HERE), users)
    assert sorted(map(str, answers)) == [Answer.GIVEN, *[Answer.MAILBOX] * 7]
    assert [entry.credits for entry in Entry.objects.all()] == [40]


@pytest.mark.django_db(transaction=True)
def test_one_user_who_races_is_welcomed_once() -> None:
    user = User.objects.create_user("kiln@example.com")
    answers = at_once(lambda user: welcome.welcome(user=user, email=user.email, address=HERE), [user] * 8)
    assert set(answers) == {Answer.GIVEN}
    assert balance(user) == 40
    assert NetworkDay.objects.get().welcomes == 1


@pytest.mark.django_db(transaction=True)
def test_a_crowd_that_races_gets_as_many_as_there_are_places(settings: Any) -> None:
    settings.WELCOME_PER_NETWORK = 3
    users = [User.objects.create_user(f"kiln{n}@example.com") for n in range(8)]
    answers = at_once(lambda user: welcome.welcome(user=user, email=user.email, address=HERE), users)
    assert sorted(map(str, answers)) == [*[Answer.GIVEN] * 3, *[Answer.NETWORK] * 5]
    assert Entry.objects.count() == NetworkDay.objects.get().welcomes == 3


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("k.iln@gmail.com", "Welcome credits are given once a mailbox."),
        ("a@mailinator.com", "Welcome credits are not given to disposable addresses."),
        ("b@example.com", "Too many accounts came from your network that day"),
    ],
)
def test_the_credits_page_and_the_admin_say_why(email: str, words: str, db: None, settings: Any, charlie: User) -> None:
    settings.WELCOME_PER_NETWORK = 1
    join("kiln@gmail.com")
    answer = join(email)
    user = User.objects.get(email=email)
    assert words in signed_in(user).get("/credits/").content.decode()
    seen = signed_in(charlie).get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert answer is not None
    assert str(answer.label) in seen
    give(user, 5)
    assert words not in signed_in(user).get("/credits/").content.decode()


def test_who_was_welcomed_hears_nothing(newcomer: User, alice: User) -> None:
    confirm(newcomer)
    for user in (newcomer, alice):
        assert "elcome credits are" not in signed_in(user).get("/credits/").content.decode()


def test_those_welcomed_before_mailboxes_were_kept_have_had_them(db: None) -> None:
    for email in ("kiln@gmail.com", "k.iln@gmail.com"):
        user = User.objects.create_user(email)
        ledger.grant(wallet=ledger.wallet_of(user=user), credits=30, cause=f"welcome:{user.uuid}")
    import_module("credits.migrations.0004_welcomed").keep(apps, None)
    assert set(Welcome.objects.values_list("answer", flat=True)) == {"given"}
    assert join("ki.ln@gmail.com") == Answer.MAILBOX
    assert welcome.welcome(user=User.objects.get(email="k.iln@gmail.com"), email="x@example.com") == Answer.GIVEN
    assert Entry.objects.count() == 2
