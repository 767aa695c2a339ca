"""Wallets, and the lock that every verb takes first."""

from accounts.models import User
from credits.models import Wallet


def wallet_of(*, user: User) -> Wallet:
    """The user's wallet, opened if there is none."""
    return Wallet.objects.get_or_create(owner=user)[0]


def lock(wallet: Wallet) -> Wallet:
    """The wallet as it stands, held until the transaction's end. Everything that moves credits passes here first."""
    return Wallet.objects.select_for_update(no_key=True).get(pk=wallet.pk)


def lock_of(*, user: User) -> Wallet:
    """The same of the user's wallet, opened if there is none."""
    held = Wallet.objects.select_for_update(no_key=True).filter(owner=user).first()
    return held or lock(wallet_of(user=user))
