"""Colour profiles in as few bytes as hold one: what machines that build this have none of on their disks."""

from struct import pack

D50 = (0.9642, 1.0, 0.8249)
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def rgb(name: str, colorants: tuple[tuple[float, ...], ...], gamma: float | None = None) -> bytes:
    """By its three colorants, and sRGB's curve where none is given."""
    curve = (
        pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) if gamma else b"para\0\0\0\0\0\3\0\0" + _fixed(*SRGB_CURVE)
    )
    tags = {key: _xyz(each) for key, each in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True)}
    return _profile(name, b"mntr", b"RGB ", b"XYZ ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def grey(gamma: float) -> bytes:
    return _profile("grey", b"mntr", b"GRAY", b"XYZ ", {b"kTRC": pack(">4sIIH", b"curv", 0, 1, round(gamma * 256))})


def cmyk(cyan: tuple[int, int, int]) -> bytes:
    """Plain inks, but for cyan, which prints as the Lab colour given."""
    inks = (cyan, (50, 75, 0), (90, 0, 90), (0, 0, 0))
    grid = bytearray()
    for corner in range(16):
        lab = next((inks[ink] for ink in range(4) if corner >> (3 - ink) & 1), (100, 0, 0))
        grid += bytes((round(lab[0] * 2.55), lab[1] + 128, lab[2] + 128))
    straight = bytes(range(256))
    table = b"mft1\0\0\0\0\4\3\2\0" + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + straight * 4 + bytes(grid) + straight * 3
    return _profile("inks", b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})


def _profile(name: str, kind: bytes, space: bytes, between: bytes, tags: dict[bytes, bytes]) -> bytes:
    said = name.encode("utf-16-be")
    words = pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(said), 28) + said
    tags = {b"desc": words, b"cprt": words, b"wtpt": _xyz(D50)} | tags
    table, body, at = b"", b"", 132 + 12 * len(tags)
    for key, value in tags.items():
        table += pack(">4sII", key, at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = pack(">I4sI4s4s4s12s4s28s", at + len(body), b"", 0x04300000, kind, space, between, b"", b"acsp", b"")
    return head + _fixed(*D50) + bytes(48) + pack(">I", len(tags)) + table + body


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _fixed(*values: float) -> bytes:
    return pack(f">{len(values)}i", *(round(value * 65536) for value in values))
