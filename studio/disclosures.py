"""Users' words and pictures are closed to staff. A reason, kept for good, opens one run to one person for a day."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from accounts.models import User
from studio.models import Disclosure, Run

log = logging.getLogger(__name__)

OPEN_FOR: Final = timedelta(hours=24)


def open_run(*, run: Run, by: User, reason: str) -> Disclosure:
    """Opens a run to a member of staff."""
    disclosure = Disclosure.objects.create(run=run, by=by, reason=reason)
    log.info("run %s opened to user %s, disclosure %s", run.uuid, by.pk, disclosure.pk)
    return disclosure


def standing(*, run: Run, by: User) -> Disclosure | None:
    """The disclosure that keeps a run open to this person now, if any does."""
    return Disclosure.objects.filter(run=run, by=by, created_at__gt=timezone.now() - OPEN_FOR).order_by("-id").first()


def closes_at(disclosure: Disclosure) -> datetime:
    """When it ends."""
    return disclosure.created_at + OPEN_FOR
