"""Amounts in minor units: what a discount takes off, and the tax on what remains."""

from dataclasses import dataclass

from credits.sandbox.shapes import Thing

TAX_PERCENT = 19
TAX_RATE = "txr_sandbox"
_WHOLE = ("jpy", "krw", "vnd", "clp")  # currencies without minor units


@dataclass(frozen=True)
class Share:
    """What of a line is discount and what tax; both in minor units, and tax comes on top."""

    discount: int
    tax: int


def rounded(value: float) -> int:
    """Half up, away from zero."""
    return int(abs(value) + 0.5 + 1e-9) * (1 if value >= 0 else -1)


def shares(amounts: list[int], *, coupon: Thing | None, taxed: bool) -> list[Share]:
    """For each amount, in their order. An amount off is spread over the lines, and takes no more than there is."""
    discounts = [0] * len(amounts)
    if coupon and coupon["percent_off"]:
        discounts = [rounded(amount * coupon["percent_off"] / 100) for amount in amounts]
    elif coupon:
        left = coupon["amount_off"]
        for place, amount in enumerate(amounts):
            discounts[place] = max(0, min(left, amount))
            left -= discounts[place]
    rate = TAX_PERCENT / 100 if taxed else 0
    return [
        Share(discount, rounded((amount - discount) * rate))
        for amount, discount in zip(amounts, discounts, strict=True)
    ]


def words(amount: int, currency: str) -> str:
    """For people: 12.00 EUR."""
    number = f"{amount:,}" if currency in _WHOLE else f"{amount / 100:,.2f}"
    return f"{number} {currency.upper()}"


def per_day(price: Thing) -> float:
    """What a recurring price comes to, for comparing."""
    days = {"day": 1, "week": 7, "month": 365 / 12, "year": 365}[price["recurring"]["interval"]]
    return float(price["unit_amount"] / (days * price["recurring"]["interval_count"]))
