"""The plans and packs a new shop starts with. No credit is sold for less than CREDIT_VALUE_MICROUSD's default, 3 cents.

An operator changes them in the admin; run again this changes nothing.
"""

from datetime import UTC, datetime
from typing import Any, Final

from credits.models import Interval, Pack, Plan, SalePrice

VALID_FROM: Final = datetime(2026, 11, 24, tzinfo=UTC)
PLANS: Final[list[dict[str, Any]]] = [
    {
        "name": "Solo", "note": "for one desk", "credits": 500, "rollover": True, "in_flight": 8,
        "features": "Up to 4K\nPictures kept while you stay", "highlighted": True, "month": 1_800, "year": 18_000,
    },
    {
        "name": "Studio", "note": "for a heavy desk", "credits": 2_400, "rollover": True, "in_flight": 24,
        "features": "Up to 4K\nPictures kept while you stay", "month": 8_600, "year": 86_400,
    },
]  # fmt: skip
PACKS: Final[list[dict[str, Any]]] = [
    {"name": "300 credits", "credits": 300, "lasts_days": 365, "once": 1_200},
    {"name": "1,000 credits", "credits": 1_000, "lasts_days": 365, "once": 3_600},
    {"name": "4,000 credits", "credits": 4_000, "lasts_days": 365, "once": 12_800},
]


def stock() -> None:
    """Puts them into an empty shop."""
    if Plan.objects.exists() or Pack.objects.exists():
        return
    for model, key, rows in ((Plan, "plan", PLANS), (Pack, "pack", PACKS)):
        for position, row in enumerate(rows):
            amounts = {interval: row.get(interval) for interval in Interval.values}
            facts = {name: value for name, value in row.items() if name not in amounts}
            product = model.objects.create(position=position, **facts)
            SalePrice.objects.bulk_create(
                SalePrice(**{key: product}, interval=interval, amount_minor=amount, valid_from=VALID_FROM)
                for interval, amount in amounts.items()
                if amount
            )
