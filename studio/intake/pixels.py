"""The pixels of a file as browsers and models want them: upright, sRGB, RGB or RGBA, at four bytes a pixel.

A picture of 50 megapixels takes 200 MB; never are more than two of that size in memory, whatever it came as.
"""

import ctypes
from collections.abc import Callable
from ctypes.util import find_library
from functools import cache as once
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import PIL
import pillow_heif
from PIL import Image, ImageCms

from studio.intake.containers import Header
from studio.intake.turned_away import TurnedAway

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)

FORMATS: Final = {"PNG": ["PNG"], "JPEG": ["JPEG", "MPO"], "GIF": ["GIF"], "WebP": ["WEBP"], "AVIF": ["AVIF"]}
LARGE_PIXELS: Final = 12_582_912
STRIP: Final = 256
ORIENTATION: Final = 0x0112
UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SRGB: Final = ImageCms.createProfile("sRGB")


def read(path: Path, header: Header) -> Image.Image:
    """Decodes what the header has let through. Raises TurnedAway for what breaks on the way."""
    try:
        return _read(path, header)
    except (TurnedAway, MemoryError):
        raise
    except Exception as error:  # Pillow's readers raise whatever bytes that were made to break them make them raise
        said = str(error)
        if "Decompressed data" in said or "memory used in text chunks" in said:
            raise TurnedAway("bomb") from error
        raise TurnedAway("cut" if "truncated" in said else "damaged") from error


def _read(path: Path, header: Header) -> Image.Image:
    with Image.open(path, formats=FORMATS.get(header.came_as, ["HEIF"])) as image:
        if image.width * image.height > header.width * header.height:
            raise TurnedAway("damaged")
        if header.came_as in ("AVIF", "WebP") and getattr(image, "is_animated", False):
            raise TurnedAway("animated", came_as=header.came_as)
        profile = image.info.get("icc_profile")
        plain = _decoded(image, path, header)
        turn = UPRIGHT.get(_orientation(image))
    del image
    plain = _in_srgb(plain, profile)
    return plain if turn is None else plain.transpose(turn)


def _decoded(image: Image.Image, path: Path, header: Header) -> Image.Image:
    large = header.width * header.height > LARGE_PIXELS
    if large and header.came_as == "WebP" and (library := _libwebp()):
        vars(image).pop("_decoder")  # it would hold two canvases, and hand out a third
        return _large_webp(library, path.read_bytes(), image.size, image.mode)
    if header.came_as == "AVIF":  # its decoder holds the picture a second time, until it is gone
        return Image.frombytes(image.mode, image.size, vars(image).pop("_decoder").get_frame(0)[0])
    image.load()
    return image


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # what a camera wrote wrongly turns nothing
        return 1


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA of the same look. A profile that is broken, or of another kind than the picture, is ignored."""
    mode = "RGBA" if "transparency" in image.info or "A" in image.mode.upper() else "RGB"
    if image.mode.startswith("I"):
        image = strip_by_strip(image, "L", _high_bytes)
    given = _profile(profile)
    if given and given.profile.xcolor_space == "CMYK" and image.mode == "CMYK":
        image = _transformed(image, given, "CMYK")
    elif given and given.profile.xcolor_space == "GRAY" and image.mode == "L" and mode == "RGB":
        image = _transformed(image, given, "L")
    if image.mode != mode:
        image = strip_by_strip(image, mode, lambda strip: strip.convert(mode))
    if given and given.profile.xcolor_space == "RGB ":
        image = _transformed(image, given, mode)
    return image


def _profile(data: bytes | None) -> ImageCms.ImageCmsProfile | None:
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data)) if data else None
        return None if profile and "srgb" in ImageCms.getProfileDescription(profile).lower() else profile
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _transformed(image: Image.Image, profile: ImageCms.ImageCmsProfile, mode: str) -> Image.Image:
    """In place where the pixels stay as many bytes; else into a new picture, strip by strip."""
    same = mode in ("RGB", "RGBA")
    try:
        transform: Any = ImageCms.buildTransform(profile, SRGB, mode, mode if same else "RGB")
    except ImageCms.PyCMSError:
        return image
    if same:
        ImageCms.applyTransform(image, transform, inPlace=True)
        return image
    return strip_by_strip(image, "RGB", lambda strip: ImageCms.applyTransform(strip, transform) or strip)


def _high_bytes(strip: Image.Image) -> Image.Image:
    """Sixteen bits of grey to eight, by its tone and not clipped at white."""
    if strip.mode == "I":
        return strip.point(lambda value: value / 256).convert("L")
    return Image.frombytes("L", strip.size, strip.tobytes()[0 if strip.mode == "I;16B" else 1 :: 2])


def strip_by_strip(image: Image.Image, mode: str, change: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """A new picture of another mode, made in strips: what a conversion needs besides stays small."""
    made = Image.new(mode, image.size)
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
        made.paste(change(strip), (0, top))
    return made


def _large_webp(library: Any, data: bytes, size: tuple[int, int], mode: str) -> Image.Image:
    """By the library's plain call, which writes into the one buffer that the picture then lies in."""
    alpha = mode == "RGBA"
    stride = size[0] * len(mode)
    pixels = (ctypes.c_uint8 * (stride * size[1]))()
    decode = library.WebPDecodeRGBAInto if alpha else library.WebPDecodeRGBInto
    decode.restype = ctypes.c_void_p
    if not decode(data, ctypes.c_size_t(len(data)), pixels, ctypes.c_size_t(len(pixels)), stride):
        raise TurnedAway("damaged")
    return Image.frombytes(mode, size, memoryview(pixels))


@once
def _libwebp() -> Any:
    """Pillow's own copy, or the system's; None where there is neither, and large WebP costs 16 bytes a pixel."""
    home = Path(PIL.__file__).parent
    for found in (*home.parent.glob("pillow.libs/libwebp-*"), *home.glob(".dylibs/libwebp.*"), find_library("webp")):
        if found:
            return ctypes.CDLL(str(found))
    return None
