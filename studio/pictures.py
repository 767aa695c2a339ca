"""Pictures as bytes: is it one, what is it, and the small copies and placeholder that pages show.

Pure: no models, no request. One decode serves the check, the copies and the placeholder.
"""

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

FORMATS: Final = {
    "PNG": "png",
    "JPEG": "jpeg",
    "WEBP": "webp",
    "MPO": "jpeg",
}  # MPO: a JPEG with more of them behind it
CONTENT_TYPES: Final = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
SUFFIXES: Final = {"png": "png", "jpeg": "jpg", "webp": "webp"}
COPY_WIDTHS: Final = (320, 640, 1280)
MOST_PIXELS: Final = 50_000_000
PLACEHOLDER_PX: Final = 16
WARM: Final = 26  # of 256 steps of hue at either side of red


class NotAPicture(Exception):
    """The bytes are not a picture that browsers and this product can show."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A decoded picture and what its bytes said of themselves."""

    decoded: Image.Image
    output_format: str
    width: int
    height: int


def decode(data: bytes) -> Picture:
    """Reads every pixel. The size is judged from the header first. Raises NotAPicture."""
    try:
        image = Image.open(BytesIO(data), formats=list(FORMATS))
        if image.width * image.height > MOST_PIXELS:
            raise NotAPicture("too many pixels")
        image.load()
        output_format = FORMATS[image.format or ""]
    except (NotAPicture, MemoryError):
        raise
    except Exception as error:  # Pillow's readers raise whatever bytes that were made to break them make them raise
        raise NotAPicture(type(error).__name__) from error
    return Picture(decoded=image, output_format=output_format, width=image.width, height=image.height)


def copies(picture: Picture) -> dict[int, bytes]:
    """WebP copies by width, none wider than the picture, each made from the one above it."""
    image = _plain(picture.decoded)
    made = {}
    for width in sorted({min(width, picture.width) for width in COPY_WIDTHS}, reverse=True):
        height = max(1, round(picture.height * width / picture.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2)
        made[width] = _webp(image)
    return made


def placeholder(picture: Picture) -> str:
    """The picture in 16 pixels, as a data address of some 150 characters: its colours until it has loaded."""
    small = _plain(picture.decoded)
    small = small.resize(_within(small.size, PLACEHOLDER_PX), Image.Resampling.BOX, reducing_gap=2)
    return "data:image/webp;base64," + base64.b64encode(_webp(small, quality=40)).decode()


def warm(address: str) -> bool:
    """Whether a twelfth of a picture or more is orange or red, by its placeholder: nothing orange is seen upon that."""
    if not address:
        return False
    with Image.open(BytesIO(base64.b64decode(address.partition(",")[2]))) as small:
        pixels = small.convert("HSV").tobytes()
    hues = zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
    found = sum((hue < WARM or hue > 256 - WARM) and much > 130 and light > 90 for hue, much, light in hues)
    return found * 12 >= len(pixels) // 3


def _within(size: tuple[int, int], most: int) -> tuple[int, int]:
    scale = most / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def has_alpha(image: Image.Image) -> bool:
    """Whether any of it may be seen through."""
    return "transparency" in image.info or "A" in image.mode


def _plain(image: Image.Image) -> Image.Image:
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGBA" if has_alpha(image) else "RGB")


def _webp(image: Image.Image, quality: int = 82) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=quality, method=2)
    return out.getvalue()
