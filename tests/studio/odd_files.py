"""Files as they really come, and as somebody may make them come: what each is, and what becomes of it.

test_intake walks the table, `python -m tests.studio.uploads_table` writes it down for readers.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from struct import pack
from types import MappingProxyType
from typing import Any, NamedTuple
from zipfile import ZipFile

import pillow_heif
from PIL import Image, ImageDraw

from studio.intake import Taken
from tests.studio import profiles

pillow_heif.register_heif_opener()
SIZE = (64, 48)
Pixel = tuple[int, ...]


class Odd(NamedTuple):
    """A file, and its end: `code` and `facts` where it is turned away, else what it is taken as."""

    name: str
    what: str
    make: Callable[[], bytes]
    code: str = ""
    facts: Mapping[str, Any] = MappingProxyType({})
    came_as: str = ""
    output: str = ""
    size: tuple[int, int] = SIZE
    pixels: Mapping[tuple[int, int], Pixel] = MappingProxyType({})
    within: int = 0
    check: Callable[[Taken], bool] | None = None


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


def same_pixels(image: Image.Image) -> Callable[[Taken], bool]:
    def same(taken: Taken) -> bool:
        with Image.open(BytesIO(taken.data)) as kept:
            return kept.convert("RGBA").tobytes() == image.convert("RGBA").tobytes()

    return same


def tells_nothing(taken: Taken) -> bool:
    files = [taken.data, taken.look, taken.work or b"", *taken.copies.values()]
    signs = (b"Exif", b"eXIf", b"EXIF", b"Camera", b"GPS", b"xpacket", b"secret", b"ICC", b"iCCP")
    return not any(sign in file for file in files for sign in signs)


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


def taken(name: str, what: str, make: Callable[[], bytes], came_as: str, output: str, **more: Any) -> Odd:
    return Odd(name, what, make, came_as=came_as, output=output, **more)


def away(name: str, what: str, make: Callable[[], bytes], code: str, **facts: Any) -> Odd:
    return Odd(name, what, make, code=code, facts=facts)


def _good() -> Iterator[Odd]:
    jpeg = {"quality": 95, "subsampling": 0}
    red = {"pixels": LIES_RIGHT, "within": 8, "check": tells_nothing}
    yield taken("plain.png", "RGB", lambda: made("PNG"), "PNG", "png", check=same_pixels(corner()))
    noise = grain()
    yield taken(
        "grain.png", "RGB, every pixel its own", lambda: made("PNG", noise), "PNG", "png", check=same_pixels(noise)
    )
    yield taken(
        "grain.webp", "lossless", lambda: made("WEBP", noise, lossless=True), "WebP", "png", check=same_pixels(noise)
    )
    yield taken(
        "clear.png",
        "half of it transparent",
        lambda: see_through("PNG"),
        "PNG",
        "png",
        pixels={(4, 4): (255, 0, 0, 255), (50, 20): (0, 0, 0, 0)},
    )
    yield taken("clear.webp", "lossy and transparent", lambda: see_through("WEBP"), "WebP", "png")
    yield taken("clear.avif", "transparent", lambda: see_through("AVIF"), "AVIF", "png")
    yield taken(
        "opaque.png",
        "RGBA, and nothing transparent",
        lambda: made("PNG", corner("RGBA")),
        "PNG",
        "png",
        pixels={(4, 4): (255, 0, 0)},
    )
    yield taken("plain.jpg", "RGB", lambda: made("JPEG", **jpeg), "JPEG", "jpeg", **red)
    yield taken("wrong.gif", "a JPEG by another name", lambda: made("JPEG", **jpeg), "JPEG", "jpeg", **red)
    yield taken("slow.jpg", "progressive", lambda: made("JPEG", progressive=True, **jpeg), "JPEG", "jpeg", **red)
    yield taken("plain.webp", "lossy", lambda: made("WEBP", quality=100), "WebP", "jpeg", check=tells_nothing)
    yield taken("plain.heic", "from a phone", lambda: made("HEIF", exif=exif()), "HEIC", "jpeg", check=tells_nothing)
    yield taken(
        "turned.heic",
        "orientation 6, by its own box",
        lambda: made("HEIF", exif=exif(6).tobytes(), **HEIF),
        "HEIC",
        "jpeg",
        size=(48, 64),
        pixels={(43, 4): RED, (4, 60): BLUE},
        within=10,
        check=tells_nothing,
    )
    yield taken("plain.avif", "8 bits", lambda: made("AVIF", exif=exif()), "AVIF", "jpeg", check=tells_nothing)
    yield taken("plain.gif", "palette", lambda: made("GIF"), "GIF", "png", pixels={(4, 4): (255, 0, 0)})
    yield taken("moving.gif", "two frames: the first", lambda: moving("GIF"), "GIF", "png", check=same_pixels(corner()))
    for turn, place in TURNED.items():
        yield taken(
            f"turned-{turn}.jpg",
            f"orientation {turn}, GPS",
            lambda turn=turn: made("JPEG", exif=exif(turn), **jpeg),
            "JPEG",
            "jpeg",
            size=SIZE if turn < 5 else SIZE[::-1],
            pixels={place: RED, (24, 24): BLUE},
            within=8,
            check=tells_nothing,
        )
    yield taken(
        "turned.png",
        "orientation 8, GPS",
        lambda: made("PNG", exif=exif(8)),
        "PNG",
        "png",
        size=(48, 64),
        pixels={(4, 59): (255, 0, 0)},
        check=tells_nothing,
    )
    yield taken(
        "turned.webp",
        "orientation 3, GPS",
        lambda: made("WEBP", exif=exif(3), lossless=True),
        "WebP",
        "png",
        pixels={(59, 43): (255, 0, 0)},
        check=tells_nothing,
    )
    yield taken(
        "comment.jpg",
        "XMP and a comment",
        lambda: with_segment(0xE1, XMP, with_segment(0xFE, b"secret")),
        "JPEG",
        "jpeg",
        **red,
    )
    yield taken(
        "broken-exif.jpg",
        "EXIF that is none",
        lambda: with_segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff"),
        "JPEG",
        "jpeg",
        **red,
    )


def _colours() -> Iterator[Odd]:
    p3, adobe = profiles.rgb("P3", profiles.P3), profiles.rgb("Adobe RGB", profiles.ADOBE_RGB, 2.2)
    inks = profiles.cmyk((50, 70, 50))
    cyan = Image.new("CMYK", SIZE, (255, 0, 0, 0))

    def flat(colour: Pixel, mode: str = "RGB") -> Image.Image:
        return Image.new(mode, SIZE, colour)

    middle = (30, 30)
    for name, what, image, options, pixel, within in (
        ("p3.png", "Display P3: sRGB's own red", flat((234, 51, 35)), {"icc_profile": p3}, (255, 0, 0), 5),
        ("p3-red.png", "Display P3: its own red", flat((255, 0, 0)), {"icc_profile": p3}, (255, 0, 0), 2),
        (
            "p3-clear.png",
            "Display P3, half transparent",
            flat((234, 51, 35, 128), "RGBA"),
            {"icc_profile": p3},
            (255, 0, 0, 128),
            5,
        ),
        ("adobe.png", "Adobe RGB: sRGB's own green", flat((144, 255, 60)), {"icc_profile": adobe}, (0, 255, 0), 6),
        (
            "linear.png",
            "grey with a profile of gamma 1",
            flat(128, "L"),
            {"icc_profile": profiles.grey(1)},
            (188, 188, 188),
            2,
        ),
        (
            "no-profile.png",
            "a profile that is none",
            flat((200, 100, 50)),
            {"icc_profile": b"none at all"},
            (200, 100, 50),
            0,
        ),
        (
            "wrong-profile.png",
            "a profile of inks on RGB",
            flat((200, 100, 50)),
            {"icc_profile": inks},
            (200, 100, 50),
            0,
        ),
        ("grey.png", "8 bits of grey", flat(77, "L"), {}, (77, 77, 77), 0),
        ("grey-clear.png", "grey with transparency", flat((77, 99), "LA"), {}, (77, 77, 77, 99), 0),
        ("one-bit.png", "black and white", flat(1, "1"), {}, (255, 255, 255), 0),
        ("palette.png", "palette, one colour transparent", corner("P"), {"transparency": 0}, None, 0),
    ):
        yield taken(
            name,
            what,
            lambda i=image, o=options: made("PNG", i, **o),
            "PNG",
            "png",
            pixels={middle: pixel} if pixel else {},
            within=within,
            check=tells_nothing,
        )
    yield taken(
        "p3.jpg",
        "Display P3: sRGB's own red",
        lambda: made("JPEG", flat((234, 51, 35)), icc_profile=p3, quality=95),
        "JPEG",
        "jpeg",
        pixels={middle: (255, 0, 0)},
        within=8,
        check=tells_nothing,
    )
    yield taken(
        "p3.heic",
        "Display P3: sRGB's own red",
        lambda: made("HEIF", flat((234, 51, 35)), icc_profile=p3, **HEIF),
        "HEIC",
        "jpeg",
        pixels={middle: (255, 0, 0)},
        within=10,
        check=tells_nothing,
    )
    yield taken(
        "p3.avif",
        "Display P3: sRGB's own red",
        lambda: made("AVIF", flat((234, 51, 35)), icc_profile=p3, quality=95),
        "AVIF",
        "jpeg",
        pixels={middle: (255, 0, 0)},
        within=10,
        check=tells_nothing,
    )
    yield taken(
        "grey-16.png",
        "16 bits of grey keep their tone",
        lambda: sixteen_bits(0, 0x8040),
        "PNG",
        "png",
        pixels={middle: (128, 128, 128)},
    )
    yield taken(
        "rgb-16.png",
        "16 bits of RGB",
        lambda: sixteen_bits(2, 0xC8FF, 0x6400, 0x3280),
        "PNG",
        "png",
        pixels={middle: (200, 100, 50)},
        within=1,
    )
    yield taken(
        "cmyk.jpg",
        "inks without a profile",
        lambda: made("JPEG", cyan),
        "JPEG",
        "jpeg",
        pixels={middle: (0, 255, 255)},
        within=4,
    )
    yield taken(
        "inks.jpg",
        "inks whose profile says that cyan is red",
        lambda: made("JPEG", cyan, icc_profile=inks),
        "JPEG",
        "jpeg",
        pixels={middle: (229, 34, 36)},
        within=12,
        check=tells_nothing,
    )
    yield taken(
        "grey.jpg",
        "8 bits of grey",
        lambda: made("JPEG", flat(77, "L")),
        "JPEG",
        "jpeg",
        pixels={middle: (77, 77, 77)},
        within=2,
    )


def _behind() -> Iterator[Odd]:
    """Pictures with something behind their end, or in them."""
    two = {"save_all": True, "append_images": [Image.new("RGB", SIZE)]}
    yield taken("two.mpo", "a second picture behind it", lambda: made("MPO", **two), "JPEG", "jpeg")
    yield taken("motion.jpg", "a phone's film behind it", lambda: made("JPEG") + FILM, "JPEG", "jpeg")
    yield taken(
        "samsung.jpg",
        "Samsung's records behind it",
        lambda: made("JPEG") + b"\0\0\1\x0aImage_UTC_Data1700000000000SEFH" + bytes(24) + b"SEFT",
        "JPEG",
        "jpeg",
    )
    yield taken("padded.jpg", "zeros behind it", lambda: made("JPEG") + bytes(4096), "JPEG", "jpeg")
    yield taken("padded.png", "a line break behind it", lambda: made("PNG") + b"\r\n", "PNG", "png")
    for name, kind in (
        ("jpg", "JPEG"),
        ("png", "PNG"),
        ("gif", "GIF"),
        ("webp", "WEBP"),
        ("avif", "AVIF"),
        ("heic", "HEIF"),
    ):
        yield away(
            f"zip.{name}",
            "an archive behind it",
            lambda kind=kind: made(kind) + zip_file(),
            "passenger_of_kind",
            kind="zip",
        )
    for name, kind in (("jpg", "JPEG"), ("png", "PNG"), ("gif", "GIF")):
        yield away(
            f"page.{name}", "a page behind it", lambda kind=kind: made(kind) + PAGE, "passenger_of_kind", kind="html"
        )
        yield away(
            f"pdf.{name}",
            "a PDF behind it",
            lambda kind=kind: made(kind) + b"%PDF-1.7\n1 0 obj",
            "passenger_of_kind",
            kind="pdf",
        )
    yield away("film.png", "a film behind a PNG", lambda: made("PNG") + FILM, "passenger")
    yield away("script.gif", "a script by its end", lambda: made("GIF") + b"*/=1;alert(1)", "passenger")
    yield away("comment.gif", "a page as comment", lambda: made("GIF", comment=PAGE), "passenger_of_kind", kind="html")
    yield away(
        "comment-page.jpg", "a page as comment", lambda: with_segment(0xFE, PAGE), "passenger_of_kind", kind="html"
    )
    yield away(
        "comment-php.jpg",
        "PHP in its EXIF",
        lambda: with_segment(0xE1, b"Exif\0\0<?php system(1);"),
        "passenger_of_kind",
        kind="html",
    )
    yield away(
        "comment-pdf.jpg", "a PDF as comment", lambda: with_segment(0xFE, b"%PDF-1.7"), "passenger_of_kind", kind="pdf"
    )
    yield away(
        "comment-zip.jpg",
        "an archive as comment",
        lambda: with_segment(0xFE, zip_file()),
        "passenger_of_kind",
        kind="zip",
    )
    yield away(
        "text.png",
        "a page as text chunk",
        lambda: with_chunk(chunk(b"tEXt", b"Title\0" + PAGE)),
        "passenger_of_kind",
        kind="html",
    )


def _hostile() -> Iterator[Odd]:
    small, bomb = made("JPEG"), zlib.compress(bytes(64_000_000))
    yield away("nothing.png", "zero bytes", lambda: b"", "empty")
    yield away("heavy.jpg", "50,000,001 bytes", lambda: small + bytes(50_000_001 - len(small)), "too_heavy", most_mb=50)
    huge = {"megapixels": 3600, "most": 50}
    yield away(
        "huge.png",
        "60000 × 60000 by its header",
        lambda: png(60_000, 60_000, pixel_chunk(b"")),
        "too_many_pixels",
        **huge,
    )
    yield away(
        "huge.jpg",
        "60000 × 60000 by its header",
        lambda: (at := small.index(b"\xff\xc0")) and small[: at + 5] + pack(">HH", 60_000, 60_000) + small[at + 9 :],
        "too_many_pixels",
        **huge,
    )
    yield away(
        "huge.gif",
        "60000 × 60000 by its header",
        lambda: b"GIF89a" + pack("<HH", 60_000, 60_000) + made("GIF")[10:],
        "too_many_pixels",
        **huge,
    )
    frame = pack("<BHHHHB", 0x2C, 0, 0, 60_000, 60_000, 0) + b"\2\1\0\0;"
    yield away(
        "huge-frame.gif",
        "a small screen, and a frame of 60000 × 60000",
        lambda: b"GIF89a" + pack("<HHBBB", 64, 48, 0, 0, 0) + frame,
        "too_many_pixels",
        **huge,
    )
    yield away(
        "huge.webp", "a canvas of 60000 × 60000", lambda: webp_canvas(0, 60_000, 60_000), "too_many_pixels", **huge
    )
    yield away(
        "huge.avif",
        "60000 × 60000 by its box",
        lambda: resized(made("AVIF"), 60_000, 60_000),
        "too_many_pixels",
        **huge,
    )
    yield away(
        "huge.heic",
        "60000 × 60000 by its box",
        lambda: resized(made("HEIF"), 60_000, 60_000),
        "too_many_pixels",
        **huge,
    )
    yield away(
        "51.png", "51 megapixels", lambda: png(8500, 6000, pixel_chunk(b"")), "too_many_pixels", megapixels=51, most=50
    )
    yield away(
        "thread.png",
        "1 × 50000",
        lambda: png(1, 50_000, pixel_chunk(b"\0" * 200_000)),
        "too_small",
        width=1,
        height=50_000,
        least=16,
    )
    yield away(
        "long.png",
        "20 × 500",
        lambda: made("PNG", Image.new("RGB", (20, 500))),
        "too_long",
        width=20,
        height=500,
        most=20,
    )
    yield away(
        "dot.png",
        "15 × 15",
        lambda: made("PNG", Image.new("RGB", (15, 15))),
        "too_small",
        width=15,
        height=15,
        least=16,
    )
    yield taken(
        "strip.png",
        "16 × 320, the narrowest",
        lambda: made("PNG", Image.new("RGB", (16, 320))),
        "PNG",
        "png",
        size=(16, 320),
    )
    yield away(
        "profile-bomb.png",
        "a profile that unpacks to 64 MB",
        lambda: with_chunk(chunk(b"iCCP", b"x\0\0" + bomb)),
        "bomb",
    )
    yield away(
        "text-bomb.png", "a text that unpacks to 64 MB", lambda: with_chunk(chunk(b"zTXt", b"x\0\0" + bomb)), "bomb"
    )
    yield away("scans.jpg", "300 scans", lambda: many_scans(300), "scans", scans=309)
    yield away("moving.png", "an animated PNG", lambda: moving("PNG"), "animated", came_as="PNG")
    yield away("moving.webp", "an animated WebP", lambda: moving("WEBP"), "animated", came_as="WebP")
    yield away("moving.avif", "an AVIF sequence", lambda: moving("AVIF"), "animated", came_as="AVIF")
    for name, kind in (
        ("png", "PNG"),
        ("jpg", "JPEG"),
        ("gif", "GIF"),
        ("webp", "WEBP"),
        ("avif", "AVIF"),
        ("heic", "HEIF"),
    ):
        yield away(
            f"half.{name}",
            "its second half missing",
            lambda kind=kind: (whole := made(kind, grain())) and whole[: len(whole) * 2 // 3],
            "cut",
        )
    yield away("head.png", "its signature and no more", lambda: made("PNG")[:8], "cut")
    yield away("head.jpg", "three bytes of a JPEG", lambda: b"\xff\xd8\xff", "cut")
    yield away(
        "crc.png",
        "a checksum that is wrong",
        lambda: (whole := made("PNG")) and whole[:50] + bytes([whole[50] ^ 1]) + whole[51:],
        "damaged",
    )
    yield away("rows.png", "pixels that do not unpack", lambda: png(*SIZE, chunk(b"IDAT", b"none of it")), "damaged")
    yield away("few-rows.png", "too few rows", lambda: png(*SIZE, pixel_chunk(b"\0" * 400)), "cut")
    yield away(
        "length.png", "a chunk of 2 GB by its word", lambda: made("PNG")[:33] + b"\x7f\xff\xff\xffIDAT....", "cut"
    )
    yield away("zero.png", "0 × 48", lambda: png(0, 48, pixel_chunk(b"")), "too_small", width=0, height=48, least=16)
    yield away("length.jpg", "a segment of no length", lambda: b"\xff\xd8\xff\xe0\0\0" + small[4:], "damaged")
    yield away("sizes.jpg", "two sizes", lambda: second_frame(small, 6400, 4800), "damaged")
    yield away(
        "garbage.jpg", "noise behind three good bytes", lambda: b"\xff\xd8\xff\xe0\0\4ab" + b"\x17" * 99, "damaged"
    )
    yield away(
        "garbage.webp",
        "chunks that overlap",
        lambda: (w := made("WEBP")) and w[:16] + b"\xff\xff\xff\0" + w[20:],
        "damaged",
    )
    yield away("empty.gif", "no picture in it", lambda: b"GIF89a\x40\0\x30\0\0\0\0;", "damaged")
    yield away(
        "data.heic",
        "pixels that are noise",
        lambda: (w := made("HEIF", grain())) and (at := w.index(b"mdat") + 8) and w[:at] + b"\x55" * (len(w) - at),
        "damaged",
    )
    yield away("bare.avif", "a HEIF box without a picture", lambda: FTYP, "damaged")


FTYP = pack(">I4s4sI4s", 20, b"ftyp", b"avif", 0, b"avif")


def _others() -> Iterator[Odd]:
    for name, kind, data in (
        ("letter.png", "pdf", b"%PDF-1.7\n1 0 obj"),
        ("logo.svg", "svg", SVG),
        ("logo.png", "svg", SVG),
        ("page.jpg", "html", b"<!DOCTYPE html><title>x</title>"),
        ("sheet.jpg", "office", office()),
        ("old.jpg", "office", OFFICE_OLD),
        ("box.png", "zip", zip_file()),
        ("cup.psd", "psd", b"8BPS\0\1" + bytes(26)),
        ("scan.jpg", "tiff", made("TIFF")),
        ("paint.png", "bmp", made("BMP")),
        ("site.png", "icon", made("ICO")),
        ("new.jpg", "jpeg2000", made("JPEG2000")),
        ("newer.jpg", "jxl", b"\xff\x0a" + bytes(30)),
        ("clip.heic", "video", FILM),
        ("song.jpg", "audio", b"ID3\4" + bytes(30)),
        ("setup.png", "program", b"MZ" + bytes(62)),
        ("pack.webp", "archive", b"\x1f\x8b\x08" + bytes(20)),
        ("notes.png", "text", "Just words, über all.\n".encode()),
    ):
        yield away(name, "by its content", lambda data=data: data, "other_kind", kind=kind)
    yield away("noise.jpg", "bytes of nothing known", lambda: bytes(range(128, 256)) * 9, "unknown")


TABLE = (*_good(), *_colours(), *_behind(), *_hostile(), *_others())
