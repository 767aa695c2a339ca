"""Files that are turned away, and those beside them that only look as if they should be."""

import zlib
from collections.abc import Iterator
from struct import pack

from PIL import Image

from tests.studio.file_makers import (
    FILM,
    FTYP,
    OFFICE_OLD,
    PAGE,
    SIZE,
    SVG,
    chunk,
    free,
    grain,
    headless,
    hiding,
    made,
    many_scans,
    moving,
    office,
    pixel_chunk,
    png,
    resized,
    second_frame,
    shallower,
    webp_canvas,
    with_chunk,
    with_segment,
    zip_file,
)
from tests.studio.odd_rows import Odd, away, taken


def behind() -> Iterator[Odd]:
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


def hostile() -> Iterator[Odd]:
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
    yield away("parts.png", "a million chunks", lambda: png(*SIZE, chunk(b"IDAT", b"") * 1_000_000), "damaged")
    yield away("remarks.jpg", "6000 comments", lambda: small[:2] + b"\xff\xfe\0\2" * 6000 + small[2:], "damaged")
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
    yield away("larger.avif", "640 × 480 in its stream, 64 × 48 by its box", lambda: hiding((640, 480)), "damaged")
    yield away("deeper.avif", "whole colours in its stream, halved ones by its box", shallower, "damaged")
    yield away("free.avif", "its frame says a size of its own", free, "damaged")
    yield away("headless.avif", "its stream does not say how large it is", headless, "damaged")
    yield away("bare.avif", "a HEIF box without a picture", lambda: FTYP, "damaged")


def others() -> Iterator[Odd]:
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
