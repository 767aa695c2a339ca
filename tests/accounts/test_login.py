"""Signing in: by a mailed code, by password, and not at all."""

from django.core import mail

from accounts.models import User
from tests.accounts.conftest import Visitor, code, page

LOGIN = "/accounts/login/"
ASK = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
PASSWORD = "alice-knows-it-well"


def ask(visitor: Visitor, email: str) -> None:
    assert visitor.post(ASK, {"email": email}).headers["Location"] == CONFIRM


def test_by_code(visitor: Visitor, alice: User) -> None:
    ask(visitor, "Alice@Example.com")
    assert mail.outbox[-1].to == [alice.email]
    assert "for 10 minutes" in mail.outbox[-1].body
    assert visitor.post(CONFIRM, {"code": code()}).headers["Location"] == "/studio/"
    assert visitor.signed_in()


def test_a_code_works_once(visitor: Visitor, alice: User) -> None:
    ask(visitor, alice.email)
    first = code()
    visitor.post(CONFIRM, {"code": first})
    visitor.post("/accounts/logout/")
    ask(visitor, alice.email)
    assert code() != first
    visitor.post(CONFIRM, {"code": first})
    assert not visitor.signed_in()


def test_another_code_is_told_and_replaces_the_first(visitor: Visitor, alice: User) -> None:
    ask(visitor, alice.email)
    first = code()
    said = page(visitor.post(CONFIRM, {"action": "resend"}, follow=True))
    assert "Another code is on its way. The old one no longer works." in said
    visitor.post(CONFIRM, {"code": first})
    assert not visitor.signed_in()
    visitor.post(CONFIRM, {"code": code()})
    assert visitor.signed_in()


def test_a_wrong_code(visitor: Visitor, alice: User) -> None:
    ask(visitor, alice.email)
    wrong = f"{(int(code()) + 1) % 1_000_000:06}"
    assert "This is not the code." in page(visitor.post(CONFIRM, {"code": wrong}))
    assert not visitor.signed_in()
    visitor.post(CONFIRM, {"code": wrong})
    visitor.post(CONFIRM, {"code": wrong})
    visitor.post(CONFIRM, {"code": code()})
    assert not visitor.signed_in()


def test_a_code_is_good_in_its_own_browser_only(visitor: Visitor, new_visitor: type[Visitor], alice: User) -> None:
    ask(visitor, alice.email)
    thief = new_visitor()
    assert thief.post(CONFIRM, {"code": code()}).headers["Location"] == ASK
    assert not thief.signed_in()


def test_an_address_without_an_account_is_not_given_away(visitor: Visitor, alice: User) -> None:
    ask(visitor, "nobody@example.com")
    assert "We sent six digits to <b>nobody@example.com</b>" in page(visitor.get(CONFIRM))
    assert mail.outbox[-1].subject == "There is no account with this address"
    assert "http://testserver/accounts/signup/" in mail.outbox[-1].body
    visitor.post(CONFIRM, {"code": "123456"})
    assert not visitor.signed_in()


def test_the_front_says_what_this_is_and_leads_to_joining(visitor: Visitor, alice: User) -> None:
    shown = page(visitor.get("/"))
    assert "<h1>Describe a picture, watch it arrive</h1>" in shown
    assert '<a class="button primary large" href="/accounts/signup/">Make an account</a>' in shown
    assert shown.count("primary") == 1
    assert f'action="{ASK}"' in shown
    visitor.force_login(alice)
    assert visitor.get("/").headers["Location"] == "/studio/"


def test_by_password(visitor: Visitor, alice: User) -> None:
    shown = page(visitor.get(f"{LOGIN}?with=password"))
    assert 'autocomplete="current-password"' in shown
    answer = visitor.post(LOGIN, {"login": alice.email, "password": PASSWORD, "next": "/library/"})
    assert answer.headers["Location"] == "/library/"
    assert visitor.signed_in()


def test_a_wrong_password_says_no_more_than_a_wrong_address(visitor: Visitor, alice: User) -> None:
    for email in (alice.email, "nobody@example.com"):
        answer = page(visitor.post(LOGIN, {"login": email, "password": "guessed-at"}))
        assert "Address and password do not belong together." in answer
        assert f'value="{email}"' in answer
    assert not visitor.signed_in()


def test_guessing_is_stopped(visitor: Visitor, alice: User) -> None:
    for _turn in range(5):
        visitor.post(LOGIN, {"login": alice.email, "password": "guessed-at"})
    assert "Too many tries." in page(visitor.post(LOGIN, {"login": alice.email, "password": PASSWORD}))
    assert not visitor.signed_in()


def test_asking_for_codes_without_end_is_stopped(visitor: Visitor, alice: User) -> None:
    for _turn in range(3):
        visitor.post(ASK, {"email": alice.email})
        visitor.post("/accounts/logout/", {"next": LOGIN})
    visitor.post(ASK, {"email": alice.email})
    assert len(mail.outbox) == 3


def test_a_suspended_user_is_told_so_and_kept_out(visitor: Visitor, alice: User) -> None:
    visitor.force_login(alice)
    assert visitor.signed_in()
    User.objects.update(is_active=False)
    assert not visitor.signed_in()
    visitor.logout()
    answer = visitor.post(LOGIN, {"login": alice.email, "password": PASSWORD}, follow=True)
    assert "This account is closed" in page(answer)
    assert not visitor.signed_in()


def test_a_suspended_user_gets_no_code(visitor: Visitor, alice: User) -> None:
    User.objects.update(is_active=False)
    visitor.post(ASK, {"email": alice.email})
    assert all("is your code" not in letter.subject for letter in mail.outbox)


def test_signing_out_takes_a_press(visitor: Visitor, alice: User) -> None:
    visitor.force_login(alice)
    assert "Runs under way go on" in page(visitor.get("/accounts/logout/"))
    assert visitor.signed_in()
    assert visitor.post("/accounts/logout/").headers["Location"] == LOGIN
    assert not visitor.signed_in()


def test_nobody_is_sent_to_another_site(visitor: Visitor, alice: User) -> None:
    answer = visitor.post(LOGIN, {"login": alice.email, "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/studio/"
