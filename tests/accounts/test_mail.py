"""Every letter has a subject, words, and the look of a mail; a worker sends it and tries again."""

from smtplib import SMTPServerDisconnected
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import RequestFactory
from django.utils import timezone

from accounts import tasks
from accounts.adapter import NOTICE, NOTICES, AccountAdapter
from accounts.models import User

LETTERS = {
    "account/email/email_confirmation": {"code": "481920"},
    "account/email/email_confirmation_signup": {"code": "481920"},
    "account/email/login_code": {"code": "481920"},
    "account/email/password_reset_key": {"password_reset_url": "http://x/reset"},
    "account/email/account_already_exists": {"login_url": "http://x/login"},
    "account/email/unknown_account": {"signup_url": "http://x/signup"},
    "studio/email/overruled": {"note": "A costume, not a wound.", "studio_url": "http://x/studio?source=1"},
    NOTICE: {
        "what": NOTICES["account/email/password_set"],
        "timestamp": timezone.now(),
        "ip": "127.0.0.1",
        "user_agent": "Browser",
        "settings_url": "http://x/account",
    },
}


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_whole(name: str) -> None:
    request = RequestFactory().get("/")
    facts = {"email": "kiln@example.com", "minutes": 10, "welcome_credits": 40, **LETTERS[name]}
    letter = AccountAdapter(request).render_mail(name, "kiln@example.com", facts)
    [(html, kind)] = letter.alternatives
    assert kind == "text/html"
    assert letter.subject
    assert "\n" not in letter.subject
    assert "&" not in str(letter.body)
    for value in LETTERS[name].values():
        if str(value).startswith("http"):
            assert str(value) in letter.body
            assert f'href="{value}"' in str(html)
    if "code" in LETTERS[name]:
        assert "481 920" in letter.subject
        assert "481 920" in letter.body
        assert ">481920</td>" in str(html)
    assert "<script" not in str(html)
    assert "http" not in str(html).replace("http://x/", "")  # nothing is fetched when it is opened


def deliver() -> Any:
    return tasks.deliver.apply(
        kwargs={
            "subject": "One",
            "text": "Words",
            "html": "<p>Words</p>",
            "sender": "a@x.example",
            "to": ["b@x.example"],
        }
    )


def test_a_worker_sends_it() -> None:
    deliver().get()
    [letter] = mail.outbox
    assert (letter.subject, letter.body, letter.from_email, letter.to) == (
        "One",
        "Words",
        "a@x.example",
        ["b@x.example"],
    )


def test_it_is_tried_again_when_the_server_is_away() -> None:
    sends = [SMTPServerDisconnected("gone"), SMTPServerDisconnected("gone"), 1]
    with patch.object(EmailMultiAlternatives, "send", side_effect=sends) as send:
        assert deliver().state == "SUCCESS"
    assert send.call_count == 3


def test_nobody_s_words_are_shown_to_who_watches_the_broker(visitor: Any, alice: User) -> None:
    with patch.object(tasks.deliver, "apply_async") as enqueued:
        visitor.post("/accounts/login/code/", {"email": alice.email})
    assert enqueued.call_args.kwargs["kwargsrepr"] == "(a mail)"
