"""What workers do: each task takes an id, or nothing, and calls one verb."""

import uuid

from celery import shared_task

from studio import generations, library


@shared_task(name="studio.tasks.generate")
def generate(generation: str) -> None:
    """Makes one picture, if its row is still to be had."""
    generations.run(generation_uuid=uuid.UUID(generation))


@shared_task(name="studio.tasks.recover")
def recover() -> None:
    """The sweep over what crashes and lost messages left lying."""
    generations.recover()


@shared_task(name="studio.tasks.sweep_store")
def sweep_store() -> None:
    """The sweep over stored objects that no row names."""
    generations.sweep_store()


@shared_task(name="studio.tasks.purge_deleted")
def purge_deleted() -> None:
    """Removes for good what was deleted long enough ago."""
    library.purge()
