"""Making an account: an address, a tick, a code from the mail."""

from django.core import mail
from django.core.cache import cache

from accounts.models import User
from tests.accounts.conftest import Visitor, code, page
from tests.conftest import balance

SIGNUP = "/accounts/signup/"
CONFIRM = "/accounts/confirm-email/"
ANOTHER = "Another code is on its way. The old one no longer works."
NEWCOMER = {"email": "Kiln@Example.com", "terms": "on"}


def other_than(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"


def test_it_works(visitor: Visitor) -> None:
    assert visitor.post(SIGNUP, NEWCOMER).headers["Location"] == CONFIRM
    assert not visitor.signed_in()
    [letter] = mail.outbox
    assert letter.to == ["kiln@example.com"]
    assert letter.subject == f"{code()[:3]} {code()[3:]} is your code for GPT Image 2"
    assert "40 credits are yours to start" in letter.body
    assert visitor.post(CONFIRM, {"code": code()}).headers["Location"] == "/studio/"
    assert visitor.signed_in()
    user = User.objects.get(email="kiln@example.com")
    assert not user.has_usable_password()
    assert balance(user) == 40


def test_the_code_may_be_typed_with_its_gap(visitor: Visitor) -> None:
    visitor.post(SIGNUP, NEWCOMER)
    visitor.post(CONFIRM, {"code": f" {code()[:3]} {code()[3:]} "})
    assert visitor.signed_in()


def test_without_the_tick_there_is_no_account(visitor: Visitor) -> None:
    said = page(visitor.post(SIGNUP, {"email": "kiln@example.com"}))
    assert "Without this there can be no account." in said
    assert 'aria-describedby="id_terms_error"' in said
    assert not User.objects.exists()


def test_a_broken_address_is_said_beside_its_field(visitor: Visitor) -> None:
    said = page(visitor.post(SIGNUP, {"email": "kiln@", "terms": "on"}))
    assert 'aria-describedby="id_email_error"' in said
    assert 'value="kiln@"' in said
    assert not mail.outbox


def test_a_wrong_code_three_times_ends_it(visitor: Visitor) -> None:
    visitor.post(SIGNUP, NEWCOMER)
    wrong = other_than(code())
    for _turn in range(2):
        assert "This is not the code." in page(visitor.post(CONFIRM, {"code": wrong}))
    assert visitor.post(CONFIRM, {"code": wrong}).headers["Location"] == "/accounts/login/"
    visitor.post(CONFIRM, {"code": code()})
    assert not visitor.signed_in()


def test_another_code_can_be_sent_and_replaces_the_first(visitor: Visitor) -> None:
    visitor.post(SIGNUP, NEWCOMER)
    first = code()
    assert ANOTHER not in page(visitor.get(CONFIRM))
    cache.clear()  # ten seconds later
    assert ANOTHER in page(visitor.post(CONFIRM, {"action": "resend"}, follow=True))
    assert ANOTHER not in page(visitor.get(CONFIRM))
    assert len(mail.outbox) == 2
    assert code() != first
    visitor.post(CONFIRM, {"code": first})
    assert not visitor.signed_in()
    visitor.post(CONFIRM, {"code": code()})
    assert visitor.signed_in()


def test_another_code_too_soon_is_answered_on_the_page_and_the_first_still_works(visitor: Visitor) -> None:
    visitor.post(SIGNUP, NEWCOMER)
    answer = visitor.post(CONFIRM, {"action": "resend", "next": "/credits/"}, follow=True)
    assert answer.status_code == 200
    assert "Wait a moment before you ask for another." in page(answer)
    assert ANOTHER not in page(answer)
    assert len(mail.outbox) == 1
    assert visitor.post(CONFIRM, {"code": code(), "next": "/credits/"}).headers["Location"] == "/credits/"


def test_asking_too_often_for_anything_else_has_a_page(visitor: Visitor) -> None:
    for turn in range(20):
        visitor.post(SIGNUP, {"email": f"{turn}@", "terms": "on"})
    answer = visitor.post(SIGNUP, NEWCOMER)
    assert answer.status_code == 429
    assert "Too many at once" in page(answer)


def test_an_address_that_has_an_account_is_not_given_away(visitor: Visitor, alice: User) -> None:
    stranger = visitor.post(SIGNUP, {"email": alice.email, "terms": "on"})
    assert stranger.headers["Location"] == CONFIRM
    shown = page(visitor.get(CONFIRM))
    assert "We sent six digits to <b>alice@example.com</b>" in shown
    assert mail.outbox[-1].subject == "You have an account at GPT Image 2"
    assert "http://testserver/accounts/login/" in mail.outbox[-1].body
    assert "This is not the code." in page(visitor.post(CONFIRM, {"code": "123456"}))
    assert User.objects.count() == 1


def test_another_address_can_be_used_after_all(visitor: Visitor) -> None:
    visitor.post(SIGNUP, NEWCOMER)
    assert visitor.get(SIGNUP).status_code == 302  # the code is still awaited
    assert visitor.post("/accounts/logout/", {"next": SIGNUP}).headers["Location"] == SIGNUP
    assert visitor.get(SIGNUP).status_code == 200


def test_the_page_after_is_the_one_that_was_wanted(visitor: Visitor) -> None:
    wanted = visitor.get("/credits/").headers["Location"]
    assert wanted == "/accounts/login/?next=/credits/"
    visitor.post(f"{SIGNUP}?next=/credits/", {**NEWCOMER, "next": "/credits/"})
    assert visitor.post(CONFIRM, {"code": code()}).headers["Location"] == "/credits/"
