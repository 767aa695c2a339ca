"""Lots that are over: what is left of them leaves the balance."""

import logging

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from credits.ledger.entries import write
from credits.ledger.wallets import lock
from credits.models import Entry, EntryKind, Lot

log = logging.getLogger(__name__)


def expire_due(*, most: int = 1000) -> int:
    """Ends lots whose time is over, each in a transaction of its own; returns how many. Called by beat."""
    lots = list(_due().select_related("wallet").order_by("expires_at")[:most])
    for lot in lots:
        expire(lot=lot)
    return len(lots)


def _due() -> QuerySet[Lot]:
    """Held lots don't end: their payer can't spend them."""
    return Lot.objects.filter(expires_at__lte=Now(), expired_at__isnull=True, held_at__isnull=True)


@transaction.atomic
def expire(*, lot: Lot) -> Entry | None:
    """Takes what is left of a lot that has ended; None where nothing is, or its time is not over."""
    held = lock(lot.wallet)
    due = _due().filter(pk=lot.pk).first()
    if due is None:
        return None
    Lot.objects.filter(pk=due.pk).update(expired_at=Now())
    if not due.remaining:
        return None
    return write(held, EntryKind.EXPIRY, [(due, -due.remaining)], cause=f"lot:{due.pk}")
