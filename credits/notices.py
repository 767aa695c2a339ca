"""Mails about money, each once: the row is claimed by a conditional update before a word is written."""

from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils import timezone

from accounts import letters
from credits import ledger, money, purchases, statements
from credits.models import Lot, LowBalance, Payment, Wallet

LOW: Final = "credits/email/low_balance"
FAILED: Final = "credits/email/payment_failed"


def watch(*, wallet: Wallet, below: int, on: bool) -> None:
    """Keeps what the owner wants. Who is below already is told the next time that they fall."""
    already = ledger.spendable(lots=wallet.lots.all()) < below
    told_at = timezone.now() if already else None
    LowBalance.objects.update_or_create(wallet=wallet, defaults={"below": below, "on": on, "told_at": told_at})


def low_balances() -> int:
    """Writes to those who fell below since the last time, and arms those again who are above; returns how many mails.

    Called by beat. What counts is what the database holds at that moment, however it came to be.
    """
    watched = _watched()
    watched.filter(told_at__isnull=False, spendable__gte=F("below")).update(told_at=None)
    fallen = watched.filter(told_at__isnull=True, spendable__lt=F("below")).select_related("wallet__owner")
    return sum(_tell_low(row, row.spendable) for row in fallen)


def _watched() -> Any:
    lots = Lot.objects.filter(ledger.usable(), wallet=OuterRef("wallet")).order_by().values("wallet")
    total = Subquery(lots.annotate(total=Sum("remaining")).values("total"))
    owners = LowBalance.objects.filter(on=True, wallet__owner__is_active=True)
    return owners.annotate(spendable=Coalesce(total, 0))


@transaction.atomic
def _tell_low(row: LowBalance, left: int) -> bool:
    claimed = LowBalance.objects.filter(pk=row.pk, on=True, told_at__isnull=True).update(told_at=Now())
    if claimed:
        facts = {"left": left, "below": row.below, "pricing_url": _page("studio:pricing"), "url": _credits_page()}
        letters.send(LOW, to=row.wallet.owner.email, facts=facts)
    return bool(claimed)


@transaction.atomic
def payment_failed(payment: Payment) -> bool:
    """Tells the owner that a payment did not go through, once a payment; False where that was told, or it came."""
    waiting = Payment.objects.filter(pk=payment.pk, state=Payment.State.OPEN, failed_told_at__isnull=True)
    if not waiting.update(failed_told_at=Now()):
        return False
    payment = Payment.objects.select_related("wallet__owner", "price", "subscription__plan").get(pk=payment.pk)
    letters.send(FAILED, to=payment.wallet.owner.email, facts=_failed_facts(payment))
    return True


def _failed_facts(payment: Payment) -> dict[str, Any]:
    """The facts of the mail: amounts with their signs, days in words."""
    going = payment.subscription
    days = [statements.short_date(day) for day in (going.period_start, going.period_end)] if going else []
    amounts = {
        name: money.amount(minor, payment.currency)
        for name, minor in (("net", payment.net_minor), ("tax", payment.tax_minor), ("total", payment.total_minor))
    }
    return {
        "what": going.plan.name if going else purchases.of(payment),
        "going_on": bool(going),
        "period": days,
        **amounts,
        "taxed": bool(payment.tax_minor),
        "card": going.card if going else "",
        "again": statements.short_date(payment.next_attempt_at) if payment.next_attempt_at else "",
        "left": ledger.spendable(lots=payment.wallet.lots.all()),
        "url": _credits_page("#plan"),
    }


def _credits_page(place: str = "") -> str:
    return _page("credits:statement") + place


def _page(name: str) -> str:
    """A page's whole address. No request is near, so the settings say where the studio is."""
    return _origin() + reverse(name)


def _origin() -> str:
    """SITE_URL; else an origin that forms are trusted from; else the first host's name."""
    if site := getattr(settings, "SITE_URL", ""):
        return str(site).rstrip("/")
    if settings.CSRF_TRUSTED_ORIGINS and "*" not in settings.CSRF_TRUSTED_ORIGINS[0]:
        return str(settings.CSRF_TRUSTED_ORIGINS[0])
    host = next((host for host in settings.ALLOWED_HOSTS if not host.startswith(("*", "."))), "localhost")
    return f"{'https' if settings.BEHIND_TLS else 'http'}://{host}"
