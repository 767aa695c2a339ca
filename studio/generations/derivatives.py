"""The small copies and the placeholder of a stored picture. They follow the original and swap in on the page."""

import logging
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from studio import live, pictures, storage
from studio.models import Image, ImageKind

log = logging.getLogger(__name__)

AT_ONCE: Final = 20


def make(*, image: Image, picture: pictures.Picture | None = None) -> bool:
    """Stores the copies and writes them to the row. Where the store does not take them, it is False: the sweep's."""
    try:
        picture = picture or pictures.decode(storage.get(key=image.object_key))
        copies = pictures.copies(picture)
        for width, data in copies.items():
            storage.put(key=image.copy_key(width), data=data, content_type="image/webp")
    except (*storage.ERRORS, pictures.NotAPicture) as error:
        log.warning("copies of image %s wait: %s", image.uuid, type(error).__name__)
        return isinstance(error, FileNotFoundError | pictures.NotAPicture)
    Image.objects.filter(pk=image.pk).update(widths=sorted(copies), placeholder=pictures.placeholder(picture))
    if image.generation is not None and image.on_table:
        live.drop_preview(generation=image.generation.uuid)
        live.publish(
            user=image.owner.uuid,
            kind="frame",
            frame=image.generation.uuid,
            run=image.generation.run.uuid,
            state="copies",
        )
    return True


def make_missing() -> None:
    """Makes the copies that a crash or a store that was down left unmade; a store that is down still is asked once."""
    since = timezone.now() - timedelta(seconds=settings.LEASE_S)
    young = timezone.now() - timedelta(days=1)  # one that could not be made all day never will be
    unmade = Image.objects.exclude(kind__in=(ImageKind.MASK, ImageKind.MARKUP)).filter(
        widths=[], created_at__lt=since, created_at__gt=young, deleted_at__isnull=True
    )
    for image in unmade.order_by("id")[:AT_ONCE]:
        if not make(image=image):
            return
