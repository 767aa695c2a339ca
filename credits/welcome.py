"""The credits that a newcomer begins with: once a user, once a mailbox, and not to a crowd from one network.

Whoever gets none may use the product all the same, is told why, and may be given credits by an operator. Mailboxes and
networks are kept as hashes with the SECRET_KEY: another key forgets who had them.
"""

from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import User
from credits import ledger, mailboxes
from credits.models import Answer, EntryKind, NetworkDay, Welcome

KEPT: Final = timedelta(days=7)


@transaction.atomic
def welcome(*, user: User, email: str, address: str | None = None) -> Answer | None:
    """Gives the welcome credits once a user, whatever the settings said then, or answers why not; None: there are none.

    `email` is what was verified, `address` where from, None where no visitor did it. A refusal is not for ever: another
    address that is verified later is judged anew.
    """
    if not settings.WELCOME_CREDITS:
        return None
    wallet = ledger.lock(ledger.wallet_of(user=user))  # two confirmations of one user come one after the other
    row = Welcome.objects.filter(owner=user).first() or Welcome(owner=user)
    if row.answer == Answer.GIVEN:
        return Answer.GIVEN
    answer = _decide(row, email=email, address=address)
    if answer != Answer.GIVEN:
        row.answer, row.mailbox = answer, ""
        row.save()
        return answer
    with suppress(ledger.CauseTaken):  # given before answers were kept, when the setting said another number
        ledger.grant(wallet=wallet, credits=settings.WELCOME_CREDITS, cause=f"welcome:{user.uuid}")
    return answer


def _decide(row: Welcome, *, email: str, address: str | None) -> Answer:
    """The answer; what it rests on is taken by then. The network comes last, as its row is shared by most."""
    if mailboxes.is_blocked(email):
        return Answer.DOMAIN
    if not _take_mailbox(row, email):
        return Answer.MAILBOX
    if address is not None and not _take_place(address):
        return Answer.NETWORK
    return Answer.GIVEN


def _take_mailbox(row: Welcome, email: str) -> bool:
    """Writes the row as given; false where another user has had the mailbox. The second waits for the first's end."""
    row.answer = Answer.GIVEN
    row.mailbox = mailbox_hash(email) if settings.WELCOME_ONCE_PER_MAILBOX else ""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    return True


def _take_place(address: str) -> bool:
    """One of the day's places of a network; false where they are gone."""
    most = settings.WELCOME_PER_NETWORK
    if not most or (settings.EMBEDDED and ip_address(address or "::").is_loopback):
        return True
    network = salted_hmac("credits.network", addresses.network(address), algorithm="sha256").hexdigest()
    row, _new = NetworkDay.objects.get_or_create(network=network, day=timezone.now().date())
    return bool(NetworkDay.objects.filter(pk=row.pk, welcomes__lt=most).update(welcomes=F("welcomes") + 1))


def mailbox_hash(email: str) -> str:
    """How a mailbox is kept."""
    return salted_hmac("credits.mailbox", mailboxes.canonical(email), algorithm="sha256").hexdigest()


def forget_networks() -> None:
    """Drops the days that are over for a week."""
    NetworkDay.objects.filter(day__lt=timezone.now().date() - KEPT).delete()


def why_not(*, user: User) -> str:
    """The sentence for a user who got no welcome credits, until somebody gives them some; empty for all others."""
    row = Welcome.objects.filter(owner=user).exclude(answer=Answer.GIVEN).first()
    if row is None or ledger.wallet_of(user=user).entries.filter(kind=EntryKind.GRANT).exists():
        return ""
    return {
        Answer.MAILBOX: _("Welcome credits are given once a mailbox."),
        Answer.DOMAIN: _("Welcome credits are not given to disposable addresses."),
        Answer.NETWORK: _("Too many accounts came from your network that day, so there are no welcome credits."),
    }[Answer(row.answer)]


def on_email_confirmed(*, request: HttpRequest | None, email_address: EmailAddress, **signal: Any) -> None:
    """allauth's only hook for a verified address."""
    address = addresses.of(request) if request else None
    welcome(user=email_address.user, email=email_address.email, address=address)
