"""Pixel lock: the original is put back outside a feathered mask, so that what was not to change has not changed.

Pure: no models, no request. Masks are grey: 255 where the model's picture stands, 0 where the original does.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageOps

from studio.sheets import Box, Sheet
from studio.sizes import Size

STRIP: Final = 256  # rows at once, so that a large original is held once and not three times
CHANGED: Final = 4  # of 255: less in every channel is what a codec does, and no eye sees
HEAT_PX: Final = 640
SOFT: Final = 50  # a blur of the 50th part of the longer side: colours, and no second chair
HEAT_GAIN: Final = 16  # a model changes most of it by a few levels of 255, which nobody would see


@dataclass(frozen=True, kw_only=True)
class Locked:
    """The picture with its original put back, and what the model had changed where it was not to."""

    picture: Image.Image
    changed_share: float
    heat: Image.Image


def mask_of(painted: Image.Image | None, *, sheet: Sheet, source: Size, feather_px: int, most: Size) -> Image.Image:
    """The mask of a whole sheet, feathered, no larger than `most`: what was painted on the source, and all round it.

    Where the sheet goes on beyond the source the feather lies within it: outside there is no original to blend with.
    """
    scale = min(1.0, most.width / sheet.width, most.height / sheet.height)
    size = max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale))
    left, top = round(sheet.x * scale), round(sheet.y * scale)
    inner = max(1, round(source.width * scale)), max(1, round(source.height * scale))
    right = size[0] if sheet.x + source.width == sheet.width else min(size[0], left + inner[0])
    bottom = size[1] if sheet.y + source.height == sheet.height else min(size[1], top + inner[1])
    box = left, top, right, bottom
    mask = Image.new("L", size)
    if painted:
        mask.paste(painted.resize(inner, Image.Resampling.BOX), box[:2])
        mask = mask.filter(ImageFilter.GaussianBlur(feather_px * scale / 2))
    return mask if box == (0, 0, *size) else ImageChops.lighter(mask, _rim(size, box, round(feather_px * scale)))


def _rim(size: tuple[int, int], box: tuple[int, int, int, int], feather: int) -> Image.Image:
    """White outside the source; inside it, where the sheet goes on, fading within the feather's width."""
    left, top, right, bottom = box[0] > 0, box[1] > 0, box[2] < size[0], box[3] < size[1]
    rim = Image.new("L", size, 255)
    for step in range(feather + 1):
        inner = box[0] + step * left, box[1] + step * top, box[2] - step * right, box[3] - step * bottom
        if inner[0] < inner[2] and inner[1] < inner[3]:
            share = min(1, (step + 0.5) / feather) if feather else 1
            rim.paste(255 - round(255 * share * share * (3 - 2 * share)), inner)
    return rim


def sent(picture: Image.Image, *, sheet: Sheet, source: Size, asked: Size) -> Image.Image:
    """What the model is given: the source in its place, and its own reflection, blurred, where there is nothing yet.

    `picture` is the source in any resolution, `source` its size on the sheet.
    """
    at = sheet.source_in(asked, source).rounded()
    placed = picture.resize((at[2] - at[0], at[3] - at[1]), Image.Resampling.LANCZOS, reducing_gap=2)
    if placed.size == asked:
        return placed
    canvas = Image.new(placed.mode, asked)
    width, height = placed.size
    for column in range(-(-at[0] // width) * -1, -(-(asked.width - at[0]) // width)):
        for row in range(-(-at[1] // height) * -1, -(-(asked.height - at[1]) // height)):
            tile = ImageOps.mirror(placed) if column % 2 else placed
            canvas.paste(ImageOps.flip(tile) if row % 2 else tile, (at[0] + column * width, at[1] + row * height))
    canvas = canvas.filter(ImageFilter.GaussianBlur(max(asked) / SOFT))
    canvas.paste(placed, at[:2])
    return canvas


def sent_mask(mask: Image.Image, *, sheet: Sheet, asked: Size) -> bytes:
    """The same mask as the API takes it: PNG, the size of the picture, transparent where it is to be edited."""
    alpha = Image.new("L", asked, 255)
    at = sheet.placed(asked)[1].rounded()
    alpha.paste(ImageChops.invert(_hard(mask.resize((at[2] - at[0], at[3] - at[1])))), at[:2])
    picture = Image.merge("LA", (Image.new("L", asked, 0), alpha))
    out = BytesIO()
    picture.convert("RGBA").save(out, "PNG", compress_level=6)
    return out.getvalue()


def lock(*, original: Image.Image, made: Image.Image, mask: Image.Image, sheet: Sheet, asked: Size) -> Locked:
    """The original at its own resolution, with what was made inside the mask. `made` may have come in any size."""
    given = sent(original, sheet=sheet, source=Size(*original.size), asked=asked)
    share, heat = _changed(given=given, made=made, mask=mask, sheet=sheet, asked=asked)
    at = _in_made(sheet, asked, Size(*made.size))
    made = made.convert(original.mode)
    picture = original if original.size == sheet.size else Image.new(original.mode, sheet.size)
    if picture is not original:
        picture.paste(original, (sheet.x, sheet.y))
    for top in range(0, sheet.height, STRIP):
        rows = min(STRIP, sheet.height - top)
        strip = mask.resize((sheet.width, rows), Image.Resampling.BILINEAR, box=_strip(mask.size, sheet, top, rows))
        if touched := strip.getbbox():
            _put_in(picture, made, at, strip, top, touched)
    return Locked(picture=picture, changed_share=share, heat=heat)


def _put_in(
    picture: Image.Image, made: Image.Image, at: Box, mask: Image.Image, top: int, touched: tuple[int, int, int, int]
) -> None:
    """Within one strip, and there only where the mask has anything."""
    left, first, right, last = touched
    across = (at.right - at.left) / picture.width
    down = (at.bottom - at.top) / picture.height
    box = Box(
        at.left + left * across,
        at.top + (top + first) * down,
        at.left + right * across,
        at.top + (top + last) * down,
    )
    new = made.resize((right - left, last - first), Image.Resampling.LANCZOS, box=box)
    picture.paste(new, (left, top + first), mask.crop(touched))


def _strip(size: tuple[int, int], sheet: Sheet, top: int, rows: int) -> Box:
    share = size[1] / sheet.height
    return Box(0, top * share, size[0], (top + rows) * share)


def _in_made(sheet: Sheet, asked: Size, made: Size) -> Box:
    """Where the sheet's edges are in what came."""
    left, top, right, bottom = sheet.placed(asked)[1]
    across, down = made.width / asked.width, made.height / asked.height
    return Box(left * across, top * down, right * across, bottom * down)


def _changed(
    *, given: Image.Image, made: Image.Image, mask: Image.Image, sheet: Sheet, asked: Size
) -> tuple[float, Image.Image]:
    """How much of what was to stay the model has changed, between 0 and 1, and where: as the model saw it."""
    at = sheet.placed(asked)[1].rounded()
    size = Size(at[2] - at[0], at[3] - at[1])
    came = made.convert("RGB").resize(size, Image.Resampling.BICUBIC, box=_in_made(sheet, asked, Size(*made.size)))
    apart = ImageChops.difference(given.convert("RGB").crop(at), came)
    red, green, blue = apart.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    stays = mask.resize(size, Image.Resampling.BILINEAR).point(lambda value: 255 if value == 0 else 0)
    all_ = stays.histogram()[255]
    changed = most.histogram(stays)
    share = sum(changed[CHANGED + 1 :]) / all_ if all_ else 0.0
    heat = Image.composite(most.point(lambda value: min(255, value * HEAT_GAIN)), Image.new("L", size), stays)
    heat.thumbnail((HEAT_PX, HEAT_PX), Image.Resampling.BOX)
    return share, heat.filter(ImageFilter.MaxFilter(3))  # hairlines are seen, too


def _hard(mask: Image.Image) -> Image.Image:
    """What lies half way belongs to the mask: nothing between is defined by the API."""
    return mask.point(lambda value: 255 if value >= 128 else 0)
