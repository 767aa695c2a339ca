"""The small copies and the placeholder of a stored picture. They follow the original and swap in on the page."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from studio import live, pictures, storage
from studio.models import Image

log = logging.getLogger(__name__)


def make(*, image: Image, picture: pictures.Picture | None = None) -> None:
    """Stores the copies and writes them to the row. A store that is down leaves it to the sweep."""
    try:
        picture = picture or pictures.decode(storage.get(key=image.object_key))
        copies = pictures.copies(picture)
        for width, data in copies.items():
            storage.put(key=image.copy_key(width), data=data, content_type="image/webp")
    except (*storage.ERRORS, pictures.NotAPicture) as error:
        log.warning("copies of image %s wait: %s", image.uuid, type(error).__name__)
        return
    Image.objects.filter(pk=image.pk).update(widths=sorted(copies), placeholder=pictures.placeholder(picture))
    if image.generation is not None:
        live.drop_preview(generation=image.generation.uuid)
        live.publish(
            user=image.owner.uuid,
            kind="frame",
            frame=image.generation.uuid,
            run=image.generation.run.uuid,
            state="copies",
        )


def make_missing() -> None:
    """Makes the copies that a crash or a store that was down left unmade."""
    since = timezone.now() - timedelta(seconds=settings.LEASE_S)
    young = timezone.now() - timedelta(days=1)  # one that could not be made all day never will be
    unmade = Image.objects.filter(widths=[], created_at__lt=since, created_at__gt=young, deleted_at__isnull=True)
    for image in unmade.order_by("id")[:20]:
        make(image=image)
