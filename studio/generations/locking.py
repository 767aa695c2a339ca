"""The locked picture of a masked edit: made and stored before its frame ends, so that both are there at once."""

import logging
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final, TypeVar

from django.db import connection
from PIL import Image as Pillow

from studio import pictures, pixel_lock, storage
from studio.generations import enclosures
from studio.models import Generation, Image, Run
from studio.pictures import Picture
from studio.sizes import MOST_PIXELS, Size, within

log = logging.getLogger(__name__)

LARGE: Final = 12_000_000  # pixels: of such sheets one at a time is held in memory, and none by a thread of the desk
_one_at_a_time: Final = threading.Lock()
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Locked:
    """A locked picture that lies in the store with its copies, ready for its row."""

    object_key: str
    work_key: str
    width: int
    height: int
    size_bytes: int
    changed_share: float
    widths: list[int]
    placeholder: str


def is_large(generation: Generation) -> bool:
    """Whether its locked picture is too large for the desk."""
    run = generation.run
    source = run.source if run.masked else None
    return source is not None and _pixels(run, source) > LARGE


def in_turn(work: Callable[[], R]) -> R:
    """Does what brings a large one to its page, one at a time in this process."""
    connection.close()  # so many may wait
    with _one_at_a_time:
        return work()


def lock(*, generation: Generation, made: Picture) -> Locked | None:
    """Puts the original back outside the mask, and stores it; None for what has no mask, or whose source is gone.

    Raises storage.ERRORS.
    """
    run = generation.run
    source = run.source if run.masked else None
    if source is None:
        return None
    _read_now = run.mask
    connection.close()  # nothing of the database is held while pixels are worked on and stored
    try:
        return _lock(generation, source, made)
    except (FileNotFoundError, pictures.NotAPicture) as error:
        log.error("generation %s is not locked: %s", generation.uuid, type(error).__name__)
        return None


def _pixels(run: Run, source: Image) -> int:
    return max(source.width * source.height, enclosures.sheet_of(run, source).size.pixels)


def _lock(generation: Generation, source: Image, made: Picture) -> Locked:
    run = generation.run
    sheet, asked = enclosures.sheet_of(run, source), Size(run.width, run.height)
    side = int(MOST_PIXELS**0.5)
    mask = enclosures.mask_of(run, source, Size(max(side, asked.width), max(side, asked.height)))
    original = enclosures.original_of(source)
    done = pixel_lock.lock(original=original, made=made.decoded, mask=mask, sheet=sheet, asked=asked)
    width, height = done.picture.size
    image = Image(object_key=storage.new_key(owner=run.owner.uuid, suffix="png"))
    size_bytes = _put(image.object_key, done.picture)
    work = within(Size(width, height))
    if work != (width, height):
        image.work_key = storage.new_key(owner=run.owner.uuid, suffix="png")
        _put(image.work_key, done.picture.resize(work, Pillow.Resampling.LANCZOS, reducing_gap=2))
    heat = BytesIO()
    done.heat.save(heat, "WEBP", quality=80)
    storage.put(key=image.heat_key, data=heat.getvalue(), content_type="image/webp")
    picture = Picture(decoded=done.picture, output_format="png", width=width, height=height)
    copies = pictures.copies(picture)
    for copy, data in copies.items():
        storage.put(key=image.copy_key(copy), data=data, content_type="image/webp")
    return Locked(
        object_key=image.object_key,
        work_key=image.work_key,
        width=width,
        height=height,
        size_bytes=size_bytes,
        changed_share=done.changed_share,
        widths=sorted(copies),
        placeholder=pictures.placeholder(picture),
    )


def _put(key: str, picture: Pillow.Image) -> int:
    """Encodes it into a file and stores that; how many bytes it has."""
    with tempfile.TemporaryFile() as file:
        picture.save(file, "PNG", compress_level=1)
        size_bytes = file.tell()
        file.seek(0)
        storage.put(key=key, data=file, content_type="image/png")
    return size_bytes
