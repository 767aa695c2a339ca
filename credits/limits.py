"""What a wallet's holder may do at once."""

from dataclasses import dataclass

from django.conf import settings

from credits.models import Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`in_flight`: how many generations of this wallet may be at the broker."""

    in_flight: int


def of(*, wallet: Wallet) -> Limits:
    """The wallet's limits: the same for all, from the settings."""
    return Limits(in_flight=settings.IN_FLIGHT_PER_USER)
