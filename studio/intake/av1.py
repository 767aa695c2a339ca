"""What an AV1 stream announces before any of it is decoded: how large and how deep its pictures are, and how many.

Read as a decoder reads it, by the AV1 specification, sections 5.3 to 5.9. Raises TurnedAway for what breaks off.
"""

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from studio.intake.turned_away import TurnedAway

SEQUENCE: Final = 1
FRAMES: Final = (3, 6, 7)
KEY, SWITCH = 0, 3
SRGB: Final = 0x010D00  # primaries, curve and matrix which say by themselves that no colour is halved
FREE: Final = 2  # each frame says for itself whether it uses the tool
HEAD: Final = 512  # bytes; no header that is read here comes near


class Bits:
    """Numbers of any width from a span of bytes, one after the other."""

    def __init__(self, data: mmap.mmap | bytes, start: int, end: int) -> None:
        self.data, self.at, self.end = data, start * 8, end * 8

    def take(self, count: int = 1) -> int:
        """The next bits as a number. Raises TurnedAway behind the end."""
        first, self.at = self.at, self.at + count
        if self.at > self.end:
            raise TurnedAway("damaged")
        number = int.from_bytes(self.data[first // 8 : -(-self.at // 8)], "big")
        return number >> (-self.at % 8) & ((1 << count) - 1)


@dataclass
class Stream:
    """The largest that any sequence header of it says, `bytes_a_pixel` as they are decoded, and its frames."""

    width: int = 0
    height: int = 0
    bytes_a_pixel: float = 0
    frames: int = 0


@dataclass(frozen=True)
class _Tools:
    """What has to be known to find a frame's size: by default that of a still picture, which has the sequence's."""

    still: bool = True
    id_bits: int = 0
    screen: int = FREE
    vectors: int = FREE


def read(bits: Bits, count: Callable[[], None]) -> Stream:
    """Unit by unit, each counted. A frame with a size of its own is turned away: it could be any, no still needs it."""
    stream, tools = Stream(), None
    while bits.at < bits.end:
        count()
        kind, body, after = _unit(bits)
        head = Bits(bits.data, body, min(after, body + HEAD))
        if kind == SEQUENCE:
            tools = _sequence(head, stream)
        elif kind in FRAMES:
            stream.frames += 1
            if tools is None or _has_a_size(head, tools):
                raise TurnedAway("damaged")
        bits.at = after * 8
    if not stream.width or not stream.frames:
        raise TurnedAway("damaged")
    return stream


def _unit(bits: Bits) -> tuple[int, int, int]:
    """Its kind, and where its content lies."""
    bits.take()
    kind, extended, sized = bits.take(4), bits.take(), bits.take()
    bits.take(9 if extended else 1)
    size = 0
    for place in range(8 if sized else 0):
        more, part = bits.take(), bits.take(7)
        size |= part << 7 * place
        if not more:
            break
    body, end = bits.at // 8, bits.end // 8
    after = body + size if sized else end
    if after > end:
        raise TurnedAway("damaged")
    return kind, body, after


def _sequence(bits: Bits, stream: Stream) -> _Tools:
    profile, _still, reduced = bits.take(3), bits.take(), bits.take()
    if reduced:
        bits.take(5)
    else:
        _operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    stream.width = max(stream.width, bits.take(width_bits) + 1)
    stream.height = max(stream.height, bits.take(height_bits) + 1)
    id_bits = 0 if reduced or not bits.take() else bits.take(4) + bits.take(3) + 3
    bits.take(3)
    tools = _Tools() if reduced else _tools(bits, id_bits)
    bits.take(3)
    stream.bytes_a_pixel = max(stream.bytes_a_pixel, _bytes_a_pixel(bits, profile))
    return tools


def _operating_points(bits: Bits) -> None:
    if bits.take():
        bits.take(64)
        zeros = 0
        if bits.take():
            while not bits.take():
                zeros += 1
            bits.take(zeros)
        if bits.take():  # a model of a film player's buffers
            raise TurnedAway("damaged")
    delayed = bits.take()
    for _point in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take()
        if delayed and bits.take():
            bits.take(4)


def _tools(bits: Bits, id_bits: int) -> _Tools:
    bits.take(4)
    ordered = bits.take()
    bits.take(2 * ordered)
    screen = FREE if bits.take() else bits.take()
    vectors = FREE if not screen or bits.take() else bits.take()
    bits.take(3 * ordered)
    return _Tools(still=False, id_bits=id_bits, screen=screen, vectors=vectors)


def _bytes_a_pixel(bits: Bits, profile: int) -> float:
    deep = bits.take()
    deepest = bits.take() if deep and profile == 2 else 0
    grey = bits.take() if profile != 1 else 0
    colours = bits.take(24) if bits.take() else 0
    chroma = (0.5, 2.0, 1.0)[min(profile, 2)]
    if grey:
        chroma = 0
    elif colours == SRGB:
        chroma = 2
    elif deepest:
        bits.take()
        narrow = bits.take()
        chroma = 2 / (1 + narrow) / (1 + (bits.take() if narrow else 0))
    return (1 + chroma) * (1 + deep)


def _has_a_size(bits: Bits, tools: _Tools) -> bool:
    """Whether a frame says a size of its own, which need not be within the sequence's."""
    if tools.still or bits.take():
        return False
    kind, shown = bits.take(2), bits.take()
    if not shown:
        bits.take()
    if kind != SWITCH and not (kind == KEY and shown):
        bits.take()
    bits.take()
    screen = bits.take() if tools.screen == FREE else tools.screen
    if screen and tools.vectors == FREE:
        bits.take()
    bits.take(tools.id_bits)
    return kind == SWITCH or bool(bits.take())
