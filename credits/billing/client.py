"""The one road to Stripe."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from credits.billing.errors import Away, NotSetUp, Refused

log = logging.getLogger(__name__)


def is_set_up() -> bool:
    """Whether anything can be bought."""
    return bool(settings.STRIPE_SECRET_KEY)


@contextmanager
def stripe_client() -> Iterator[stripe.StripeClient]:
    """The client; what goes wrong while it is asked comes as NotSetUp, Away or Refused."""
    if not is_set_up():
        raise NotSetUp
    try:
        yield _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.STRIPE_TIMEOUT_S)
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Away from error
    except stripe.StripeError as error:
        log.warning("stripe refuses: %s %s %s", error.http_status, error.code, error.request_id)
        if (error.http_status or 500) >= 500:
            raise Away from error
        words = _("Stripe refuses: %(words)s") % {"words": error.user_message or error.code or error.http_status}
        raise Refused(words) from error


@cache
def _client(key: str, address: str, timeout_s: int) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": address} if address else {},
        http_client=stripe.RequestsClient(timeout=timeout_s),
        max_network_retries=2,
    )


def id_of(thing: object) -> str:
    """The id of what Stripe names by its id or, expanded, whole; empty for nothing."""
    return str(getattr(thing, "id", thing) or "")


def is_on_its_way(intent: object) -> bool:
    """Whether a bank is still at a payment, which may take days; it has to be expanded."""
    return isinstance(intent, stripe.PaymentIntent) and intent.status == "processing"


def metadata_of(thing: Any) -> dict[str, str]:
    """What was written on an object when it was made."""
    return thing.metadata.to_dict() if thing.metadata else {}
