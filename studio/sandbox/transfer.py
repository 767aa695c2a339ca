"""Light and colour of one picture given to another: mean and spread in OKLab, matched to a degree."""

from dataclasses import dataclass
from statistics import fmean, pstdev

from PIL import Image

from studio.sandbox.oklab import Change, Lab, from_srgb

SAMPLES = 28  # a side; the means of so few squares tell a picture's palette, and take 3 ms
SPREAD_LEAST = 0.02


@dataclass(frozen=True)
class Tone:
    """Mean and standard deviation of lightness and the two colour axes."""

    mean: Lab
    spread: Lab


def tone(picture: Image.Image, where: Image.Image | None = None) -> Tone:
    """Of a picture in RGB, or of the part of it that is bright in `where`."""
    small = picture.resize((SAMPLES, SAMPLES), Image.Resampling.BOX, reducing_gap=2).tobytes()
    pixels = zip(small[::3], small[1::3], small[2::3], strict=True)
    chosen = where.resize((SAMPLES, SAMPLES), Image.Resampling.BOX).tobytes() if where else bytes([255]) * SAMPLES**2
    found = [from_srgb(*(part / 255 for part in one)) for one, share in zip(pixels, chosen, strict=True) if share > 127]
    return _of(found) if found else tone(picture)


def _of(found: list[Lab]) -> Tone:
    axes = list(zip(*found, strict=True))
    light, a, b = (fmean(axis) for axis in axes)
    spread = [max(SPREAD_LEAST, pstdev(axis)) for axis in axes]
    return Tone((light, a, b), (spread[0], spread[1], spread[2]))


def together(tones: tuple[Tone, ...]) -> Tone:
    """The mean of several."""
    means, spreads = (
        [fmean(getattr(one, name)[axis] for one in tones) for axis in range(3)] for name in ("mean", "spread")
    )
    return Tone((means[0], means[1], means[2]), (spreads[0], spreads[1], spreads[2]))


def towards(own: Tone, other: Tone, *, share: float, light: float | None = None) -> Change:
    """Bring a picture of the tone `own` that far towards `other`; its lightness by a share of its own, if said."""
    shares = (share if light is None else light, share, share)
    # A flat picture does not become a loud one: its noise would.
    scales = [min(1.6, max(0.55, other.spread[axis] / own.spread[axis])) for axis in range(3)]

    def apply(*lab: float) -> Lab:
        moved = [
            lab[axis] + shares[axis] * (other.mean[axis] + scales[axis] * (lab[axis] - own.mean[axis]) - lab[axis])
            for axis in range(3)
        ]
        # Black stays black and white stays white: only what lies between takes the other's colours.
        lightness = min(1.0, max(0.0, moved[0]))
        return lightness, moved[1] * _bears(lightness), moved[2] * _bears(lightness)

    return apply


def to_colour(own: Tone, colour: Lab, *, share: float = 0.9, light: float = 0.68) -> Change:
    """The same light and texture in another colour."""
    calm = (own.spread[0], 0.4 * own.spread[1], 0.4 * own.spread[2])
    return towards(own, Tone(colour, calm), share=share, light=light)


def _bears(light: float) -> float:
    """How much colour a lightness bears."""
    return min(1.0, light / 0.12) * min(1.0, max(0.0, (1.02 - light) / 0.1))
