"""Money as people read it."""

from decimal import Decimal
from typing import Final

from django.utils.formats import number_format

SYMBOLS: Final = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
# Currencies whose smallest unit is the unit itself, at Stripe: docs.stripe.com/currencies, zero-decimal, 2026-11.
WHOLE: Final = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())  # noqa: SIM905


def places(currency: str) -> int:
    """How many digits the minor units of a currency are."""
    return 0 if currency.lower() in WHOLE else 2


def amount(minor: int, currency: str, *, short: bool = False) -> str:
    """Minor units as an amount with its sign: $14.28, −€3.00, 12.00 CHF. `short` leaves .00 out."""
    digits = places(currency)
    value = Decimal(abs(minor)).scaleb(-digits)
    number = number_format(value, decimal_pos=0 if short and value == value.to_integral_value() else digits,
                           use_l10n=True, force_grouping=True)  # fmt: skip
    sign, symbol = "−" if minor < 0 else "", SYMBOLS.get(currency.lower())
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"
