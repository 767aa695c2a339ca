"""Users' words and pictures are closed to staff. A reason, kept for good, opens one run to one person for a day, or one
picture that was refused as it came.

A sealed run is never opened like this, and looks at it are told only to those who may read it (studio/seals.py).
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from studio import seals
from studio.models import Disclosure, Run, Seal, Upload

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
    return _standing(run=run, by=by)


def open_upload(*, upload: Upload, by: User, reason: str) -> Disclosure:
    """Opens a refused picture to a member of staff."""
    disclosure = Disclosure.objects.create(upload=upload, by=by, reason=reason)
    log.info("upload %s opened to user %s, disclosure %s", upload.uuid, by.pk, disclosure.pk)
    return disclosure


def upload_standing(*, upload: Upload, by: User) -> Disclosure | None:
    """The disclosure that keeps a refused picture open to this person now, if any does."""
    return _standing(upload=upload, by=by)


def sealed(run: Run) -> bool:
    """Whether no reason opens it."""
    return Seal.objects.filter(run=run).exists()


def told_to(*, user: Any) -> QuerySet[Disclosure]:
    """Who looked at what, as far as this member of staff may know."""
    rows = Disclosure.objects.all()
    if seals.may_handle(user):
        return rows
    return rows.filter(Q(upload__sealed=False) | Q(upload__isnull=True), run__seal__isnull=True)


def closes_at(disclosure: Disclosure) -> datetime:
    """When it ends."""
    return disclosure.created_at + OPEN_FOR


def _standing(**of: Any) -> Disclosure | None:
    recent = Disclosure.objects.filter(created_at__gt=timezone.now() - OPEN_FOR)
    return recent.filter(**of).order_by("-id").first()
