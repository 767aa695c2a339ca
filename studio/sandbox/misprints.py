"""Files that are not the picture that was ordered."""

import struct
import zlib
from dataclasses import replace

from studio.sandbox import darkroom
from studio.sandbox.darkroom import Print, Sitting

NO_PICTURE = b"This is not a picture."
BOMB_SIDE = 60_000


def not_a_picture(sitting: Sitting) -> Print:
    """Plain words."""
    return Print(NO_PICTURE, sitting.recipe.size)


def wrong_size(sitting: Sitting) -> Print:
    """The picture in a size that nobody asked for."""
    width, height = sitting.recipe.size
    wrong = (1024, 1024) if width != height else (1536, 1024)
    return darkroom.final(replace(sitting, recipe=replace(sitting.recipe, size=wrong)))


def wrong_format(sitting: Sitting) -> Print:
    """The picture as WebP where PNG was asked, as PNG otherwise."""
    return darkroom.final(replace(sitting, output_format="webp" if sitting.output_format == "png" else "png"))


def half_picture(sitting: Sitting) -> Print:
    """The first half of the file."""
    whole = darkroom.final(sitting)
    return replace(whole, data=whole.data[: len(whole.data) // 2])


def bomb(sitting: Sitting) -> Print:
    """A tiny PNG that says it is 60000 pixels wide and high: 14 GB for whoever unpacks it unseen."""
    header = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(1 + 4 * BOMB_SIDE))
    chunks = (b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")
    return Print(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks), sitting.recipe.size)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
