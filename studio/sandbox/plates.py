"""The plates: pictures of our own that every answer begins with."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "static" / "plates"


@dataclass(frozen=True)
class Plate:
    """One picture with the words that describe it. A plate with a mask has a subject that can be cut out."""

    slug: str
    title: str
    prompt: str
    tags: tuple[str, ...]
    width: int
    height: int
    kind: str
    has_mask: bool
    subject_hex: str | None

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


@cache
def shelf() -> tuple[Plate, ...]:
    """All plates, in the order of the list."""
    rows = json.loads((FOLDER / "plates.json").read_text(encoding="utf-8"))
    return tuple(_plate(row) for row in rows)


def _plate(row: dict[str, object]) -> Plate:
    return Plate(
        slug=str(row["slug"]),
        title=str(row["title"]),
        prompt=str(row["prompt"]),
        tags=tuple(row["tags"]),  # type: ignore[arg-type]
        width=int(row["width"]),  # type: ignore[call-overload]
        height=int(row["height"]),  # type: ignore[call-overload]
        kind=str(row["kind"]),
        has_mask=row["mask"] is not None,
        subject_hex=row["subject_hex"],  # type: ignore[arg-type]
    )


# A decoded plate takes 7 MB and 28 ms of CPU; eight of them are 57 MB.
@lru_cache(maxsize=8)
def picture(slug: str) -> Image.Image:
    """The decoded plate; shared between threads, so never change it in place."""
    with Image.open(FOLDER / f"{slug}.webp") as file:
        return file.convert("RGB")


@lru_cache(maxsize=16)
def mask(slug: str) -> Image.Image:
    """The subject's mask at a third of the plate's size: white is subject, edges are soft."""
    with Image.open(FOLDER / f"{slug}.mask.png") as file:
        return file.convert("L")


@cache
def subject_box(slug: str) -> tuple[float, float, float, float]:
    """The subject's bounds as shares of the plate's sides."""
    silhouette = mask(slug).point(lambda value: 255 if value > 110 else 0)
    left, top, right, bottom = silhouette.getbbox() or (0, 0, *silhouette.size)
    width, height = silhouette.size
    return left / width, top / height, right / width, bottom / height
