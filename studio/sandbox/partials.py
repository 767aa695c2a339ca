"""A picture taking shape: first where things lie, then their colours, then what they are.

Each partial is drawn at 512 pixels on its longer side, in the format that was asked. The real API sends its
partials at full size; they are seen for a second in a tile and replaced, and a quarter of the pixels is what
lets hundreds of waiting calls have their previews from two cores.
"""

import math
from functools import lru_cache
from hashlib import shake_256

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from studio.sandbox.oklab import smooth

LONG_SIDE = 512
BICUBIC = Image.Resampling.BICUBIC


def preview_size(size: tuple[int, int]) -> tuple[int, int]:
    """The same shape at a preview's size."""
    share = LONG_SIDE / max(size)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def taking_shape(picture: Image.Image, *, progress: float) -> Image.Image:
    """The finished preview as it would have looked at that progress, between 0 and 1."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colour = picture.convert("RGB") if alpha is None else _on_grey(picture)
    rough = _washed(_blurred(colour, _radius(progress * 0.7)), progress)
    finer = _washed(_blurred(colour, _radius(min(1.0, progress * 1.35))), min(1.0, progress * 1.3))
    patches = _patches(picture.size, progress)
    shape = Image.composite(finer, rough, patches)
    noisy = ImageChops.add(shape, _noise(picture.size, progress), scale=1, offset=-128)
    shape = Image.composite(shape, noisy, patches.point(lambda value: round(value * progress)))
    if alpha is not None:
        shape.putalpha(_emerging(alpha, progress))
    return shape


def _radius(progress: float) -> float:
    return 22 * math.pow(1 - progress, 2.2)


def _blurred(picture: Image.Image, radius: float) -> Image.Image:
    """A wide blur at a smaller size looks the same and costs a tenth."""
    if radius < 1:
        return picture
    factor = 4 if radius > 6 else 2 if radius > 3 else 1
    small = picture.reduce(factor) if factor > 1 else picture
    return small.filter(ImageFilter.GaussianBlur(radius / factor)).resize(picture.size, BICUBIC)


def _washed(picture: Image.Image, progress: float) -> Image.Image:
    """Early on there is little colour and little depth."""
    pale = ImageEnhance.Color(picture).enhance(0.4 + 0.6 * smooth(progress, 0.1, 0.7))
    return Image.blend(Image.new("RGB", picture.size, (136, 134, 132)), pale, 0.62 + 0.38 * smooth(progress, 0.0, 0.7))


@lru_cache(maxsize=24)
def _patches(size: tuple[int, int], progress: float) -> Image.Image:
    """Where the picture is further along: clouds with soft edges that grow until they cover everything."""
    clouds = _cloud(size, 5, b"where")
    low = 255 * (1.05 - 1.25 * progress)
    return clouds.point(lambda value: round(255 * smooth(value, low - 60, low + 60)))


@lru_cache(maxsize=24)
def _noise(size: tuple[int, int], progress: float) -> Image.Image:
    """Noise of several sizes at once, in colour, less of it as the picture comes."""
    strength = 1.25 * (1 - progress) ** 1.2
    layers = [_coloured_cloud(size, cells, seed) for cells, seed in ((7, b"large"), (28, b"middle"), (110, b"small"))]
    mixed = Image.blend(Image.blend(layers[0], layers[1], 0.5), layers[2], 0.38)
    return mixed.point(lambda value: max(0, min(255, round(128 + (value - 128) * strength))))


def _coloured_cloud(size: tuple[int, int], cells: int, seed: bytes) -> Image.Image:
    grey = _cloud(size, cells, seed)
    bands = [Image.blend(grey, _cloud(size, cells, seed + band), 0.22) for band in (b"r", b"g", b"b")]
    return Image.merge("RGB", bands)


def _cloud(size: tuple[int, int], cells: int, seed: bytes) -> Image.Image:
    """Smooth random hills, that many to the longer side."""
    across = max(2, round(cells * size[0] / max(size)))
    down = max(2, round(cells * size[1] / max(size)))
    dots = Image.frombytes("L", (across, down), shake_256(seed).digest(across * down))
    return dots.resize(size, BICUBIC)


def _on_grey(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, (150, 148, 146))
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _emerging(alpha: Image.Image, progress: float) -> Image.Image:
    """The ground of a cut-out clears as the subject comes."""
    veil = Image.new("L", alpha.size, round(255 * (1 - smooth(progress, 0.2, 0.9))))
    return ImageChops.lighter(_blurred(alpha, _radius(progress)), veil)
