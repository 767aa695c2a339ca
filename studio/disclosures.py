"""Users' words and pictures are closed to staff. A reason, kept for good, opens one run to one person for a day.

A sealed run is never opened like this, and looks at it are told only to those who may read it (studio/seals.py).
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from studio import seals
from studio.models import Disclosure, Run, Seal

log = logging.getLogger(__name__)

OPEN_FOR: Final = timedelta(hours=24)


class Sealed(Exception):
    """The run is not for staff at large."""


def open_run(*, run: Run, by: User, reason: str) -> Disclosure:
    """Opens a run to a member of staff. Raises Sealed."""
    if sealed(run):
        raise Sealed
    disclosure = Disclosure.objects.create(run=run, by=by, reason=reason)
    log.info("run %s opened to user %s, disclosure %s", run.uuid, by.pk, disclosure.pk)
    return disclosure


def standing(*, run: Run, by: User) -> Disclosure | None:
    """The disclosure that keeps a run open to this person now, if any does."""
    if sealed(run):
        return None
    return Disclosure.objects.filter(run=run, by=by, created_at__gt=timezone.now() - OPEN_FOR).order_by("-id").first()


def sealed(run: Run) -> bool:
    """Whether no reason opens it."""
    return Seal.objects.filter(run=run).exists()


def told_to(*, user: Any) -> QuerySet[Disclosure]:
    """Who looked at what, as far as this member of staff may know."""
    rows = Disclosure.objects.all()
    return rows if seals.may_handle(user) else rows.filter(run__seal__isnull=True)


def closes_at(disclosure: Disclosure) -> datetime:
    """When it ends."""
    return disclosure.created_at + OPEN_FOR
