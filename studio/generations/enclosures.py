"""What goes along with an edit's call: its pictures, as the model takes them, and its mask or what was drawn."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image as Pillow

from studio import instructions, pictures, pixel_lock, sizes, storage
from studio.failures import Failure
from studio.image_api import Enclosed
from studio.intake import LOOK_SIDE
from studio.models import Image, Reference, Role, Run
from studio.sheets import Sheet, whole
from studio.sizes import Size

log = logging.getLogger(__name__)

JPEG: Final = {"format": "JPEG", "quality": 95, "subsampling": 0}
PNG: Final = {"format": "PNG", "compress_level": 1}  # six times as quick as the usual level, and a fifth larger


@dataclass(frozen=True, kw_only=True)
class Enclosures:
    """The files of one call, the source first."""

    pictures: tuple[Enclosed, ...] = ()
    mask: Enclosed | None = None
    markup: Enclosed | None = None

    def close(self) -> None:
        """Removes them, once the call is over."""
        for enclosed in (*self.pictures, self.mask, self.markup):
            if enclosed is not None:
                enclosed.file.close()


class Part(NamedTuple):
    """One of them before it lies on the disk."""

    name: str
    data: bytes
    content_type: str


def of(run: Run) -> Enclosures:
    """Reads and prepares them. Raises Failure: a picture is gone, or the store does not give it now."""
    rows = list(run.references.select_related("image").order_by("position"))
    if not rows:
        return Enclosures()
    with _told():
        if run.mask_gone:
            raise FileNotFoundError
        rows = [rows[nth - 1] for nth in instructions.sent_order([row.role for row in rows])]
        first, mask, markup = _first(run, rows[0])
        others = [_plain(row) for row in rows[1:]]
        return Enclosures(
            pictures=tuple(Enclosed.of(*part) for part in (first, *others)),
            mask=Enclosed.of(*mask) if mask else None,
            markup=Enclosed.of(*markup) if markup else None,
        )


def marked(run: Run) -> bytes:
    """The source with what is drawn on it, a small JPEG on white, as moderation looks at it. Raises Failure."""
    with _told():
        data, _kind = _copy(_kept(run.source))
        source = pictures.decode(data).decoded
        drawn = _decoded(run.markup).convert("RGBA")
        drawn.thumbnail((LOOK_SIDE, LOOK_SIDE))
        paper = Pillow.new("RGBA", drawn.size, "white")
        for layer in (source.convert("RGBA").resize(drawn.size), drawn):
            paper.alpha_composite(layer)
        return _file(paper.convert("RGB"), "marked", **JPEG).data


def sheet_of(run: Run, source: Image) -> Sheet:
    """Where its source lies: as it is, or extended."""
    if run.sheet:
        width, height, x, y = run.sheet
        return Sheet(width=width, height=height, x=x, y=y)
    return whole(Size(source.width, source.height))


def mask_of(run: Run, source: Image, most: Size) -> Pillow.Image:
    """The mask of the run's whole sheet, feathered. Raises storage.ERRORS."""
    painted = _decoded(run.mask).getchannel("A").point(lambda value: 255 - value) if run.mask else None
    return pixel_lock.mask_of(
        painted,
        sheet=sheet_of(run, source),
        source=Size(source.width, source.height),
        feather_px=run.feather_px,
        most=most,
    )


def original_of(source: Image) -> Pillow.Image:
    """Every pixel of it, in a mode that can be painted in. Raises storage.ERRORS."""
    return _plain_mode(pictures.decode(storage.get(key=source.object_key)).decoded)


def _first(run: Run, row: Reference) -> tuple[Part, Part | None, Part | None]:
    """The source in the shape that is asked for where it has a mask, else in its own; and what is drawn on it."""
    image = _kept(row.image)
    if row.role != Role.SOURCE:
        return _plain(row), None, None
    picture, source = _decoded(image), Size(image.width, image.height)
    asked = Size(run.width, run.height)
    masked, sheet = run.masked, sheet_of(run, image)
    given = asked if masked else sizes.shaped(source, asked.pixels)
    sent = pixel_lock.sent(picture, sheet=sheet, source=source, asked=given)
    lossless = masked or run.markup is not None or "A" in sent.mode
    first = _file(sent, "1", **(PNG if lossless else JPEG))
    mask = markup = None
    if masked:
        data = pixel_lock.sent_mask(mask_of(run, image, asked), sheet=sheet, asked=asked)
        mask = Part("mask.png", data, "image/png")
    elif run.markup is not None:
        drawn = _decoded(run.markup).convert("RGBA").resize(given, Pillow.Resampling.LANCZOS)
        markup = _file(drawn, "markup", **PNG)
    return first, mask, markup


def _plain(row: Reference) -> Part:
    data, kind = _copy(_kept(row.image))
    return Part(f"{row.position}.{pictures.SUFFIXES[kind]}", data, pictures.CONTENT_TYPES[kind])


def _copy(image: Image) -> tuple[bytes, str]:
    """Its largest copy and that one's format: 1280 px wide, which is more than a model looks at in a reference."""
    if image.widths:
        return storage.get(key=image.copy_key(max(image.widths))), "webp"
    return storage.get(key=image.work_key or image.object_key), image.output_format


def _kept(image: Image | None) -> Image:
    if image is None or image.deleted_at is not None:
        raise FileNotFoundError
    return image


def _decoded(image: Image | None) -> Pillow.Image:
    assert image
    return _plain_mode(pictures.decode(storage.get(key=image.work_key or image.object_key)).decoded)


def _plain_mode(found: Pillow.Image) -> Pillow.Image:
    """A model's own picture is kept as it came, and may have a palette or be grey."""
    return found if found.mode in ("RGB", "RGBA") else found.convert("RGBA" if pictures.has_alpha(found) else "RGB")


def _file(picture: Pillow.Image, name: str, **how: object) -> Part:
    out = BytesIO()
    picture.save(out, **how)  # type: ignore[arg-type]  # Pillow's own keywords
    kind = str(how["format"]).lower()
    suffix = pictures.SUFFIXES[kind]
    return Part(f"{name}.{suffix}", out.getvalue(), pictures.CONTENT_TYPES[kind])


@contextmanager
def _told() -> Iterator[None]:
    """Tells what keeps a picture from going along. Raises Failure."""
    try:
        yield
    except (FileNotFoundError, pictures.NotAPicture) as error:
        raise Failure("picture_gone", facts={"error": type(error).__name__}) from error
    except storage.ERRORS as error:
        raise Failure("pictures_away", facts={"error": type(error).__name__}) from error
