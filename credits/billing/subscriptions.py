"""Plans that are paid for again and again: Stripe decides, and a copy of what it says lies here."""

from datetime import UTC, datetime

import stripe
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from credits.billing.client import id_of, metadata_of, stripe_client
from credits.billing.errors import BillingError, NotOurs
from credits.models import SalePrice, Subscription, Wallet


def settle(*, subscription_id: str) -> Subscription:
    """Reads the subscription as Stripe has it now into our row."""
    with stripe_client() as client:
        found = client.v1.subscriptions.retrieve(subscription_id, {"expand": ["default_payment_method"]})
    item = found["items"].data[0]
    price = price_of(stripe_id=item.price.id)
    assert price.plan is not None
    facts = {
        "plan": price.plan,
        "price": price,
        "status": found.status,
        "period_start": moment(item.current_period_start),
        "period_end": moment(item.current_period_end),
        "cancel_at": _cancel_at(found, item),
        "paused": found.status == "paused" or found.pause_collection is not None,
        "ended_at": moment(found.ended_at) if found.ended_at else None,
        "card": _card(found.default_payment_method),
    }
    return Subscription.objects.update_or_create(
        stripe_id=found.id, defaults=facts, create_defaults={**facts, "wallet": _wallet_of(found)}
    )[0]


def cancel(*, subscription: Subscription, at_once: bool) -> None:
    """Ends it at Stripe, now or with its period; what is paid for stays. Raises NotSetUp, Away, Refused."""
    with stripe_client() as client:
        if at_once:
            client.v1.subscriptions.cancel(subscription.stripe_id)
        else:
            client.v1.subscriptions.update(subscription.stripe_id, {"cancel_at_period_end": True})
    settle(subscription_id=subscription.stripe_id)


def price_of(*, stripe_id: str) -> SalePrice:
    """Our row of a price at Stripe; BillingError where there is none (yet)."""
    found = SalePrice.objects.select_related("plan", "pack").filter(stripe_id=stripe_id).first()
    if found is None:
        raise BillingError(_("Price %(price)s is not one of ours: run stripe_sync.") % {"price": stripe_id})
    return found


def moment(seconds: int) -> datetime:
    """A time of Stripe's."""
    return datetime.fromtimestamp(seconds, UTC)


def _wallet_of(found: stripe.Subscription) -> Wallet:
    """As its metadata names it, or else its customer."""
    try:
        named = Wallet.objects.filter(uuid=metadata_of(found).get("wallet", "")).first()
    except ValidationError:
        named = None
    wallet = named or Wallet.objects.filter(customer__stripe_id=id_of(found.customer)).first()
    if wallet is None:
        raise NotOurs
    return wallet


def _cancel_at(found: stripe.Subscription, item: stripe.SubscriptionItem) -> datetime | None:
    if found.cancel_at:
        return moment(found.cancel_at)
    return moment(item.current_period_end) if found.cancel_at_period_end else None


def _card(method: object) -> str:
    """Visa, ends 4242."""
    card = getattr(method, "card", None)
    return _("%(brand)s, ends %(last4)s") % {"brand": card.brand.capitalize(), "last4": card.last4} if card else ""
