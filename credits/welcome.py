"""The credits that a newcomer begins with."""

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.models import User
from credits import ledger


def welcome(*, user: User) -> None:
    """Gives the welcome credits once a user, whatever the setting said when it was given."""
    if not settings.WELCOME_CREDITS:
        return
    wallet = ledger.wallet_of(user=user)
    try:
        ledger.grant(wallet=wallet, credits=settings.WELCOME_CREDITS, cause=f"welcome:{user.uuid}")
    except ledger.CauseTaken:
        return  # another address was verified after the setting had changed


def on_email_confirmed(*, email_address: EmailAddress, **signal: Any) -> None:
    """allauth's only hook for a verified address."""
    welcome(user=email_address.user)
