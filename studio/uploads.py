"""Files that people bring: into quarantine, read by a worker, and out of it as pictures of their own.

The row is the queue, as with generations: a worker claims it by a conditional update and holds it by a lease. A lost
or doubled message changes nothing but time.
"""

import hashlib
import logging
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from credits import broker
from studio import failures, intake, library, live, log_ids, moderation, pictures, readings, seals, storage
from studio.failures import Failure
from studio.generations import leases
from studio.intake import Taken, TurnedAway
from studio.models import Image, ImageKind, Upload, UploadState

log = logging.getLogger(__name__)

TAKE_IN: Final = "studio.tasks.take_in"
WAIT_S: Final = 0.1
LOST: Final = timedelta(seconds=45)  # a message that brought nothing in this time may be lost
MOST_CLAIMS: Final = 3
KEPT: Final = timedelta(days=1)  # of bytes that nobody could read
KEPT_REFUSED: Final = timedelta(days=30)  # of a picture that an operator may look at
REFUSED: Final = ~Q(refused_for=[]) & Q(overruled_at__isnull=True)
UNREAD: Final = "unread"  # our own word for a file that ended three workers
UNCHECKED: Final = ("unchecked", "no_check")  # failures of the safety check, as moderation has them


def receive(*, user: User, file: "UploadedFile[bytes]") -> Upload:
    """Takes a file: its bytes into quarantine, a row for it, and word to a worker. Raises storage.ERRORS."""
    upload = Upload(owner=user, name=_name(file), size_bytes=file.size or 0)
    if upload.size_bytes > intake.MOST_BYTES:
        upload.state, upload.error_code = UploadState.TURNED_AWAY, "too_heavy"
        upload.error_params = {"most_mb": intake.MOST_BYTES // 1_000_000}
        upload.save()
        return upload
    upload.quarantine_key = f"{user.uuid}/quarantine/{upload.uuid}"
    upload.save()  # first the row: bytes that no row names would lie there for ever
    try:
        storage.put(key=upload.quarantine_key, data=cast(IO[bytes], file.file), content_type="application/octet-stream")
    except storage.ERRORS:
        upload.delete()
        raise
    enqueue(upload.uuid)
    return upload


def wait_for(*, uploads: list[Upload], seconds: float) -> None:
    """Returns once all are read, or the time is over: for a page that can't look again by itself."""
    end = time.monotonic() + seconds
    mine = Upload.objects.filter(pk__in=[upload.pk for upload in uploads])
    while mine.filter(state__in=(UploadState.WAITING, UploadState.READING)).exists() and time.monotonic() < end:
        connection.close()  # so that as many as there are threads may wait
        time.sleep(WAIT_S)


def enqueue(upload: uuid.UUID) -> None:
    """Sends the message."""
    broker.sent(TAKE_IN, of=upload, queue="default")


def take_in(*, upload_uuid: uuid.UUID) -> None:
    """Reads one file, if its row is still to be had: it becomes a picture, or is turned away with its reason."""
    upload = _claim(upload_uuid)
    if upload is None:
        return
    with log_ids.bound(upload=upload.uuid), leases.held(upload):
        try:
            _read(upload)
        except TurnedAway as away:
            _turn_away(upload, away.code, away.facts)
        except Failure as failure:
            _unchecked(upload, failure)
        except FileNotFoundError:  # its bytes never got as far as the store
            _turn_away(upload, UNREAD, {})
            _forget(upload)
        except storage.ERRORS as error:
            log.warning("upload %s waits for the store: %s", upload.uuid, type(error).__name__)
            _wait(upload)


def _wait(upload: Upload, code: str = "") -> None:
    """The sweep has it read again; what it waited for counts as no try."""
    _mine(upload).update(state=UploadState.WAITING, lease_until=None, error_code=code, attempts=F("attempts") - 1)


def again(*, upload: Upload) -> bool:
    """One that was turned away by no fault of its own is read once more. False where nothing can come of it."""
    return may_try_again(upload) and once_more(Upload.objects.filter(pk=upload.pk))


def once_more(rows: QuerySet[Upload], **changes: Any) -> bool:
    """One that was turned away is read again, whatever for. False where it was not, or its bytes are gone."""
    rows = rows.filter(state=UploadState.TURNED_AWAY).exclude(quarantine_key="")
    found = rows.values_list("uuid", flat=True).first()
    done = rows.update(state=UploadState.WAITING, error_code="", error_params={}, attempts=0, **changes)
    if found and done:
        enqueue(found)
    return bool(done)


def recover() -> None:
    """The sweep: lost messages and workers, and what lay in quarantine long enough."""
    lost = Q(state=UploadState.WAITING, created_at__lt=Now() - LOST)
    lapsed = Q(state=UploadState.READING, lease_until__lt=Now())
    due = lost | lapsed if leases.trusted() else lost
    for found in Upload.objects.filter(due).order_by("id").values_list("uuid", flat=True)[:100]:
        enqueue(found)
    for upload in Upload.objects.filter(state=UploadState.READY).exclude(quarantine_key="")[:100]:
        _forget(upload)  # the store was away, or the worker died just then
    old = Q(REFUSED, created_at__lt=Now() - KEPT_REFUSED) | Q(~REFUSED, since__lt=Now() - KEPT)
    kept = Upload.objects.annotate(since=Coalesce("overruled_at", "created_at")).filter(sealed=False)
    for upload in kept.filter(old).exclude(quarantine_key="")[:100]:
        _turn_away(upload, upload.error_code or UNREAD, upload.error_params)
        _forget(upload)


def words(upload: Upload) -> str:
    """Why it was turned away, or what it waits for; nothing once it is a picture."""
    if upload.state == UploadState.READY:
        return ""
    if upload.state != UploadState.TURNED_AWAY:
        return _("The safety check has not answered yet.") if upload.error_code else _("Being read")
    if upload.refused_for and not upload.overruled_at:
        read = readings.of_picture(upload.refused_for)
        return _("%(read)s Choose another one. Nothing was charged.") % {"read": read}
    if upload.error_code == UNREAD:
        return _("%(name)s could not be read just now. Try it again.") % {"name": upload.name}
    if upload.error_code in UNCHECKED:
        return failures.happened(upload.error_code)
    return intake.words(upload.error_code, upload.error_params, name=upload.name)


def may_try_again(upload: Upload) -> bool:
    """Whether reading it once more may go otherwise."""
    if upload.refused_for and not upload.overruled_at:
        return False
    ours = upload.error_code in (UNREAD, *UNCHECKED)
    return upload.state == UploadState.TURNED_AWAY and ours and bool(upload.quarantine_key)


def _name(file: "UploadedFile[bytes]") -> str:
    plain = "".join(sign for sign in Path(file.name or "").name if sign.isprintable())
    return plain[-120:] or _("A picture")


def _claim(upload_uuid: uuid.UUID) -> Upload | None:
    free = Q(state=UploadState.WAITING) | Q(state=UploadState.READING, lease_until__lt=Now())
    claimed = Upload.objects.filter(free, uuid=upload_uuid).update(
        state=UploadState.READING, lease_until=leases.until(), attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    upload = Upload.objects.select_related("owner").get(uuid=upload_uuid)
    if upload.attempts > MOST_CLAIMS:
        _turn_away(upload, UNREAD, {})
        return None
    return upload


def _mine(upload: Upload) -> Any:
    return Upload.objects.filter(pk=upload.pk, state=UploadState.READING, attempts=upload.attempts)


def _read(upload: Upload) -> None:
    connection.close()  # nothing of the database is held while the store is waited for, and further down the pixels
    data = storage.get(key=upload.quarantine_key)
    digest = hashlib.sha256(data).hexdigest()
    if known := Image.objects.filter(owner=upload.owner, kind=ImageKind.UPLOAD, digest=digest).first():
        back = Image.objects.filter(pk=known.pk, deleted_at__gt=timezone.now() - library.KEPT_DELETED)
        if known.deleted_at is None or back.update(deleted_at=None):
            _ready(upload, known)
        else:  # the purge is at it: read anew once that is through
            _wait(upload)
        return
    connection.close()
    with tempfile.NamedTemporaryFile(suffix=".upload") as file:
        file.write(data)
        file.flush()
        del data
        taken = intake.take_in(Path(file.name))
    if settings.MODERATION and not upload.overruled_at:
        _check(upload, taken)
    _ready(upload, _store(upload, taken, digest))


def _check(upload: Upload, taken: Taken) -> None:
    """Asks moderation. What it refuses stays in quarantine with a small copy, for an operator. Raises TurnedAway."""
    verdict = moderation.ask_of_picture(taken.look, seed=str(upload.pk))
    if verdict.categories:
        if _mine(upload).update(refused_for=verdict.told, sealed=verdict.children):
            storage.put(key=look_key(upload), data=taken.look, content_type="image/jpeg")
            if verdict.children:
                seals.tell(upload)
        raise TurnedAway("refused")


def look_key(upload: Upload) -> str:
    """Where the small copy of a refused picture lies."""
    return f"{upload.quarantine_key}-look"


def _store(upload: Upload, taken: Taken, digest: str) -> Image:
    suffix = pictures.SUFFIXES[taken.output_format]
    kind = pictures.CONTENT_TYPES[taken.output_format]
    image = Image(
        owner=upload.owner,
        kind=ImageKind.UPLOAD,
        on_table=False,
        object_key=storage.new_key(owner=upload.owner.uuid, suffix=suffix),
        work_key=storage.new_key(owner=upload.owner.uuid, suffix=suffix) if taken.work else "",
        output_format=taken.output_format,
        width=taken.width,
        height=taken.height,
        size_bytes=len(taken.data),
        widths=sorted(taken.copies),
        placeholder=taken.placeholder,
        digest=digest,
        name=upload.name,
    )
    storage.put(key=image.object_key, data=taken.data, content_type=kind)
    if taken.work:
        storage.put(key=image.work_key, data=taken.work, content_type=kind)
    for width, data in taken.copies.items():
        storage.put(key=image.copy_key(width), data=data, content_type="image/webp")
    return image


def _ready(upload: Upload, image: Image) -> None:
    with transaction.atomic():
        if image.pk is None:
            # Of the same file twice at the same moment, the second one's objects go with the store's sweep.
            image, _new = Image.objects.get_or_create(
                owner=image.owner, kind=image.kind, digest=image.digest, defaults=_fields(image)
            )
        done = _mine(upload).update(state=UploadState.READY, image=image, lease_until=None, error_code="")
    if done:
        _forget(upload)
        tell(upload)


def _fields(image: Image) -> dict[str, Any]:
    names = ("on_table", "object_key", "work_key", "output_format", "width", "height", "size_bytes", "widths",
             "placeholder", "name")  # fmt: skip
    return {name: getattr(image, name) for name in names}


def _turn_away(upload: Upload, code: str, facts: dict[str, Any]) -> None:
    open_ = Upload.objects.filter(pk=upload.pk, image__isnull=True, attempts=upload.attempts)
    if open_.update(state=UploadState.TURNED_AWAY, error_code=code, error_params=facts, lease_until=None):
        log.info("upload %s turned away: %s", upload.uuid, code)
        upload.refresh_from_db()
        if not may_try_again(upload) and not upload.refused_for:
            _forget(upload)
        tell(upload)


def _unchecked(upload: Upload, failure: Failure) -> None:
    """Nothing goes on without the safety check: one that is away is asked again by the sweep."""
    if failure.kind.retry:
        _wait(upload, failure.code)
        tell(upload)
    else:
        _turn_away(upload, failure.code, {})


def _forget(upload: Upload) -> None:
    """Removes what came in: the bytes, and the small copy of one that was refused."""
    try:
        storage.delete(keys=[upload.quarantine_key, *([look_key(upload)] if upload.refused_for else [])])
    except storage.ERRORS as error:
        log.warning("quarantine of upload %s is not empty yet: %s", upload.uuid, type(error).__name__)
        return
    Upload.objects.filter(pk=upload.pk).update(quarantine_key="")


def tell(upload: Upload) -> None:
    """Tells its owner's pages that it has changed."""
    live.publish(user=upload.owner.uuid, kind="upload", upload=upload.uuid)
