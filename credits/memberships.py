"""Which plan a wallet's holder is on."""

from typing import Final

from accounts.models import User
from credits.models import Subscription

# Stripe's words for a subscription that goes on, paid or not. An incomplete one never began.
RUNNING: Final = ("active", "trialing", "past_due", "unpaid", "paused")


def running(*, user: User) -> Subscription | None:
    """The newest subscription of the user's wallet that goes on, with its plan and price."""
    found = Subscription.objects.filter(wallet__owner=user, status__in=RUNNING, ended_at__isnull=True)
    return found.select_related("plan", "price").order_by("-created_at", "-id").first()
