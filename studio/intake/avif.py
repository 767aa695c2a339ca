"""An AVIF whose AV1 streams are no larger, no deeper and no more than its boxes say.

The decoder makes room by the stream, and notices only then that the container told of less. So every coded item, be it
the picture, its transparency or a tile, is held against its own properties before a pixel is decoded.
"""

import mmap
from collections import defaultdict
from typing import Final

from studio.intake import av1, containers
from studio.intake.av1 import Bits, Stream
from studio.intake.containers import CODING_BLOCK, Header, Short, Span, av1_bytes_a_pixel, each_box
from studio.intake.turned_away import TurnedAway

MOST_LAYERS: Final = 4  # of a still picture; a decoder may keep each of them
MOST_JOINED: Final = 100_000_000  # bytes of items that lie in several places
RGBA_BYTES: Final = 4
Property = tuple[bytes, int]


def boxes(data: mmap.mmap) -> Header:
    """As containers.boxes, with the streams of an AVIF looked at."""
    header = containers.boxes(data)
    if header.came_as == "AVIF" and not header.animated:
        _look(data, header)
    return header


def _look(data: mmap.mmap, header: Header) -> None:
    start, end = next((start, end) for name, start, end in each_box(data, 0, len(data)) if name == b"meta")
    meta = _only(data, (start + 4, end), header)
    kinds, told, places = _kinds(data, meta, header), _told(data, meta, header), _places(data, meta, header)
    coded = [item for item, kind in kinds.items() if kind == b"av01"]
    held, joined = 0.0, 0
    for item in coded:
        spans = places.get(item, [])
        joined += sum(end - start for start, end in spans) if len(spans) > 1 else 0
        if not spans or joined > MOST_JOINED:
            raise TurnedAway("damaged")
        bits = Bits(data, *spans[0])
        if len(spans) > 1:
            whole = b"".join(data[start:end] for start, end in spans)
            bits = Bits(whole, 0, len(whole))
        held += _held(av1.read(bits, header.part), data, told[item])
    if not coded:
        raise TurnedAway("damaged")
    if b"grid" in kinds.values():
        held *= 2  # its tiles, and what they are put together in
    header.bytes_a_pixel = max(header.bytes_a_pixel, held / max(1, header.width * header.height) + RGBA_BYTES)


def _held(stream: Stream, data: mmap.mmap, told: list[Property]) -> float:
    """How many bytes an item's frames take. Raises TurnedAway where the stream is beyond what is told of it."""
    sizes = [start for name, start in told if name == b"ispe"]
    configs = [start for name, start in told if name == b"av1C"]
    if len(sizes) != 1 or len(configs) != 1:
        raise TurnedAway("damaged")
    bits = Bits(data, sizes[0] + 4, sizes[0] + 12)
    width, height = bits.take(32), bits.take(32)
    if (
        stream.width > width + CODING_BLOCK
        or stream.height > height + CODING_BLOCK
        or stream.bytes_a_pixel > av1_bytes_a_pixel(data[configs[0] + 2])
        or stream.frames > MOST_LAYERS
    ):
        raise TurnedAway("damaged")
    return stream.frames * stream.bytes_a_pixel * width * height


def _only(data: mmap.mmap, span: Span, header: Header) -> dict[bytes, Span]:
    """Boxes by name. None may come twice: readers differ in which of them counts."""
    found: dict[bytes, Span] = {}
    for name, first, last in each_box(data, *span):
        header.part()
        if name in found and name not in (b"free", b"skip", b"uuid", b"ipma"):
            raise TurnedAway("damaged")
        found[name] = first, last
    return found


def _box(parts: dict[bytes, Span], name: bytes) -> Span:
    if name not in parts:
        raise TurnedAway("damaged")
    return parts[name]


def _kinds(data: mmap.mmap, meta: dict[bytes, Span], header: Header) -> dict[int, bytes]:
    """What each item is, by its number."""
    start, end = _box(meta, b"iinf")
    kinds: dict[int, bytes] = {}
    for name, first, last in each_box(data, start + (8 if data[start] else 6), end):
        header.part()
        version, bits = data[first], Bits(data, first + 4, last)
        item, _guarded, kind = bits.take(32 if version == 3 else 16), bits.take(16), bits.take(32).to_bytes(4, "big")
        if name != b"infe" or version not in (2, 3) or item in kinds:
            raise TurnedAway("damaged")
        kinds[item] = kind
    return kinds


def _told(data: mmap.mmap, meta: dict[bytes, Span], header: Header) -> dict[int, list[Property]]:
    """The properties of each item: their names, and where they begin."""
    span = _box(meta, b"iprp")
    listed = _box(_only(data, span, header), b"ipco")
    properties = [(name, first) for name, first, _last in each_box(data, *listed)]
    told: dict[int, list[Property]] = defaultdict(list)
    for name, first, last in each_box(data, *span):
        if name != b"ipma":
            continue
        bits, index_bits = Bits(data, first + 4, last), 15 if data[first + 3] & 1 else 7
        for _item in range(bits.take(32)):
            header.part()
            item = bits.take(32 if data[first] else 16)
            for _property in range(bits.take(8)):
                header.part()
                _essential, index = bits.take(), bits.take(index_bits)
                told[item] += properties[index - 1 : index] if index else []
    return told


def _places(data: mmap.mmap, meta: dict[bytes, Span], header: Header) -> dict[int, list[Span]]:
    """Where the bytes of each item lie, in the file or in the box that its data may stand in."""
    start, end = _box(meta, b"iloc")
    version, bits = data[start], Bits(data, start + 4, end)
    offset_bits, length_bits, base_bits, index_bits = (8 * bits.take(4) for _field in range(4))
    wide = 32 if version == 2 else 16
    places: dict[int, list[Span]] = {}
    for _item in range(bits.take(wide)):
        header.part()
        item, method = bits.take(wide), bits.take(16) & 15 if version else 0
        bits.take(16)
        within = (0, len(data)) if method == 0 else _box(meta, b"idat")
        base = within[0] + bits.take(base_bits)
        if item in places or method > 1:
            raise TurnedAway("damaged")
        places[item] = []
        for _extent in range(bits.take(16)):
            header.part()
            bits.take(index_bits if version else 0)
            first = base + bits.take(offset_bits)
            last = first + bits.take(length_bits)
            if last > within[1]:
                raise Short
            places[item].append((first, last))
    return places
