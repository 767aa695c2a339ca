"""Pictures that moderation refused as they came: how long they are kept, and what operators decide about them."""

import logging
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from studio import seals, uploads
from studio.models import Upload, UploadState

log = logging.getLogger(__name__)


def waiting() -> QuerySet[Upload]:
    """Those that nobody overruled, as long as they can be looked at."""
    return Upload.objects.filter(uploads.REFUSED, state=UploadState.TURNED_AWAY).exclude(quarantine_key="")


def overrule(*, upload: Upload, by: User, note: str) -> bool:
    """Takes one in without the check, with a note to its owner. False where it is sealed, gone or decided already."""
    rows = waiting().filter(pk=upload.pk, sealed=False)
    if not uploads.once_more(rows, overruled_at=timezone.now(), overruled_by=by, note=note):
        return False
    log.info("upload %s overruled by user %s", upload.uuid, by.pk)
    return True


def seal(*, upload: Upload) -> bool:
    """Closes one to all but those who report the sexual abuse of children, and keeps it for them."""
    done = waiting().filter(pk=upload.pk, sealed=False).update(sealed=True)
    if done:
        seals.tell(upload)
    return bool(done)


def unseal(*, upload: Upload) -> bool:
    """There was nothing to report: it is refused like any other, and its owner goes on."""
    return bool(Upload.objects.filter(pk=upload.pk, sealed=True).update(sealed=False))


def kept_until(upload: Upload) -> datetime:
    """When what lies in quarantine is removed, where it is not sealed."""
    if upload.refused_for and not upload.overruled_at:
        return upload.created_at + uploads.KEPT_REFUSED
    return (upload.overruled_at or upload.created_at) + uploads.KEPT
