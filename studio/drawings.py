"""Masks and marks that are drawn on a source: checked, brought to one form, and kept as pictures of their own.

A mask is kept as the API takes it: transparent where the source is to be edited, of the size in which models see it.
"""

import hashlib
from io import BytesIO
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw

from studio import sizes, storage
from studio.models import Image, ImageKind, OutputFormat
from studio.sizes import Size

MOST_BYTES: Final = 4_000_000  # of a mask, the API's limit
MOST_PIXELS: Final = 12_000_000
BENT: Final = 0.02  # of the shape: a mask of another picture


class Refused(Exception):
    """A drawing that can't be used; the message is for the person."""


class Share(NamedTuple):
    """A rectangle in hundredths of the source's sides."""

    left: float
    top: float
    right: float
    bottom: float


def size_of(source: Image) -> Size:
    """In which size a source is painted on, and seen by models."""
    return sizes.within(Size(source.width, source.height))


def mask(*, source: Image, data: bytes = b"", rectangle: Share | None = None) -> Image:
    """Keeps a mask: a transparent or black and white picture, a rectangle, or both. Raises Refused, storage.ERRORS."""
    painted = Pillow.new("L", size_of(source))
    if data:
        painted = _painted(_read(data, source), painted.size)
    if rectangle:
        width, height = painted.size
        shares = zip(rectangle, (width, height, width, height), strict=True)
        left, top, right, bottom = (round(share * side / 100) for share, side in shares)
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise Refused(_("A rectangle goes from left to right and from top to bottom, in 100ths of the picture."))
        ImageDraw.Draw(painted).rectangle((left, top, right - 1, bottom - 1), fill=255)
    low, high = painted.getextrema()
    if high == 0:
        raise Refused(_("Nothing is painted yet. Paint what is to change."))
    if low == 255:
        raise Refused(_("All of the picture is painted, so that nothing would stay. Take the mask away instead."))
    kept = Pillow.merge("LA", (Pillow.new("L", painted.size), ImageChops.invert(painted)))
    return _keep(kept, ImageKind.MASK, source)


def markup(*, source: Image, data: bytes) -> Image:
    """Keeps what was drawn on a picture as instructions. Raises Refused, storage.ERRORS."""
    drawn = _read(data, source).convert("RGBA").resize(size_of(source), Pillow.Resampling.LANCZOS)
    low, high = drawn.getchannel("A").getextrema()
    if high == 0:
        raise Refused(_("Nothing is drawn yet."))
    if low == 255:
        raise Refused(_("What is drawn hides the picture: it has to be transparent."))
    return _keep(drawn, ImageKind.MARKUP, source)


def _read(data: bytes, source: Image) -> Pillow.Image:
    try:
        found = Pillow.open(BytesIO(data), formats=["PNG"])
        if found.width * found.height > MOST_PIXELS:
            raise Refused(_("This mask is larger than its picture."))
        found.load()
    except Refused:
        raise
    except Exception as error:  # as in pictures.decode
        raise Refused(_("A mask is a PNG of its picture’s shape; this file is none.")) from error
    if abs(found.width / found.height / (source.width / source.height) - 1) > BENT:
        raise Refused(_("This mask has another shape than its picture."))
    return found


def _painted(found: Pillow.Image, size: tuple[int, int]) -> Pillow.Image:
    """White where it is transparent; in a mask without transparency, where it is white."""
    full = found.convert("RGBA")
    alpha = full.getchannel("A")
    grey = ImageChops.invert(alpha) if alpha.getextrema() != (255, 255) else full.convert("L")
    return grey.resize(size, Pillow.Resampling.BILINEAR).point(lambda value: 255 if value >= 128 else 0)


def _keep(picture: Pillow.Image, kind: ImageKind, source: Image) -> Image:
    out = BytesIO()
    picture.save(out, "PNG", compress_level=6)
    data = out.getvalue()
    if len(data) > MOST_BYTES:
        raise Refused(_("This is too fine: it takes more than 4 MB. Paint with a larger brush."))
    digest = hashlib.sha256(source.uuid.bytes + data).hexdigest()
    if known := Image.objects.filter(owner=source.owner, kind=kind, digest=digest).first():
        return known
    key = storage.new_key(owner=source.owner.uuid, suffix="png")
    storage.put(key=key, data=data, content_type="image/png")
    kept, _new = Image.objects.get_or_create(
        owner=source.owner,
        kind=kind,
        digest=digest,
        defaults={
            "parent": source,
            "on_table": False,
            "object_key": key,
            "output_format": OutputFormat.PNG,
            "width": picture.width,
            "height": picture.height,
            "size_bytes": len(data),
        },
    )
    return kept
