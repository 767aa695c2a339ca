"""What workers do: each task takes an id, or nothing, and calls one verb."""

import logging
import threading
import uuid
from typing import Final

from celery import shared_task
from django.db import DatabaseError, connection

from studio import generations, library, spool, uploads

log = logging.getLogger(__name__)

SWEEP_HERE_S: Final = 60.0
_planned = threading.Lock()


@shared_task(name="studio.tasks.generate")
def generate(generation: str) -> None:
    """Makes one picture, if its row is still to be had."""
    generations.run(generation_uuid=uuid.UUID(generation))
    if not _planned.locked() and spool.kept():
        sweep_here(after_s=SWEEP_HERE_S)


def sweep_here(*, after_s: float) -> None:
    """A sweep by this process, and another while the spool holds something: no other machine can deliver that."""
    if _planned.acquire(blocking=False):
        timer = threading.Timer(after_s, _sweep)
        timer.daemon = True
        timer.start()


def _sweep() -> None:
    _planned.release()
    try:
        generations.recover()
    except DatabaseError as error:
        log.warning("not swept: %s", type(error).__name__)
    finally:
        connection.close()
    if spool.kept():
        sweep_here(after_s=SWEEP_HERE_S)


@shared_task(name="studio.tasks.take_in")
def take_in(upload: str) -> None:
    """Reads one file that somebody brought, if its row is still to be had."""
    uploads.take_in(upload_uuid=uuid.UUID(upload))


@shared_task(name="studio.tasks.recover")
def recover() -> None:
    """The sweep over what crashes and lost messages left lying."""
    generations.recover()
    uploads.recover()


@shared_task(name="studio.tasks.sweep_store")
def sweep_store() -> None:
    """The sweep over stored objects that no row names."""
    generations.sweep_store()


@shared_task(name="studio.tasks.purge_deleted")
def purge_deleted() -> None:
    """Removes for good what was deleted long enough ago."""
    library.purge()
