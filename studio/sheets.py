"""Where a source lies in the picture that is asked for. Pure: no models, no request.

A sheet is in the source's pixels: the source itself, or a larger one that the model is to fill round it. What is asked
for has a legal size of nearly the sheet's shape; the few pixels that it has more are padding, and are cut off again.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from studio.sizes import STEP, Size


class Box(NamedTuple):
    """A rectangle in pixels, its right and bottom edge outside."""

    left: float
    top: float
    right: float
    bottom: float

    def rounded(self) -> tuple[int, int, int, int]:
        """To whole pixels."""
        left, top, right, bottom = map(round, self)
        return left, top, max(right, left + 1), max(bottom, top + 1)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Its size, and where the source's upper left corner lies on it."""

    width: int
    height: int
    x: int = 0
    y: int = 0

    @property
    def size(self) -> Size:
        """Width and height together."""
        return Size(self.width, self.height)

    def placed(self, asked: Size) -> tuple[float, Box]:
        """By how much it is scaled to lie in the middle of what is asked for, and where its edges are there."""
        scale = min(asked.width / self.width, asked.height / self.height)
        width, height = self.width * scale, self.height * scale
        left, top = (asked.width - width) / 2, (asked.height - height) / 2
        return scale, Box(left, top, left + width, top + height)

    def source_in(self, asked: Size, source: Size) -> Box:
        """Where the source's edges are in what is asked for."""
        scale, box = self.placed(asked)
        left, top = box.left + self.x * scale, box.top + self.y * scale
        return Box(left, top, left + source.width * scale, top + source.height * scale)


def whole(source: Size) -> Sheet:
    """The source as it is."""
    return Sheet(width=source.width, height=source.height)


def extended(source: Size, *, ratio: Fraction, across: int, down: int) -> Sheet:
    """The smallest sheet of that shape that holds the source; `across` and `down` in 100 are where it lies on it.

    The side that grows is a multiple of 16, as in the mask's page (static/js/mask/extend.js).
    """
    width, height = source
    if Fraction(*source) < ratio:
        width = STEP * ceil(source.height * ratio / STEP)
    else:
        height = STEP * ceil(source.width / ratio / STEP)
    x, y = round((width - source.width) * across / 100), round((height - source.height) * down / 100)
    return Sheet(width=max(width, source.width), height=max(height, source.height), x=max(0, x), y=max(0, y))
