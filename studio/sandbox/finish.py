"""The last steps: how fine the asked quality is, the sample mark, and the file."""

import io
from functools import cache, lru_cache
from hashlib import shake_256

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from PIL.PngImagePlugin import PngInfo

BICUBIC = Image.Resampling.BICUBIC
NOTE = "Sample picture of the sandbox, composed from ready-made plates. No image model made it."
SOFTWARE = "sandbox"
# How many of the asked pixels are really drawn.
DETAIL = {"low": 0.34, "medium": 0.72, "high": 1.0, "xhigh": 1.0, "max": 1.0}
# Share of a pixel's four neighbours that is taken from it and given to it.
SHARPENING = {"low": 0.0, "medium": 0.0, "high": 0.11, "xhigh": 0.17, "max": 0.22}
GRAIN_TILE = 256


def working_size(size: tuple[int, int], *, quality: str, source: tuple[float, float]) -> tuple[int, int]:
    """The size to paint at: no finer than the plate is, less where the quality asks for less."""
    share = min(1.0, DETAIL[quality], max(0.5, source[0] / size[0]))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def finished(picture: Image.Image, *, size: tuple[int, int], quality: str, grain: float) -> Image.Image:
    """At its full size, as crisp as the quality says, with the mark."""
    if picture.size != size:
        picture = picture.resize(size, BICUBIC if quality == "low" else Image.Resampling.LANCZOS)
    if SHARPENING[quality]:
        picture = _sharpened(picture, SHARPENING[quality])
    roughness = max(grain * 0.5, 0.22 if quality == "low" else 0.0)
    if roughness:
        picture = _grained(picture, roughness)
    return _marked(picture)


def _sharpened(picture: Image.Image, share: float) -> Image.Image:
    kernel = (0, -share, 0, -share, 1 + 4 * share, -share, 0, -share, 0)
    if picture.mode != "RGBA":
        return picture.filter(ImageFilter.Kernel((3, 3), kernel, 1))
    sharp = picture.convert("RGB").filter(ImageFilter.Kernel((3, 3), kernel, 1))
    sharp.putalpha(picture.getchannel("A"))
    return sharp


def _grained(picture: Image.Image, roughness: float) -> Image.Image:
    colour = picture.convert("RGB")
    grain = grain_sheet(picture.size, round(roughness * 20))
    grained = ImageChops.add(colour, grain, scale=1, offset=-128)
    if picture.mode == "RGBA":
        grained.putalpha(picture.getchannel("A"))
    return grained


def grain_sheet(size: tuple[int, int], spread: int) -> Image.Image:
    """Grain of that many levels around middle grey, to be added."""
    tile = _grain_tile(spread)
    sheet = Image.new("RGB", size)
    for left in range(0, size[0], GRAIN_TILE):
        for top in range(0, size[1], GRAIN_TILE):
            sheet.paste(tile, (left, top))
    return sheet


@lru_cache(maxsize=16)
def _grain_tile(spread: int) -> Image.Image:
    """Noise around middle grey, always the same: nothing here may differ from one run to the next."""
    noise = Image.frombytes("L", (GRAIN_TILE, GRAIN_TILE), shake_256(b"grain").digest(GRAIN_TILE * GRAIN_TILE))
    soft = noise.filter(ImageFilter.GaussianBlur(0.6))
    centred = soft.point(lambda value: max(0, min(255, 128 + round((value - 127.5) / 127.5 * 2 * spread))))
    return Image.merge("RGB", (centred, centred, centred))


def _marked(picture: Image.Image) -> Image.Image:
    tag = _tag(max(16, round(min(picture.size) * 0.026)))
    gap = round(tag.height * 0.6)
    at = (picture.width - tag.width - gap, picture.height - tag.height - gap)
    if picture.mode == "RGBA":
        picture.alpha_composite(tag, at)
    else:
        picture.paste(tag, at, tag)
    return picture


@lru_cache(maxsize=16)
def _tag(height: int) -> Image.Image:
    """A small dark tag with the word "sample", drawn four times as large and brought down for smooth edges."""
    font = _font(height * 4 * 0.62)
    left, _, right, _ = font.getbbox("sample", anchor="ls")
    width = round(right - left + height * 4 * 0.9)
    tag = Image.new("RGBA", (width, height * 4), (0, 0, 0, 0))
    pen = ImageDraw.Draw(tag)
    pen.rounded_rectangle((0, 0, width - 1, height * 4 - 1), radius=height * 1.3, fill=(16, 16, 18, 150))
    baseline = height * 2 - (font.getbbox("x", anchor="ls")[1]) / 2
    pen.text((width / 2, baseline), "sample", font=font, fill=(255, 255, 255, 235), anchor="ms")
    return tag.resize((round(width / 4), height), Image.Resampling.LANCZOS)


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def encoded(picture: Image.Image, *, output_format: str, compression: int) -> bytes:
    """The file, with a note in its metadata that it's a sample."""
    file = io.BytesIO()
    if output_format == "png":
        note = PngInfo()
        note.add_text("Software", SOFTWARE)
        note.add_text("Comment", NOTE)
        picture.save(file, "PNG", compress_level=1, pnginfo=note)
    elif output_format == "jpeg":
        picture.save(file, "JPEG", quality=_jpeg_quality(compression), exif=_exif(), comment=NOTE)
    else:
        picture.save(file, "WEBP", quality=max(1, compression), method=2, exif=_exif())
    return file.getvalue()


def _jpeg_quality(compression: int) -> int:
    """Pillow's scale is of use between 1 and 95; the API's goes from 0 to 100."""
    return max(1, round(compression * 0.95))


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = NOTE
    exif[0x0131] = SOFTWARE
    return exif.tobytes()
