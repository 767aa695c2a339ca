"""What an edit begins with: the source, where it is to change, and the light and colours of every picture."""

import io
from dataclasses import dataclass, field
from hashlib import sha256

from PIL import Image, ImageOps

from studio.sandbox import transfer
from studio.sandbox.transfer import Tone

# A waiting call keeps its source as a file. One larger than any picture that is made of it is kept smaller.
KEPT_PIXELS, KEPT_BYTES = 8_294_400, 8 * 2**20
PIXELS_MOST = 89_000_000
MODES = ("RGB", "RGBA", "L", "LA", "P")
PAPER = (255, 255, 255)


@dataclass(frozen=True)
class Material:
    """Holds files and no pixels. Two are the same where their `digest` is.

    `area` is a greyscale PNG of the source's size, white where it is to change, or None for everywhere.
    `tones` are those of all pictures, the source's first.
    """

    digest: str
    size: tuple[int, int] = field(compare=False)
    source: bytes = field(compare=False, repr=False)
    area: bytes | None = field(compare=False, repr=False)
    tones: tuple[Tone, ...] = field(compare=False)

    @property
    def count(self) -> int:
        """How many pictures were sent."""
        return len(self.tones)

    def picture(self) -> Image.Image:
        """The source upright, without transparency."""
        return flat(decoded(self.source))

    def where(self) -> Image.Image | None:
        """The area, decoded."""
        return None if self.area is None else Image.open(io.BytesIO(self.area)).convert("L")


def decoded(data: bytes) -> Image.Image:
    """The picture upright; raises ValueError or OSError where it is broken, far too large or of an odd mode."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as file:
        if file.mode not in MODES or file.width * file.height > PIXELS_MOST:
            raise ValueError(file.mode)
        return ImageOps.exif_transpose(file)


def flat(picture: Image.Image) -> Image.Image:
    """On white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, PAPER)
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


def gathered(
    *, data: bytes, source: Image.Image, area: Image.Image | None, tones: tuple[Tone, ...], digest: bytes
) -> Material:
    """The material of a decoded source, its file and what else was found out. `digest` is of all that was sent."""
    if source.width * source.height > KEPT_PIXELS or len(data) > KEPT_BYTES:
        small = flat(source)
        small.thumbnail((3840, 3840))
        data = _file(small, "JPEG", quality=95)
    marked = None if area is None else _file(area, "PNG", compress_level=1)
    return Material(sha256(digest).hexdigest(), source.size, data, marked, tones)


def tone(picture: Image.Image) -> Tone:
    """The light and colours of a decoded picture."""
    return transfer.tone(flat(picture))


def _file(picture: Image.Image, kind: str, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
