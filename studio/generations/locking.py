"""The locked picture of a masked edit: made and stored before its frame ends, so that both are there at once."""

import logging
import tempfile
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from studio import pictures, pixel_lock, storage
from studio.generations import enclosures
from studio.models import Generation, Image
from studio.pictures import Picture
from studio.sizes import MOST_PIXELS, Size

log = logging.getLogger(__name__)

LARGE: Final = 12_000_000  # pixels: of such originals one at a time is held in memory
_one_at_a_time: Final = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A locked picture that lies in the store."""

    object_key: str
    width: int
    height: int
    size_bytes: int
    changed_share: float


@dataclass(frozen=True, kw_only=True)
class Locked:
    """The same with its pixels."""

    stored: Stored
    picture: Picture


def lock(*, generation: Generation, made: Picture) -> Locked | None:
    """Puts the original back outside the mask; None for what has no mask, or whose source is gone.

    Raises storage.ERRORS.
    """
    run = generation.run
    source = enclosures.source_of(run) if run.masked else None
    if source is None:
        return None
    try:
        with _one_at_a_time if source.width * source.height > LARGE else nullcontext():
            return _lock(generation, source, made)
    except (FileNotFoundError, pictures.NotAPicture) as error:
        log.error("generation %s is not locked: %s", generation.uuid, type(error).__name__)
        return None


def _lock(generation: Generation, source: Image, made: Picture) -> Locked:
    run = generation.run
    sheet, asked = enclosures.sheet_of(run, source), Size(run.width, run.height)
    side = int(MOST_PIXELS**0.5)
    mask = enclosures.mask_of(run, source, Size(max(side, asked.width), max(side, asked.height)))
    original = enclosures.original_of(source)
    done = pixel_lock.lock(original=original, made=made.decoded, mask=mask, sheet=sheet, asked=asked)
    key = storage.new_key(owner=run.owner.uuid, suffix="png")
    with tempfile.TemporaryFile() as file:
        done.picture.save(file, "PNG", compress_level=1)
        size_bytes = file.tell()
        file.seek(0)
        storage.put(key=key, data=file, content_type="image/png")
    heat = BytesIO()
    done.heat.save(heat, "WEBP", quality=80)
    storage.put(key=Image(object_key=key).heat_key, data=heat.getvalue(), content_type="image/webp")
    width, height = done.picture.size
    stored = Stored(object_key=key, width=width, height=height, size_bytes=size_bytes, changed_share=done.changed_share)
    return Locked(stored=stored, picture=Picture(decoded=done.picture, output_format="png", width=width, height=height))
