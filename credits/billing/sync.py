"""Our plans, packs and their prices at Stripe. A price there is made once and never edited; an old one is closed."""

from collections.abc import Iterator
from typing import Any

import stripe
from django.utils import timezone

from credits.billing.client import stripe_client
from credits.models import Interval, Pack, Plan, SalePrice


def ensure(*, price: SalePrice) -> str:
    """The price's id at Stripe, made there if it is not yet. Raises NotSetUp, Away, Refused."""
    if not price.stripe_id:
        with stripe_client() as client:
            _make_price(client, price)
    assert price.stripe_id
    return price.stripe_id


def everything() -> Iterator[str]:
    """Brings Stripe in step with our rows; a line for each thing made or changed. Run again it changes nothing."""
    with stripe_client() as client:
        for plan in Plan.objects.all():
            yield from _sync_product(client, plan)
        for pack in Pack.objects.all():
            yield from _sync_product(client, pack)
        for price in SalePrice.objects.select_related("plan", "pack").order_by("id"):
            yield from _sync_price(client, price)


def _sync_product(client: stripe.StripeClient, product: Plan | Pack) -> Iterator[str]:
    if not product.stripe_id:
        yield f"product made: {product} {_make_product(client, product)}"
        return
    there = client.v1.products.retrieve(product.stripe_id)
    wanted: Any = {"name": product.name, "active": product.offered}
    if any(getattr(there, name) != value for name, value in wanted.items()):
        client.v1.products.update(product.stripe_id, wanted)
        yield f"product changed: {product} {product.stripe_id}"


def _sync_price(client: stripe.StripeClient, price: SalePrice) -> Iterator[str]:
    if not price.stripe_id:
        _make_price(client, price)
        yield f"price made: {price} {price.stripe_id}"
    there, wanted = client.v1.prices.retrieve(str(price.stripe_id)), not _is_over(price)
    if there.active != wanted:
        client.v1.prices.update(str(price.stripe_id), {"active": wanted})
        yield f"price {'opened' if wanted else 'closed'}: {price} {price.stripe_id}"


def _is_over(price: SalePrice) -> bool:
    """Whether a newer one is in force. Who subscribed at it goes on paying it."""
    newer = SalePrice.objects.filter(
        plan=price.plan, pack=price.pack, interval=price.interval, currency=price.currency
    ).filter(valid_from__gt=price.valid_from, valid_from__lte=timezone.now())
    return newer.exists()


def _make_product(client: stripe.StripeClient, product: Plan | Pack) -> str:
    if product.stripe_id:
        return product.stripe_id
    ours = f"{product._meta.model_name}:{product.pk}"
    made = client.v1.products.create(
        {"name": product.name, "metadata": {"product": ours}}, {"idempotency_key": f"product:{ours}:{product.name}"}
    )
    product.stripe_id = made.id
    product.save(update_fields=["stripe_id"])
    return made.id


def _make_price(client: stripe.StripeClient, price: SalePrice) -> None:
    asked: Any = {
        "product": _make_product(client, price.product),
        "unit_amount": price.amount_minor,
        "currency": price.currency,
        "tax_behavior": "exclusive",
        "metadata": {"price": str(price.pk)},
    }
    if price.interval != Interval.ONCE:
        asked["recurring"] = {"interval": price.interval}
    made = client.v1.prices.create(asked, {"idempotency_key": f"price:{asked['product']}:{price.pk}"})
    price.stripe_id = made.id
    price.save(update_fields=["stripe_id"])
