"""Takes an uploaded file in: judged by its header, decoded once, and encoded anew, with nothing of the file left in it.

Pure: no models, no request, no storage. Whatever is not taken raises TurnedAway, with words for whoever sent it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image

from studio import pictures
from studio.intake import headers, pixels
from studio.intake.pixels import LARGE_PIXELS

WORK_PIXELS: Final = 8_294_400
WORK_SIDE: Final = 3840
LOOK_SIDE: Final = 1024
LANCZOS_SUPPORT: Final = 3  # pixels of the result, the widest of Pillow's filters
JPEG: Final[dict[str, Any]] = {"quality": 95, "subsampling": 0}
PNG: Final[dict[str, Any]] = {"compress_level": 2}  # two thirds of the usual level's time, for a tenth more bytes

# One large picture at a time in a process, or two of a camera's usual size: what they hold decides, not the cores.
_LARGE: Final = threading.Lock()
_PLACES: Final = threading.BoundedSemaphore(2)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A picture as the product keeps it, upright and in sRGB.

    `data` is its full size as PNG where it came lossless or is transparent somewhere, else as JPEG, without EXIF,
    profile or comment. `work` is a copy for models, within WORK_SIDE and WORK_PIXELS, None where `data` is. `look` is
    a small JPEG on white, for moderation. `copies` are WebP by width. `came_as` is the file's format as people call it.
    """

    data: bytes
    output_format: str
    width: int
    height: int
    work: bytes | None
    copies: dict[int, bytes]
    placeholder: str
    look: bytes
    came_as: str


def take_in(path: Path) -> Taken:
    """Reads, checks and encodes a file. Raises TurnedAway; MemoryError passes through."""
    header = headers.read(path)
    with _room(header.width * header.height):
        image = pixels.read(path, header)
        image.info.clear()  # else Pillow would write some of it
        transparent = image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)
        if image.mode == "RGBA" and not transparent:
            image = pixels.strip_by_strip(image, "RGB", lambda strip: strip.convert("RGB"))
        return _taken(image, header.came_as, "png" if header.lossless or transparent else "jpeg")


@contextmanager
def _room(count: int) -> Iterator[None]:
    """Waits until a picture of so many pixels may be decoded in this process."""
    if count <= LARGE_PIXELS:
        with _PLACES:
            yield
    else:
        with _LARGE, _PLACES, _PLACES:
            yield


def _taken(image: Image.Image, came_as: str, output_format: str) -> Taken:
    """Everything that is made of it: the small ones of the working copy, and the full size last."""
    width, height = image.size
    size = _work_size(width, height)
    work = image if size == image.size else _shrunk(image, size)
    small = _narrowed(work, max(pictures.COPY_WIDTHS))  # copies, placeholder and look are all smaller still
    encoded = None if work is image else _encoded(work, output_format)
    del work  # a third of the memory, and the full size is still to be encoded
    picture = pictures.Picture(decoded=small, output_format=output_format, width=small.width, height=small.height)
    return Taken(
        output_format=output_format,
        width=width,
        height=height,
        work=encoded,
        copies=pictures.copies(picture),
        placeholder=pictures.placeholder(picture),
        look=_look(small),
        came_as=came_as,
        data=_encoded(image, output_format),
    )


def _narrowed(image: Image.Image, most: int) -> Image.Image:
    """Of at most that width."""
    if image.width <= most:
        return image
    return _shrunk(image, (most, max(1, round(image.height * most / image.width))), Image.Resampling.LANCZOS)


def _work_size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, WORK_SIDE / max(width, height), (WORK_PIXELS / (width * height)) ** 0.5)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _shrunk(image: Image.Image, size: tuple[int, int], by: Image.Resampling = Image.Resampling.BICUBIC) -> Image.Image:
    """In strips: else Pillow holds what it has shrunk in width besides, and of a transparent one a copy, too."""
    made, scale = Image.new(image.mode, size), image.height / size[1]
    for top in range(0, size[1], pixels.STRIP):
        bottom = min(top + pixels.STRIP, size[1])
        box = top * scale, min(bottom * scale, image.height)
        made.paste(_resized(image, (size[0], bottom - top), by, *box), (0, top))
    return made


def _resized(image: Image.Image, size: tuple[int, int], by: Image.Resampling, top: float, bottom: float) -> Image.Image:
    """Its rows from top to bottom. Of a transparent one they are cut out: Pillow multiplies all it gets by alpha."""
    first, last = 0, image.height
    if image.mode == "RGBA":
        reach = int(LANCZOS_SUPPORT * (bottom - top) / size[1]) + 1
        first, last = max(0, int(top) - reach), min(image.height, int(bottom) + 1 + reach)
        image = image.crop((0, first, image.width, last))
    return image.resize(size, by, box=(0, top - first, image.width, bottom - first))


def _look(image: Image.Image) -> bytes:
    scale = min(1.0, LOOK_SIDE / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2)
    if small.mode == "RGBA":
        white = Image.new("RGB", small.size, "white")
        white.paste(small, mask=small.getchannel("A"))
        small = white
    return _encoded(small, "jpeg", quality=90)


def _encoded(image: Image.Image, output_format: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, output_format.upper(), **{**(JPEG if output_format == "jpeg" else PNG), **options})
    return out.getvalue()
