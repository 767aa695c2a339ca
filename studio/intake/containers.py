"""The containers that pictures come in, walked from their first byte to their last without decoding anything.

Each walk raises Short or IndexError where the file breaks off, and TurnedAway where it contradicts itself.
"""

import mmap
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from studio.intake.turned_away import TurnedAway

Span = tuple[int, int]


class Short(Exception):
    """The file ends before what it announces."""


@dataclass(kw_only=True)
class Header:
    """What a file says of itself. `said` are the spans of what it says besides pixels; `end` is where it ends."""

    came_as: str
    width: int = 0
    height: int = 0
    end: int = 0
    lossless: bool = False
    animated: bool = False
    scans: int = 1
    bytes_a_pixel: float = 8  # what decoding and what comes after hold at most: two copies at four bytes
    said: list[Span] = field(default_factory=list)
    parts: int = 0

    def part(self, said: Span | None = None) -> None:
        """Counts one, and keeps where it says something: a file of nothing but parts would take time and memory."""
        self.parts += 1
        if said:
            self.said.append(said)
        if self.parts > MOST_PARTS or len(self.said) > MOST_SAID:
            raise TurnedAway("damaged")


MOST_PARTS: Final = 200_000
MOST_SAID: Final = 5_000
ENTROPY_ENDS: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
SOF: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
CODING_BLOCK: Final = 64  # a coded picture is as much larger than what is shown of it
PROGRESSIVE: Final = (0xC2, 0xC6, 0xCA, 0xCE)


def png(data: mmap.mmap) -> Header:
    """Chunk by chunk, with their checksums."""
    header = Header(came_as="PNG", lossless=True)
    at = 8
    while True:
        header.part()
        size, name = _u32(data, at), data[at + 4 : at + 8]
        body, end = at + 8, at + 12 + size
        if end > len(data):
            raise Short
        if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != _u32(data, end - 4):
            raise TurnedAway("damaged")
        if at == 8:
            if name != b"IHDR" or size != 13:
                raise TurnedAway("damaged")
            header.width, header.height = _u32(data, body), _u32(data, body + 4)
        elif name == b"acTL":
            header.animated = True
        elif name not in (b"IDAT", b"PLTE", b"tRNS", b"iCCP"):
            header.part((body, end - 4))
        at = end
        if name == b"IEND":
            header.end = end
            return header


def jpeg(data: mmap.mmap) -> Header:
    """Marker by marker; between scans only the next marker is looked for."""
    header, at = Header(came_as="JPEG", scans=0), 2
    while True:
        if data[at] != 0xFF:
            raise TurnedAway("damaged")
        while data[at] == 0xFF:
            at += 1
        marker, at = data[at], at + 1
        if marker == 0xD9:
            header.end = at
            return header
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        end = at + _u16(data, at)
        if end > len(data):
            raise Short
        at = _segment(data, marker, (at + 2, end), header)


def _segment(data: mmap.mmap, marker: int, span: Span, header: Header) -> int:
    """Takes note of one, and tells where the next begins."""
    header.part()
    start, end = span
    if end < start:
        raise TurnedAway("damaged")
    if marker in SOF:
        _frame(data, marker, start, header)
    elif marker == 0xDA:
        header.scans += 1
        if not (found := ENTROPY_ENDS.search(data, end)):
            raise Short
        return found.start()
    elif (marker == 0xFE or 0xE0 <= marker <= 0xEF) and data[start : start + 11] != b"ICC_PROFILE":
        header.part(span)
    return end


def _frame(data: mmap.mmap, marker: int, start: int, header: Header) -> None:
    height, width, parts = _u16(data, start + 1), _u16(data, start + 3), data[start + 5]
    if header.width or not width or not height or not parts:  # a second one would change the size half way
        raise TurnedAway("damaged")
    header.width, header.height = width, height
    factors = [data[start + 7 + 3 * part] for part in range(parts)]
    areas = [(factor >> 4) * (factor & 15) for factor in factors]
    if marker in PROGRESSIVE and max(areas):  # its coefficients wait in memory, two bytes each, for the last scan
        header.bytes_a_pixel = max(8, 4 + 2 * sum(areas) / max(areas))


def gif(data: mmap.mmap) -> Header:
    """Block by block. Only its first frame is taken, and Pillow makes room for that even beyond the screen."""
    header = Header(came_as="GIF", lossless=True, width=_le16(data, 6), height=_le16(data, 8))
    at, frames = 13 + _palette(data[10]), 0
    while (block := data[at]) != 0x3B:
        header.part()
        if block == 0x2C:
            left, top, width, height = (_le16(data, at + 1 + 2 * n) for n in range(4))
            if not frames:
                header.width, header.height = max(header.width, left + width), max(header.height, top + height)
            frames += 1
            at = _sub_blocks(data, at + 11 + _palette(data[at + 9]))
        elif block == 0x21:
            start, at = at + 2, _sub_blocks(data, at + 2)
            header.part((start, at))
        else:
            raise TurnedAway("damaged")
    header.end = at + 1
    if not frames:
        raise TurnedAway("damaged")
    return header


def _palette(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks(data: mmap.mmap, at: int) -> int:
    while size := data[at]:
        at += size + 1
    return at + 1


def webp(data: mmap.mmap) -> Header:
    """RIFF's chunks: the canvas where there is one, else the picture's own size."""
    header = Header(came_as="WebP", end=8 + int.from_bytes(data[4:8], "little"))
    if header.end > len(data):
        raise Short
    at = 12
    while at + 8 <= header.end:
        header.part()
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body, at = at + 8, at + 8 + size + size % 2
        if body + size > header.end:
            raise TurnedAway("damaged")
        if name == b"VP8X":
            header.animated = bool(data[body] & 2)
        elif name == b"ANIM":
            header.animated = True
        elif name == b"VP8L":
            header.lossless = True
        elif name not in (b"VP8 ", b"ALPH", b"ICCP"):
            header.part((body, body + size))
        width, height = _webp_size(data, name, body)
        header.width, header.height = max(header.width, width), max(header.height, height)
    if not header.width:
        raise TurnedAway("damaged")
    return header


def _webp_size(data: mmap.mmap, name: bytes, body: int) -> tuple[int, int]:
    if name == b"VP8X":
        return _le24(data, body + 4) + 1, _le24(data, body + 7) + 1
    if name == b"VP8L":
        bits = int.from_bytes(data[body + 1 : body + 5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 ":
        return _le16(data, body + 6) & 0x3FFF, _le16(data, body + 8) & 0x3FFF
    return 0, 0


def boxes(data: mmap.mmap) -> Header:
    """HEIF's boxes: the largest picture that any of them announces is its size."""
    names: dict[bytes, Span] = {}
    header = Header(came_as="HEIC")
    for name, start, end in each_box(data, 0, len(data)):
        if not re.fullmatch(rb"[A-Za-z0-9 ]{4}", name):
            break  # no box: what lies here is a passenger
        header.part()
        names.setdefault(name, (start, end))
        header.end = end
        if name in (b"free", b"skip", b"uuid"):
            header.part((start, end))
    brands = data[slice(*names[b"ftyp"])]
    if b"avif" in brands or b"avis" in brands:
        header.came_as = "AVIF"
    header.animated = brands[:4] in (b"avis", b"msf1", b"hevc", b"hevx") or (b"avis" in brands and b"moov" in names)
    if b"meta" not in names:
        raise TurnedAway("animated", came_as=header.came_as) if header.animated else TurnedAway("damaged")
    _properties(data, names[b"meta"], header)
    return header


def _properties(data: mmap.mmap, meta: Span, header: Header) -> None:
    yuv, rgb, shown = 1.5, 3, (0, 0)
    for name, start, end in _inside(data, (meta[0] + 4, meta[1]), b"iprp", b"ipco"):
        header.part()
        if name == b"ispe":
            width, height = _u32(data, start + 4), _u32(data, start + 8)
            if width * height > header.width * header.height:
                header.width, header.height = width, height
        elif name == b"av1C":
            yuv = max(yuv, av1_bytes_a_pixel(data[start + 2]))
        elif name == b"hvcC":
            chroma = (0, 0.5, 1, 2)[data[start + 16] & 3]
            yuv = max(yuv, (1 + chroma) * (2 if data[start + 17] & 7 else 1))
        elif name == b"clap":
            shown = (
                _u32(data, start) // max(1, _u32(data, start + 4)),
                _u32(data, start + 8) // max(1, _u32(data, start + 12)),
            )
        elif name == b"auxC" and b"alpha" in data[start:end]:
            yuv, rgb = yuv + 1, 4
    header.bytes_a_pixel = max(8, yuv + 2 * rgb)
    if all(shown) and 0 <= header.width - shown[0] < CODING_BLOCK and 0 <= header.height - shown[1] < CODING_BLOCK:
        header.width, header.height = shown
    if not header.width:
        raise TurnedAway("damaged")


def av1_bytes_a_pixel(flags: int) -> float:
    """As it is decoded, by the third byte of its configuration."""
    chroma = 0 if flags & 0x10 else 2 / (1 + bool(flags & 8)) / (1 + bool(flags & 4))
    return (1 + chroma) * (2 if flags & 0x40 else 1)


def _inside(data: mmap.mmap, span: Span, *path: bytes) -> Iterator[tuple[bytes, int, int]]:
    for name, start, end in each_box(data, *span):
        if not path:
            yield name, start, end
        elif name == path[0]:
            yield from _inside(data, (start, end), *path[1:])


def each_box(data: mmap.mmap, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, and where the content lies."""
    while at + 8 <= end:
        size, name, head = _u32(data, at), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = size or end - at
        if size < head or at + size > end:
            if name in (b"mdat", b"meta", b"ftyp", b"iprp", b"ipco", b"ispe"):
                raise Short
            return
        yield name, at + head, at + size
        at += size


def _u16(data: mmap.mmap, at: int) -> int:
    return data[at] << 8 | data[at + 1]


def _u32(data: mmap.mmap, at: int) -> int:
    return _u16(data, at) << 16 | _u16(data, at + 2)


def _le16(data: mmap.mmap, at: int) -> int:
    return data[at] | data[at + 1] << 8


def _le24(data: mmap.mmap, at: int) -> int:
    return _le16(data, at) | data[at + 2] << 16
