"""Who a wallet is at Stripe."""

from credits.billing.client import stripe_client
from credits.models import Customer, Wallet


def of(*, wallet: Wallet) -> Customer:
    """The wallet's customer, made at Stripe if there is none."""
    if found := Customer.objects.filter(wallet=wallet).first():
        return found
    with stripe_client() as client:
        made = client.v1.customers.create(
            {"email": wallet.owner.email, "metadata": {"wallet": str(wallet.uuid)}},
            {"idempotency_key": f"customer:{wallet.uuid}"},
        )
    return Customer.objects.get_or_create(wallet=wallet, defaults={"stripe_id": made.id})[0]
