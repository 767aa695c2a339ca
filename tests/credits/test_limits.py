from typing import Any

from credits import limits
from credits.models import Wallet


def test_it_works(wallet: Wallet, settings: Any) -> None:
    settings.IN_FLIGHT_PER_USER = 7
    assert limits.of(wallet=wallet) == limits.Limits(in_flight=7)
