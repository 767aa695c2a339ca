"""Stripe's own pages for cards, invoices, cancelling and changing the plan."""

from typing import Any, Final

import stripe
from django.core.cache import cache

from credits.billing import customers, sync
from credits.billing.client import metadata_of, stripe_client
from credits.models import SalePrice, Wallet
from credits.shop import in_force

KEPT_S: Final = 3600
OURS: Final = {"made_by": "gptimage"}


def open_page(*, wallet: Wallet, address: str) -> str:
    """The address of a portal for this wallet, which leads back to `address`. Raises NotSetUp, Away, Refused."""
    customer = customers.of(wallet=wallet)
    with stripe_client() as client:
        asked: Any = {"customer": customer.stripe_id, "return_url": address, "configuration": _configuration(client)}
        return client.v1.billing_portal.sessions.create(asked).url


def _configuration(client: stripe.StripeClient) -> str:
    """What the portal lets people do, made anew where the plans on sale have changed since."""
    prices = list(in_force().filter(plan__isnull=False))
    for price in prices:
        sync.ensure(price=price)
    key = f"portal:{'-'.join(sorted(str(price.stripe_id) for price in prices))}"
    found: str | None = cache.get(key)
    if found is None:
        features = _features(prices)
        mine = [one for one in client.v1.billing_portal.configurations.list({"active": True, "limit": 100}).data
                if metadata_of(one) == OURS]  # fmt: skip
        made = (
            client.v1.billing_portal.configurations.update(mine[0].id, {"features": features})
            if mine
            else client.v1.billing_portal.configurations.create({"features": features, "metadata": OURS})
        )
        found = made.id
        cache.set(key, found, KEPT_S)
    return found


def _features(prices: list[SalePrice]) -> Any:
    """A dearer plan comes at once and is paid by the day; a cheaper one when the period is over."""
    products: dict[str, list[str]] = {}
    for price in prices:
        products.setdefault(price.product.stripe_id, []).append(str(price.stripe_id))
    later = ["decreasing_item_amount", "shortening_interval"]
    return {
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "customer_update": {"enabled": True, "allowed_updates": ["name", "address", "tax_id"]},
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
        "subscription_update": {
            "enabled": bool(products),
            "default_allowed_updates": ["price"],
            "proration_behavior": "always_invoice",
            "schedule_at_period_end": {"conditions": [{"type": kind} for kind in later]},
            "products": [{"product": product, "prices": ids} for product, ids in products.items()],
        },
    }
