"""One spelling for a mailbox, and the domains that are thrown away."""

from typing import Any

import pytest

from credits import mailboxes


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        ("Kiln@Example.com", "kiln@example.com"),
        ("kiln+studio@example.com", "kiln@example.com"),
        ("kiln+a+b@example.com", "kiln@example.com"),
        ("+kiln@example.com", "+kiln@example.com"),
        ("k.i.l.n@example.com", "k.i.l.n@example.com"),
        ("K.i.ln+x@GoogleMail.com", "kiln@gmail.com"),
        ("k-iln@gmail.com", "k-iln@gmail.com"),
        ("kiln-shop@yahoo.com", "kiln@yahoo.com"),
        ("kiln-shop@yahoo.co.jp", "kiln-shop@yahoo.co.jp"),
        ("kiln-shop@example.com", "kiln-shop@example.com"),
        ("shop@kiln.fastmail.com", "kiln@fastmail.com"),
        ("kiln@fastmail.com", "kiln@fastmail.com"),
        ("kiln@bücher.example", "kiln@xn--bcher-kva.example"),
        ("kiln@example.com.", "kiln@example.com"),
        ("kiln@" + "x" * 70 + ".example", "kiln@" + "x" * 70 + ".example"),
    ],
)
def test_one_spelling(email: str, mailbox: str) -> None:
    assert mailboxes.canonical(email) == mailbox
    assert mailboxes.canonical(mailbox) == mailbox


def test_who_is_thrown_away(settings: Any) -> None:
    settings.WELCOME_BLOCKED_DOMAINS = ["rival.example", "bücher.example"]
    for email in (
        "a@mailinator.com",
        "a@deep.down.Mailinator.com",
        "a@rival.example",
        "a@shop.rival.example.",
        "a@xn--bcher-kva.example",
    ):
        assert mailboxes.is_blocked(email), email
    for email in ("a@gmail.com", "a@example.com", "a@mailinator.com.example", "a@myrival.example", "a@example"):
        assert not mailboxes.is_blocked(email), email
