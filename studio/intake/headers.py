"""What a file is by its own bytes: its format, its size in pixels, and whether anything rides along.

Nothing here decodes a pixel. Magic bytes decide the format, never the name; containers are walked to their end
(studio/containers.py), so that what is cut off, animated or carries a passenger is known before any work begins.
"""

import mmap
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from studio.intake import avif, containers
from studio.intake.containers import Header
from studio.intake.turned_away import TurnedAway

MOST_BYTES: Final = 50_000_000
MOST_PIXELS: Final = 50_000_000
# What decoding may hold at once. A worker process has some 130 MB of its own, and may have 600 in all.
MOST_MEMORY: Final = 420_000_000
LEAST_SIDE: Final = 16
MOST_RATIO: Final = 20
MOST_SCANS: Final = 200
MOST_SCANNED_PIXELS: Final = 1_000_000_000  # 20 scans of the largest picture: some ten seconds of work

READERS: Final = (
    (rb"\x89PNG\r\n\x1a\n", containers.png),
    (rb"\xff\xd8\xff", containers.jpeg),
    (rb"GIF8[79]a", containers.gif),
    (rb"RIFF....WEBP", containers.webp),
    (rb"....ftyp(?:avi[fs]|he[iv][cxms]|mif1|msf1)", avif.boxes),
)
OTHERS: Final = (
    ("psd", rb"8BPS"),
    ("tiff", rb"II\*\0|MM\0\*|II\+\0|MM\0\+"),
    ("bmp", rb"BM.{12}[\x0c-\x7c]\0"),
    ("icon", rb"\0\0[\x01\x02]\0[^\0]\0|icns"),
    ("jpeg2000", rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    ("jxl", rb"\xff\x0a|\0\0\0\x0cJXL "),
    ("video", rb"....ftyp|....moov|\x1a\x45\xdf\xa3|RIFF....AVI |\0\0\x01[\xb3\xba]|OggS|FLV\x01"),
    ("audio", rb"ID3|RIFF....WAVE|fLaC|\xff[\xf1\xf3\xf9\xfb]"),
    ("office", rb"PK\x03\x04.{26}(?:\[Content_Types\]|mimetypeapplication/vnd|_rels/|word/|ppt/|xl/)|\xd0\xcf\x11\xe0"),
    ("zip", rb"PK(?:\x03\x04|\x05\x06)"),
    ("archive", rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd"),
    ("program", rb"MZ|\x7fELF|#!|\xcf\xfa\xed\xfe"),
    ("pdf", rb".{0,1019}%PDF-"),
    ("svg", rb".{0,4000}<svg[\s>]"),
    ("html", rb"\s*(?:<!--.{0,1000}-->\s*)?<(?:!doctype html|html|head|body|script)"),
)
# Looked for in what a picture says besides its pixels, never in the pixels.
PASSENGERS: Final = (
    ("html", re.compile(rb"<(?:script|html|!doctype html|iframe|body)[\s>/]|<\?php|javascript:", re.IGNORECASE)),
    ("pdf", re.compile(rb"%PDF-\d")),
    ("svg", re.compile(rb"<svg[\s>]")),
    ("zip", re.compile(rb"PK\x03\x04.{2}[\0-\x0f]|PK\x05\x06\0\0\0\0", re.DOTALL)),
)
PDF_BEGINS_WITHIN: Final = 1024  # a PDF reader looks no further
ZIP_ENDS_WITHIN: Final = 65_557  # as far from the end as an archive's last record can begin
PADDING: Final = re.compile(rb"[\0\xff\s]*")
# Padding may have taken the zeros that a film begins with.
PHONE_TRAILERS: Final = re.compile(rb"\xff\xd8\xff|.{0,4}ftyp", re.DOTALL)
SLACK: Final = 4  # bytes of anything that a sloppy writer may leave; nothing that runs is as short


def read(path: Path) -> Header:
    """What the file is. Raises TurnedAway for whatever should not be decoded."""
    size = path.stat().st_size
    if size == 0:
        raise TurnedAway("empty")
    if size > MOST_BYTES:
        raise TurnedAway("too_heavy", most_mb=MOST_BYTES // 1_000_000)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        header = _walked(data)
        _judge(header)
        _look_for_passengers(data, header)
    return header


def _walked(data: mmap.mmap) -> Header:
    reader = next((walk for magic, walk in READERS if re.match(magic, data, re.DOTALL)), None)
    if reader is None:
        kind = guess(data[:8192])
        raise TurnedAway("other_kind", kind=kind) if kind else TurnedAway("unknown")
    try:
        return reader(data)
    except (IndexError, containers.Short) as error:
        raise TurnedAway("cut") from error


def guess(head: bytes) -> str:
    """What a file that is no picture of ours probably is, as a key of turned_away.KINDS; empty when nobody knows."""
    for kind, magic in OTHERS:
        if re.match(magic, head, re.DOTALL | re.IGNORECASE if kind in ("svg", "html") else re.DOTALL):
            return kind
    try:
        text = head[:4096].decode()
    except UnicodeDecodeError as error:
        if error.start < min(len(head), 4096) - 3:
            return ""
        text = head[: error.start].decode()
    return "text" if all(letter.isprintable() or letter.isspace() for letter in text) else ""


def _judge(header: Header) -> None:
    """By what the header says alone: a decompression bomb ends here."""
    width, height = header.width, header.height
    most = min(MOST_PIXELS, int(MOST_MEMORY / header.bytes_a_pixel))
    if width * height > most:
        code = "too_many_pixels" if width * height > MOST_PIXELS else "too_many_of_its_kind"
        limit = MOST_PIXELS if width * height > MOST_PIXELS else most
        raise TurnedAway(code, megapixels=-(-width * height // 1_000_000), most=limit // 1_000_000)
    if header.animated:
        raise TurnedAway("animated", came_as=header.came_as)
    if min(width, height) < LEAST_SIDE:
        raise TurnedAway("too_small", width=width, height=height, least=LEAST_SIDE)
    if max(width, height) > MOST_RATIO * min(width, height):
        raise TurnedAway("too_long", width=width, height=height, most=MOST_RATIO)
    if header.scans > MOST_SCANS or (header.scans > 20 and header.scans * width * height > MOST_SCANNED_PIXELS):
        raise TurnedAway("scans", scans=header.scans)


def _look_for_passengers(data: mmap.mmap, header: Header) -> None:
    if kind := _kind_of_passenger(data, header):
        raise TurnedAway("passenger_of_kind", kind=kind)
    padding = PADDING.match(data, header.end)
    rest = padding.end() if padding else header.end
    rest -= data[rest : rest + 1] == b"\xd8"  # the byte before it was no padding, another JPEG begins there
    if len(data) - rest > SLACK and not _left_by_a_phone(data, rest, header):
        raise TurnedAway("passenger")


def _kind_of_passenger(data: mmap.mmap, header: Header) -> str:
    if b"%PDF-" in data[:PDF_BEGINS_WITHIN]:
        return "pdf"
    if _ends_as_zip(data[-ZIP_ENDS_WITHIN:]):
        return "zip"
    spans: Iterable[tuple[int, int]] = [*header.said, (header.end, len(data))]
    for start, end in spans:
        for kind, sign in PASSENGERS:
            if sign.search(data, start, end):
                return kind
    return ""


def _ends_as_zip(tail: bytes) -> bool:
    """Whether an archive's last record reaches the end of the file exactly, as it does in each that opens."""
    at = tail.rfind(b"PK\x05\x06")
    return at >= 0 and len(tail) - at >= 22 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)


def _left_by_a_phone(data: mmap.mmap, rest: int, header: Header) -> bool:
    """Behind a JPEG, phones leave a film, a second picture or Samsung's own records. None of it gets any further."""
    return header.came_as == "JPEG" and bool(PHONE_TRAILERS.match(data, rest) or data[-4:] == b"SEFT")
