"""stub until merged"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from studio import pictures

MOST_BYTES = 50_000_000


class TurnedAway(Exception):
    def __init__(self, code: str, facts: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts or {}


def words(code: str, facts: Mapping[str, Any], *, name: str) -> str:
    return f"{name} is not a picture we can read. Send PNG, JPEG, WebP, HEIC or AVIF, up to 50 MB."


@dataclass(frozen=True, kw_only=True)
class Taken:
    data: bytes
    output_format: str
    width: int
    height: int
    work: bytes | None
    copies: dict[int, bytes]
    placeholder: str
    look: bytes
    came_as: str


def take_in(path: Path) -> Taken:
    try:
        i = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    except Exception as e:
        raise TurnedAway("unreadable") from e
    out = BytesIO()
    i.save(out, "PNG", compress_level=1)
    p = pictures.Picture(decoded=i, output_format="png", width=i.width, height=i.height)
    look = BytesIO()
    t = i.copy()
    t.thumbnail((1024, 1024))
    t.save(look, "JPEG")
    return Taken(
        data=out.getvalue(),
        output_format="png",
        width=i.width,
        height=i.height,
        work=None,
        copies=pictures.copies(p),
        placeholder=pictures.placeholder(p),
        look=look.getvalue(),
        came_as="PNG",
    )
