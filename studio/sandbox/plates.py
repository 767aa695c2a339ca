"""The plates: pictures of our own that every answer begins with."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

FOLDER = Path(__file__).resolve().parents[2] / "static" / "plates"

# Masks that leave out a shadow or a gap within the subject; they are closed when they are read.
SOLID = frozenset(("pancake-stack",))


@dataclass(frozen=True)
class Plate:
    """One picture with the words that describe it. A plate with a mask has a subject that can be cut out."""

    slug: str
    prompt: str
    tags: tuple[str, ...]
    width: int
    height: int
    kind: str
    has_mask: bool

    @property
    def size(self) -> tuple[int, int]:
        """In pixels."""
        return self.width, self.height


@cache
def shelf() -> tuple[Plate, ...]:
    """All plates, in the order of the list."""
    rows = json.loads((FOLDER / "plates.json").read_text(encoding="utf-8"))
    return tuple(_plate(row) for row in rows)


def _plate(row: dict[str, Any]) -> Plate:
    return Plate(
        slug=row["slug"],
        prompt=row["prompt"],
        tags=tuple(row["tags"]),
        width=row["width"],
        height=row["height"],
        kind=row["kind"],
        has_mask=row["mask"] is not None,
    )


# A decoded plate takes 7 MB and 28 ms of CPU; eight of them are 57 MB.
@lru_cache(maxsize=8)
def picture(slug: str) -> Image.Image:
    """The decoded plate; shared between threads, so never change it in place."""
    with Image.open(FOLDER / f"{slug}.webp") as file:
        return file.convert("RGB")


@lru_cache(maxsize=16)
def mask(slug: str) -> Image.Image:
    """The subject's mask at two thirds of the plate's size: white is subject.

    The file has a third. Enlarged as it is, its steps would show along every edge, so they are smoothed here.
    """
    with Image.open(FOLDER / f"{slug}.mask.png") as file:
        small = file.convert("L")
    if slug in SOLID:
        small = small.filter(ImageFilter.MaxFilter(17)).filter(ImageFilter.MinFilter(17))
    double = small.resize((small.width * 2, small.height * 2), Image.Resampling.BICUBIC)
    return double.filter(ImageFilter.GaussianBlur(1.6)).point(_firmer)


def _firmer(value: int) -> int:
    """The blurred edge, made half as wide again as the file's own."""
    return max(0, min(255, round((value - 127.5) * 1.5 + 127.5)))


@cache
def subject_box(slug: str) -> tuple[float, float, float, float]:
    """The subject's bounds as shares of the plate's sides."""
    silhouette = mask(slug).point(lambda value: 255 if value > 110 else 0)
    left, top, right, bottom = silhouette.getbbox() or (0, 0, *silhouette.size)
    width, height = silhouette.size
    return left / width, top / height, right / width, bottom / height
