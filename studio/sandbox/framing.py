"""Where the picture's edges lie on a plate: close or wide, to this side or that, wider than the plate if need be."""

import math
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image

from studio.sandbox.traits import Box

LANCZOS = Image.Resampling.LANCZOS
STRIPS = 14
# A ground that may be stretched this much is the same everywhere: a frame may lie beyond the plate on all sides.
ENDLESS = 40.0


@dataclass(frozen=True)
class Frame:
    """A rectangle on a plate, in the plate's pixels. On one axis it may reach beyond the plate: what lies
    outside `keep` is then stretched, the more the farther out, and what lies inside keeps its shape."""

    box: Box
    keep: Box

    @property
    def width(self) -> float:
        """In the plate's pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """In the plate's pixels."""
        return self.box[3] - self.box[1]

    def scaled(self, share: float) -> "Frame":
        """The same frame on a copy of the plate of that share of its size."""
        return Frame(_times(self.box, share), _times(self.keep, share))


def _times(box: Box, share: float) -> Box:
    return box[0] * share, box[1] * share, box[2] * share, box[3] * share


def choose(
    *,
    plate: tuple[int, int],
    focus: Box,
    ratio: float,
    zoom: float,
    along: float,
    margin: float = 0.045,
    stretch: float = 2.6,
) -> Frame:
    """The frame of that ratio. `zoom` 0 is the widest, 1 just holds the focus; `along` 0 to 1 is where the
    frame lies within its freedom. `stretch` is how many times wider the surroundings may become."""
    keep = _padded(focus, plate, margin)
    span = (keep[2] - keep[0], keep[3] - keep[1])
    endless = stretch >= ENDLESS
    widest = min(plate[0], plate[1] * ratio) * (1.45 if endless else 1.0)
    tightest = max(span[0], span[1] * ratio)
    if tightest > widest:
        return _wider(plate, keep, ratio=ratio, along=along, stretch=stretch)
    width = max(widest + zoom * (tightest - widest), 0.45 * widest)
    limits = (math.inf, math.inf) if endless else plate
    along = 0.5 + 0.5 * (along - 0.5) if endless else along
    left = _place(width, low=keep[0], high=keep[2], limit=limits[0], along=along)
    top = _place(width / ratio, low=keep[1], high=keep[3], limit=limits[1], along=0.5)
    return Frame((left, top, left + width, top + width / ratio), keep)


def _padded(focus: Box, plate: tuple[int, int], margin: float) -> Box:
    width, height = plate
    pad = margin * min(plate)
    return (
        max(0.0, focus[0] * width - pad),
        max(0.0, focus[1] * height - pad),
        min(float(width), focus[2] * width + pad),
        min(float(height), focus[3] * height + pad),
    )


def _place(length: float, *, low: float, high: float, limit: float, along: float) -> float:
    """Where the frame begins: it holds what lies between low and high, and stays on the plate if that ends."""
    first, last = (high - length, low) if limit == math.inf else (max(0.0, high - length), min(low, limit - length))
    return first + along * (last - first)


def _wider(plate: tuple[int, int], keep: Box, *, ratio: float, along: float, stretch: float) -> Frame:
    """The subject is too tall (or too wide) for this ratio: widen the plate at its sides, within reason, and
    beyond that let the frame cut decidedly into the subject rather than graze it."""
    flip = ratio < plate[0] / plate[1]
    if flip:
        turned = _wider((plate[1], plate[0]), _swap(keep), ratio=1 / ratio, along=0.5, stretch=stretch)
        return Frame(_swap(turned.box), _swap(turned.keep))
    free = plate[0] - (keep[2] - keep[0])
    most = (keep[2] - keep[0]) + free * stretch
    height = min(keep[3] - keep[1], max(most, plate[0]) / ratio)
    width = height * ratio
    extra = max(0.0, width - plate[0])
    left = -extra * keep[0] / free if free > 1 else -extra / 2
    left += 0.5 * (along - 0.5) * min(extra, free) if free > 1 else 0.0
    top = keep[1] + 0.3 * ((keep[3] - keep[1]) - height)
    return Frame((left, top, left + width, top + height), keep)


def _swap(box: Box) -> Box:
    return box[1], box[0], box[3], box[2]


def develop(image: Image.Image, frame: Frame, size: tuple[int, int]) -> Image.Image:
    """The part of the image inside the frame, at that size."""
    left, top, right, bottom = frame.box
    slack = image.width / 2000
    if min(left, top) >= -slack and right <= image.width + slack and bottom <= image.height + slack:
        inside = (max(0.0, left), max(0.0, top), min(image.width, right), min(image.height, bottom))
        return image.resize(size, LANCZOS, box=inside)
    beyond_sides = left < -slack or right > image.width + slack
    if beyond_sides and (top < -slack or bottom > image.height + slack):
        return _stretched_both_ways(image, frame, size)
    if not beyond_sides:
        turned = Frame(_swap(frame.box), _swap(frame.keep))
        sideways = develop(image.transpose(Image.Transpose.TRANSPOSE), turned, (size[1], size[0]))
        return sideways.transpose(Image.Transpose.TRANSPOSE)
    return _stretched(image, frame, size)


def _stretched_both_ways(image: Image.Image, frame: Frame, size: tuple[int, int]) -> Image.Image:
    """First sideways over the plate's whole height, then the result up and down."""
    scale = size[0] / frame.width
    whole = Frame((frame.box[0], 0.0, frame.box[2], float(image.height)), frame.keep)
    middle = _stretched(image, whole, (size[0], round(image.height * scale)))
    upright = frame.scaled(scale)
    rest = Frame(
        (0.0, upright.box[1], float(size[0]), upright.box[3]), (0.0, upright.keep[1], size[0], upright.keep[3])
    )
    return develop(middle, rest, size)


def _stretched(image: Image.Image, frame: Frame, size: tuple[int, int]) -> Image.Image:
    """Strip by strip; Pillow's filter reads across a strip's edge, so that no seam shows."""
    left, top, right, bottom = frame.box
    result = Image.new(image.mode, size)
    scale = size[0] / (right - left)
    for near, far in _strips(frame):
        at, until = round((near - left) * scale), round((far - left) * scale)
        if until <= at:
            continue
        first, last = (_source(edge, frame, image.width) for edge in (near, far))
        first = min(max(0.0, first), image.width - 0.25)
        box = (first, max(0.0, top), min(max(last, first + 0.25), image.width), min(image.height, bottom))
        result.paste(image.resize((until - at, size[1]), LANCZOS, box=box), (at, 0))
    return result


def _strips(frame: Frame) -> list[tuple[float, float]]:
    left, right = frame.box[0], frame.box[2]
    inner = [min(max(edge, left), right) for edge in (frame.keep[0], frame.keep[2])]
    edges = [left + at / STRIPS * (inner[0] - left) for at in range(STRIPS)]
    edges += [inner[0], inner[1]]
    edges += [inner[1] + (at + 1) / STRIPS * (right - inner[1]) for at in range(STRIPS)]
    return list(pairwise(edges))


def _source(at: float, frame: Frame, limit: float) -> float:
    """Where on the plate a point of the widened frame comes from."""
    left, right = frame.box[0], frame.box[2]
    if at < frame.keep[0]:
        return frame.keep[0] - _eased(frame.keep[0] - at, reach=frame.keep[0] - left, margin=frame.keep[0])
    if at > frame.keep[2]:
        margin = limit - frame.keep[2]
        return frame.keep[2] + _eased(at - frame.keep[2], reach=right - frame.keep[2], margin=margin)
    return at


def _eased(distance: float, *, reach: float, margin: float) -> float:
    """Begins at the plate's own scale and ends at the margin's end, with no kink on the way."""
    margin = max(margin, 1.0)
    if reach <= margin:
        return distance
    return distance / (1 + (1 / margin - 1 / reach) * distance)
