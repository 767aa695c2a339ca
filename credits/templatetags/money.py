"""Money on a page."""

from django import template

from credits import money as amounts
from credits import purchases
from credits.models import Payment

register = template.Library()


@register.filter
def money(minor: int, currency: str) -> str:
    """{{ price.amount_minor|money:price.currency }}: $14.28."""
    return amounts.amount(minor, currency)


@register.filter
def bought(payment: Payment) -> str:
    """What a payment was for."""
    return purchases.of(payment)
