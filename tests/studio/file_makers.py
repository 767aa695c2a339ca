"""Small files by hand: good ones, and ones that no program would write."""

import zlib
from io import BytesIO
from struct import pack
from typing import Any
from zipfile import ZipFile

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()
SIZE = (64, 48)
Pixel = tuple[int, ...]


def corner(mode: str = "RGB") -> Image.Image:
    """Blue, with a red corner at the upper left: tells how it lies."""
    image = Image.new("RGB", SIZE, "blue")
    ImageDraw.Draw(image).rectangle((0, 0, 15, 15), fill="red")
    return image.convert(mode)


def made(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    out = BytesIO()
    (image or corner()).save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010F] = "Camera"
    told.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return told


def chunk(name: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes, kind: int = 2, depth: int = 8) -> bytes:
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def pixel_chunk(rows: bytes) -> bytes:
    return chunk(b"IDAT", zlib.compress(rows))


def with_chunk(extra: bytes) -> bytes:
    """A good PNG with one more chunk behind its header."""
    whole = made("PNG")
    return whole[:33] + extra + whole[33:]


def with_segment(marker: int, data: bytes, image: bytes = b"") -> bytes:
    """A good JPEG with one more segment at its beginning."""
    whole = image or made("JPEG", quality=95, subsampling=0)
    return whole[:2] + pack(">BBH", 0xFF, marker, len(data) + 2) + data + whole[2:]


def zip_file() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return out.getvalue()


def office() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


def many_scans(count: int) -> bytes:
    whole = made("JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + whole[-2:]


def resized(data: bytes, width: int, height: int) -> bytes:
    """AVIF or HEIC whose every announcement of its size is another."""
    at = -1
    while (at := data.find(b"ispe", at + 1)) >= 0:
        data = data[: at + 8] + pack(">II", width, height) + data[at + 16 :]
    return data


def hiding(size: tuple[int, int]) -> bytes:
    """An AVIF of a size that only its stream knows; its boxes say SIZE."""
    return resized(made("AVIF", Image.new("RGB", size, "blue"), speed=10), *SIZE)


def shallower() -> bytes:
    """An AVIF whose stream has whole colours, and whose boxes say that they are halved."""
    whole = made("AVIF", subsampling="4:4:4")
    at = whole.index(b"av1C") + 6
    return whole[:at] + b"\x0c" + whole[at + 1 :]


def headless() -> bytes:
    """An AVIF whose sequence header has become padding."""
    return made("AVIF").replace(b"\x12\0\x0a", b"\x12\0\x7a")


def standing() -> bytes:
    """The first frame of an AVIF that moves, alone: its stream is a film's and not a still picture's."""
    return moving("AVIF").replace(b"avis", b"avif").replace(b"moov", b"skip")


def free() -> bytes:
    """An AVIF whose frame says a size of its own."""
    whole = standing()
    at = whole.index(b"\x12\0\x0a\x0d") + 19  # behind the sequence header, and the frame's kind and length
    return whole[:at] + bytes([whole[at] | 2]) + whole[at + 1 :]


def webp_canvas(flags: int, width: int, height: int) -> bytes:
    canvas = pack("<4sIB3s", b"VP8X", 10, flags, b"") + (width - 1).to_bytes(3, "little")
    body = b"WEBP" + canvas + (height - 1).to_bytes(3, "little") + made("WEBP")[12:]
    return b"RIFF" + pack("<I", len(body)) + body


def second_frame(data: bytes, width: int, height: int) -> bytes:
    """A JPEG with one more frame header, of another size."""
    at = data.index(b"\xff\xc0")
    frame = data[at : at + 19]
    return data[: at + 19] + frame[:5] + pack(">HH", height, width) + frame[9:] + data[at + 19 :]


def sixteen_bits(kind: int, *values: int) -> bytes:
    row = b"\0" + b"".join(pack(">H", value) for value in values) * SIZE[0]
    return png(*SIZE, pixel_chunk(row * SIZE[1]), kind=kind, depth=16)


def see_through(kind: str, **options: Any) -> bytes:
    image = corner("RGBA")
    image.paste((0, 0, 0, 0), (32, 0, 64, 48))
    return made(kind, image, **options)


def moving(kind: str, **options: Any) -> bytes:
    return made(kind, save_all=True, append_images=[Image.new("RGB", SIZE, "green")], duration=100, **options)


def grain() -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(SIZE, spread) for spread in (40, 60, 80)])


RED, BLUE = (254, 0, 0), (0, 0, 254)
LIES_RIGHT = {(4, 4): RED, (60, 4): BLUE, (4, 44): BLUE}
# Where the red corner of `corner` comes to lie by each orientation.
TURNED = {1: (4, 4), 2: (59, 4), 3: (59, 43), 4: (4, 43), 5: (4, 4), 6: (43, 4), 7: (43, 59), 8: (4, 59)}
FILM = pack(">I8sI8s", 24, b"ftypmp42", 0, b"mp42isom") + pack(">I4s", 16, b"mdat") + b"a film!!"
XMP = b"http://ns.adobe.com/xap/1.0/\0<?xpacket begin=''?><x:xmpmeta><secret/></x:xmpmeta>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<html><script>alert(1)</script></html>"
HEIF: dict[str, Any] = {"quality": -1, "chroma": 444, "matrix_coefficients": 0}
OFFICE_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


FTYP = pack(">I4s4sI4s", 20, b"ftyp", b"avif", 0, b"avif")
