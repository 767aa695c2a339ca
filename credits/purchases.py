"""What was bought, in a few words: 300 credits; Solo, November; its invoice."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credits import money
from credits.models import Lot, Payment, SalePrice


def name(lot: Lot) -> str:
    """What a lot that was bought is called: after the pack, or the plan and its month."""
    price = lot.payment.price if lot.payment else None
    if price is None:
        return str(lot.get_kind_display())
    return plan_month(price, lot) if price.plan else str(price.product)


def plan_month(price: SalePrice, lot: Lot) -> str:
    """Solo, November."""
    month = date_format(timezone.localdate(lot.starts_at), "F")
    return _("%(plan)s, %(month)s") % {"plan": price.product, "month": month}


def words(lot: Lot) -> str:
    """The invoice and what was paid: invoice 2026-0931, $12.00 and $2.28 tax."""
    payment = lot.payment
    if payment is None:
        return ""
    parts = [_("invoice %(number)s") % {"number": payment.number} if payment.number else "", paid(payment)]
    return ", ".join(part for part in parts if part)


def paid(payment: Payment) -> str:
    """$12.00 and $2.28 tax."""
    net = money.amount(payment.net_minor, payment.currency)
    if not payment.tax_minor:
        return net
    tax = money.amount(payment.tax_minor, payment.currency)
    return _("%(net)s and %(tax)s tax") % {"net": net, "tax": tax}


def of(payment: Payment) -> str:
    """What a payment was for: the plan or the pack."""
    return str(payment.price.product) if payment.price else _("Credits")
