"""Parts of a picture: the boxes of what is marked, what would lie behind a thing, and where the thing is."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps, ImageStat

BICUBIC = Image.Resampling.BICUBIC
CELLS = 96
BOXES_MOST = 4
SPECK, ASIDE = 0.04, 0.3  # parts smaller than that share of the largest are left out

PixelBox = tuple[int, int, int, int]


def boxes(area: Image.Image, *, least: float = SPECK) -> list[PixelBox]:
    """The bounds of the separate parts of an area, the largest first; specks are left out."""
    share = max(1.0, max(area.size) / CELLS)
    across, down = (max(1, round(side / share)) for side in area.size)
    cells = area.resize((across, down), Image.Resampling.BOX).tobytes()
    free = {at for at, value in enumerate(cells) if value > 3}
    parts = []
    while free:
        parts.append(_part(free, across))
    parts.sort(key=lambda part: -_cells(part))
    kept = [part for part in parts if _cells(part) >= least * _cells(parts[0])][:BOXES_MOST]
    x, y = area.width / across, area.height / down
    return [(round(x * one[0]), round(y * one[1]), round(x * (one[2] + 1)), round(y * (one[3] + 1))) for one in kept]


def _cells(box: PixelBox) -> int:
    return (box[2] - box[0] + 1) * (box[3] - box[1] + 1)


def _part(free: set[int], across: int) -> PixelBox:
    """Takes one part out of the free cells."""
    heap = [free.pop()]
    left = right = heap[0] % across
    top = bottom = heap[0] // across
    while heap:
        row, column = divmod(heap.pop(), across)
        left, right, top, bottom = min(left, column), max(right, column), min(top, row), max(bottom, row)
        columns = range(max(0, column - 1), min(across, column + 2))
        near = {y * across + x for y in (row - 1, row, row + 1) for x in columns}
        heap += near & free
        free -= near
    return left, top, right, bottom


def around_marks(marks: Image.Image) -> Image.Image:
    """The area that strokes of a pen mean: what they go round or lie on, and a little more."""
    area = Image.new("L", marks.size)
    pen = ImageDraw.Draw(area)
    for left, top, right, bottom in boxes(marks, least=ASIDE):  # an arrow points to what is meant
        pad = 0.06 * max(right - left, bottom - top) + 0.015 * max(marks.size)
        box = (left - pad, top - pad, right + pad, bottom + pad)
        pen.rounded_rectangle(box, radius=0.25 * min(box[2] - box[0], box[3] - box[1]), fill=255)
    return area


def filled(picture: Image.Image, hole: Image.Image) -> Image.Image:
    """The picture with the hole's surroundings drawn over it: coarser copies shine through where finer ones know
    nothing."""
    factor = max(1, round(max(picture.size) / 512))
    known = picture.copy()
    known.putalpha(ImageChops.invert(hole))
    layers = [known.convert("RGBa").reduce(factor)]
    while max(layers[-1].size) > 1:
        layers.append(layers[-1].reduce(2))
    ground = layers.pop().convert("RGBA").convert("RGB")  # one pixel: the mean of all that is known
    for layer in reversed(layers):
        ground = ground.resize(layer.size, BICUBIC)
        clear = layer.convert("RGBA")
        # What little is known of a cell is believed: it is all that there is.
        ground.paste(clear, mask=clear.getchannel("A").point(lambda value: min(255, value * 3)))
    smooth = ground.filter(ImageFilter.GaussianBlur(max(ground.size) / 90)).resize(picture.size, BICUBIC)
    return Image.composite(smooth, picture, hole)


def healed(picture: Image.Image, hole: Image.Image) -> Image.Image:
    """The picture without what was in the hole: its surroundings' light, with the texture of a plain part nearby."""
    wide = wider(hole)
    ground = _textured(picture, wide)
    # What is ground already stays as it is, for it knows better where its own lines run.
    thing = wider(wider(differing(picture, ground))).filter(ImageFilter.BoxBlur(max(picture.size) / 340))
    return Image.composite(ground, picture, thing)


def _textured(picture: Image.Image, wide: Image.Image) -> Image.Image:
    ground = filled(picture, wide)
    for box in boxes(wide):
        size = box[2] - box[0], box[3] - box[1]
        donor = _donor(picture, wide, box)
        if donor is None:
            continue
        low = donor.reduce(2).filter(ImageFilter.GaussianBlur(2)).resize(size, BICUBIC)
        # Only the finest of it: what is loud there is the edge of another thing.
        texture = ImageChops.subtract(donor, low, scale=1, offset=128).point(lambda value: min(133, max(123, value)))
        part = ImageChops.add(ground.crop(box), texture, scale=1, offset=-128)
        ground.paste(part, box[:2], wide.crop(box))
    return ground


def _donor(picture: Image.Image, hole: Image.Image, box: PixelBox) -> Image.Image | None:
    """The calmest part of the box's size beside it, or None where all sides are too narrow."""
    width, height = box[2] - box[0], box[3] - box[1]
    found = []
    for x, y in ((-1, 0), (1, 0), (0, 1), (0, -1), (-1, 1), (1, 1), (-1, -1), (1, -1)):
        left = min(max(0, box[0] + x * width), picture.width - width)
        top = min(max(0, box[1] + y * height), picture.height - height)
        there = (left, top, left + width, top + height)
        if share(hole.crop(there)) < 0.35:
            part = picture.crop(there)
            found.append((sum(ImageStat.Stat(part.reduce(8)).stddev), there))
    return picture.crop(min(found)[1]) if found else None


def differing(picture: Image.Image, ground: Image.Image, *, least: int = 30) -> Image.Image:
    """Where a picture is not its ground by that many levels: white within the thing, with a soft edge."""
    bands = ImageChops.difference(picture, ground).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    reach = max(1.0, max(picture.size) / 400)
    factor = max(1, round(max(picture.size) / 512))
    small = most.reduce(factor).point(lambda value: 255 if value > least else 0)
    closed = small
    for step in (*[ImageFilter.MaxFilter(3)] * 4, *[ImageFilter.MinFilter(3)] * 5):  # a third of what wide ones cost
        closed = closed.filter(step)
    return closed.resize(picture.size, BICUBIC).filter(ImageFilter.BoxBlur(reach))


def wider(area: Image.Image) -> Image.Image:
    """The area and a few pixels around it; at a quarter of the size, where that costs nothing."""
    small = area.reduce(4).filter(ImageFilter.MaxFilter(3))
    return ImageChops.lighter(area, small.resize(area.size, Image.Resampling.BILINEAR))


def solid(area: Image.Image) -> Image.Image:
    """The area with all that it encloses."""
    across, down = 128, max(1, round(128 * area.height / area.width))
    small = area.resize((across, down), Image.Resampling.BOX).point(lambda value: 255 if value > 60 else 0)
    outside = ImageOps.expand(small, 1)
    ImageDraw.floodfill(outside, (0, 0), 255)
    inside = ImageOps.crop(ImageChops.invert(outside), 1).resize(area.size, BICUBIC)
    return ImageChops.lighter(area, inside)


def share(area: Image.Image) -> float:
    """How much of a picture an area is."""
    return ImageStat.Stat(area).mean[0] / 255
