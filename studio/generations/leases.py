"""Leases: a claimed row is held as long as its worker says so. One thread renews all that this process holds.

The database's clock alone tells whether one has lapsed: a machine whose own clock jumps takes no other's work away.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from studio.models import Generation, Status, Upload, UploadState

log = logging.getLogger(__name__)

SOON_S = 5

_held: set[Generation | Upload] = set()
_lock = threading.Lock()
_renewer: threading.Thread | None = None


def until(seconds: float | None = None) -> Combinable:
    """When a lease taken now ends."""
    return Now() + timedelta(seconds=settings.LEASE_S if seconds is None else seconds)


def lapsed() -> Q:
    """Rows whose worker has not been heard of for too long."""
    return Q(status=Status.RUNNING, lease_until__lt=Now())


def trusted() -> bool:
    """Whether a lease that lapsed tells of a lost worker: while the database was away, none could be renewed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp() - pg_postmaster_start_time() > make_interval(secs => %s)", [settings.LEASE_S]
        )
        [long_enough] = cursor.fetchone()
    return bool(long_enough)


@contextmanager
def held(row: Generation | Upload) -> Iterator[None]:
    """Keeps the lease of a claimed row renewed while the block runs."""
    with _lock:
        _held.add(row)
        _start()
    try:
        yield
    finally:
        with _lock:
            _held.discard(row)


def renew() -> int:
    """Renews every lease of this process; how many rows of both tables were still held."""
    with _lock:
        ours = list(_held)
    renewed = 0
    for rows in (Generation.objects.filter(status=Status.RUNNING), Upload.objects.filter(state=UploadState.READING)):
        if ids := [row.pk for row in ours if isinstance(row, rows.model)]:
            renewed += rows.filter(pk__in=ids).update(lease_until=until())
    return renewed


def shorten(generation: Generation) -> None:
    """Lets the sweep have the row soon: what is left to do waits for something else than this worker."""
    Generation.objects.filter(pk=generation.pk, status=Status.RUNNING).update(lease_until=until(SOON_S))


def _start() -> None:
    global _renewer
    if _renewer is None or not _renewer.is_alive():
        _renewer = threading.Thread(target=_renew_forever, name="leases", daemon=True)
        _renewer.start()


def _renew_forever() -> None:
    pause = threading.Event()
    while not pause.wait(settings.LEASE_S / 3):
        try:
            renew()
        except DatabaseError as error:
            log.warning("leases not renewed: %s", type(error).__name__)
        finally:
            connection.close()
