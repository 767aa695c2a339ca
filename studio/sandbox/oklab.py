"""Colour arithmetic in OKLab, where equal steps look equal, baked into tables that Pillow applies.

A change of colour is a function from OKLab to OKLab. It's evaluated once per node of a small cube; Pillow
interpolates between the nodes for every pixel, so a whole chain of changes costs one pass.
"""

import math
from collections.abc import Callable
from functools import cache

from PIL import ImageFilter

Lab = tuple[float, float, float]
Change = Callable[[float, float, float], Lab]

NODES = 17


def from_hex(value: str) -> Lab:
    """OKLab of a colour like #d4c8ba."""
    red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return from_srgb(red, green, blue)


def from_srgb(red: float, green: float, blue: float) -> Lab:
    """OKLab of gamma-coded sRGB between 0 and 1."""
    r, g, b = _linear(red), _linear(green), _linear(blue)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def to_srgb(light: float, a: float, b: float) -> tuple[float, float, float]:
    """Gamma-coded sRGB; what lies outside is brought in by the channel."""
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _coded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _coded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _coded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else math.pow((value + 0.055) / 1.055, 2.4)


def _coded(value: float) -> float:
    if value <= 0.0031308:
        return max(0.0, 12.92 * value)
    return min(1.0, 1.055 * math.pow(value, 1 / 2.4) - 0.055)


@cache
def _nodes() -> tuple[Lab, ...]:
    steps = [at / (NODES - 1) for at in range(NODES)]
    return tuple(from_srgb(red, green, blue) for blue in steps for green in steps for red in steps)


def bake(changes: tuple[Change, ...]) -> ImageFilter.Color3DLUT:
    """One table for the whole chain, in its order."""
    table: list[float] = []
    for light, a, b in _nodes():
        for change in changes:
            light, a, b = change(light, a, b)
        table.extend(to_srgb(light, a, b))
    return ImageFilter.Color3DLUT(NODES, table)


def smooth(value: float, low: float, high: float) -> float:
    """0 below low, 1 above high, an S between."""
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    return share * share * (3 - 2 * share)
