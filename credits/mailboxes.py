"""Which mailbox an address leads to, and whether it is one to throw away.

Only what a provider surely does counts as an alias: two people must never be taken for one.
"""

from contextlib import suppress
from typing import Final

from disposable_email_domains import blocklist
from django.conf import settings

GMAIL: Final = ("gmail.com", "googlemail.com")
FASTMAIL: Final = ("fastmail.com", "fastmail.fm")
# A name at Yahoo has no hyphen: what comes behind one is a keyword of a disposable address.
YAHOO: Final = (
    "yahoo.com", "ymail.com", "rocketmail.com", "yahoo.ca", "yahoo.co.in", "yahoo.co.uk", "yahoo.com.au",
    "yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.in", "yahoo.it",
)  # fmt: skip


def canonical(email: str) -> str:
    """One spelling for all addresses of a mailbox."""
    name, _at, given = email.strip().lower().rpartition("@")
    domain = _ascii(given)
    own, _dot, parent = domain.partition(".")
    if parent in FASTMAIL:  # anything@name.fastmail.com
        name, domain = own, parent
    name = _before(name, "+")
    if domain in GMAIL:
        name, domain = name.replace(".", ""), GMAIL[0]
    if domain in YAHOO:
        name = _before(name, "-")
    return f"{name}@{domain}"


def is_blocked(email: str) -> bool:
    """Whether its domain, or one that it lies under, is known as disposable or named by the operator."""
    labels = _ascii(email.strip().lower().rpartition("@")[2]).split(".")
    above = {".".join(labels[start:]) for start in range(len(labels))}
    return not above.isdisjoint(blocklist) or not above.isdisjoint(map(_ascii, settings.WELCOME_BLOCKED_DOMAINS))


def _ascii(domain: str) -> str:
    """The domain as the net knows it: a name with other letters is the same name in either spelling."""
    domain = domain.strip(".")
    with suppress(UnicodeError):
        return domain.encode("idna").decode()
    return domain


def _before(name: str, sign: str) -> str:
    """Without what comes behind the sign; a name that begins with it stays."""
    return name.partition(sign)[0] or name
