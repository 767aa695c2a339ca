"""Sizes a picture can be asked for in. Pure: no models, no request.

Today's models take any width and height that are multiples of 16, with a ratio between 1:3 and 3:1, a longest side of
3840 px and 655,360 to 8,294,400 px in all (OpenAI's image API, and third parties for the pixel limits).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from math import sqrt
from typing import Final, NamedTuple

STEP: Final = 16
LEAST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 8_294_400
LONGEST_SIDE: Final = 3840
WIDEST_RATIO: Final = 3


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """All of them."""
        return self.width * self.height

    @property
    def ratio(self) -> float:
        """Width to height."""
        return self.width / self.height

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a model and the operator allow; the narrower of both counts."""

    longest_side: int = LONGEST_SIDE
    most_pixels: int = MOST_PIXELS
    least_pixels: int = LEAST_PIXELS


class Problem(NamedTuple):
    """Why a size cannot be asked for: a code, and the number that the words need."""

    code: str
    limit: int


RATIOS: Final[dict[str, tuple[int, int]]] = {
    "square": (1, 1),
    "portrait": (4, 5),
    "story": (9, 16),
    "card": (4, 3),
    "wide": (16, 9),
    "banner": (21, 9),
}
# Pixels aimed at, and the band that prices them. A band ends where the next scale's shapes begin.
SCALES: Final[dict[str, int]] = {"standard": 1_048_576, "large": 3_686_400, "largest": MOST_PIXELS}
BANDS: Final[dict[str, int]] = {"s": 1_800_000, "m": 3_800_000, "l": MOST_PIXELS}


def problems(size: Size, limits: Limits | None = None) -> list[Problem]:
    """Every reason why a size is not legal; none when it is."""
    limits = limits or Limits()
    found = []
    if size.width <= 0 or size.height <= 0:
        return [Problem("step", STEP)]
    if size.width % STEP or size.height % STEP:
        found.append(Problem("step", STEP))
    if max(size) > WIDEST_RATIO * min(size):
        found.append(Problem("ratio", WIDEST_RATIO))
    if max(size) > limits.longest_side:
        found.append(Problem("side", limits.longest_side))
    if size.pixels > limits.most_pixels:
        found.append(Problem("most", limits.most_pixels))
    if size.pixels < limits.least_pixels:
        found.append(Problem("least", limits.least_pixels))
    return found


@cache
def fit(shape: str, scale: str, limits: Limits | None = None) -> Size:
    """The legal size of a shape nearest to a scale's pixels; a ratio met exactly wins over a few pixels more."""
    return _closest(Fraction(*RATIOS[shape]), SCALES[scale], limits or Limits())


@lru_cache(maxsize=4096)
def like(source: Size, scale: str, limits: Limits | None = None) -> Size:
    """The legal size of a picture's own shape, or of the nearest that there is."""
    return _closest(_legal(Fraction(*source)), SCALES[scale], limits or Limits())


def within(source: Size) -> Size:
    """The source's size, shrunk to what models look at where it is larger."""
    scale = min(1.0, LONGEST_SIDE / max(source), sqrt(MOST_PIXELS / source.pixels))
    return Size(max(1, int(source.width * scale)), max(1, int(source.height * scale)))


@lru_cache(maxsize=4096)
def shaped(source: Size, pixels: int, limits: Limits | None = None) -> Size:
    """The legal size nearest to a picture's own shape with so many pixels at most, as far as that is legal."""
    return _closest(_legal(Fraction(*source)), max(LEAST_PIXELS, min(pixels, source.pixels)), limits or Limits())


def nearest(size: Size, limits: Limits | None = None) -> Size:
    """The legal size to ask for instead of one that is not: as little larger as can be, else of the nearest shape."""
    limits = limits or Limits()
    up = Size(*(max(STEP, -(-side // STEP) * STEP) for side in size))
    if not problems(up, limits):
        return up
    return _closest(_legal(Fraction(*up)), max(up.pixels, limits.least_pixels), limits)


def band(size: Size) -> str:
    """The price band of a size: s, m or l by its pixels."""
    return next((name for name, most in BANDS.items() if size.pixels <= most), "l")


def _legal(ratio: Fraction) -> Fraction:
    return min(max(ratio, Fraction(1, WIDEST_RATIO)), Fraction(WIDEST_RATIO))


def _closest(ratio: Fraction, pixels: int, limits: Limits) -> Size:
    target = min(pixels, limits.most_pixels)
    candidates = []
    for width in range(STEP, limits.longest_side + 1, STEP):
        height = round(width / ratio / STEP) * STEP
        size = Size(width, height)
        if height and not problems(size, limits):
            bend = abs(size.width / ratio / size.height - 1)
            candidates.append((bend * 20 + abs(sqrt(size.pixels / target) - 1), size))
    return min(candidates)[1]


def shape_of(size: Size) -> str:
    """The shape whose ratio is nearest, for drawing a size."""
    return min(RATIOS, key=lambda name: abs(RATIOS[name][0] / RATIOS[name][1] - size.ratio))
