"""What credits make, counted from the price list that the button uses: sheets of frames, and a table of all models."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, sqrt
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credits import shop
from studio import catalogue, sizes
from studio.forms import PREVIEWS
from studio.models import ImageModel, Mode, Quality
from studio.quotes import quote

SHEET_CREDITS: Final = 500
FILM: Final = 33  # pictures on static/film.webp, one beside the other
# Sizes to count for: name, and the shape and scale of the composer.
SIZES: Final[dict[str, tuple[Any, str, str]]] = {
    "square": (gettext_lazy("Square"), "square", "standard"),
    "portrait": (gettext_lazy("Portrait"), "portrait", "standard"),
    "wide": (gettext_lazy("Wide"), "wide", "standard"),
    "large": (gettext_lazy("Large square"), "square", "large"),
    "largest": (gettext_lazy("Largest, wide"), "wide", "largest"),
}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A square sheet cut into as many frames as the credits make. `clip` and `rows` are in frames, for an SVG."""

    quality: str
    each: int
    count: int

    @property
    def columns(self) -> int:
        """Frames in a full row."""
        return ceil(sqrt(self.count))

    @property
    def side(self) -> str:
        """Of the sheet, without the gap after its last frame."""
        return f"{self.columns - 0.06:.2f}"

    @property
    def rows(self) -> list[tuple[int, int]]:
        """Each row's place, and where on the film it begins: no two rows of a sheet begin alike."""
        spare = FILM - self.columns + 1
        return [(row, -((self.each + 5 * row) % spare)) for row in range(ceil(self.count / self.columns))]

    @property
    def clip(self) -> str:
        """The outline of all frames: the last row may be a short one."""
        rows, rest = divmod(self.count, self.columns)
        return f"M0 0H{self.columns}V{rows}H{rest}V{rows + 1}H0z" if rest else f"M0 0H{self.columns}V{rows}H0z"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one frame takes, and how many frames the credits make."""

    each: int
    frames: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """A model's row: a cell a quality, None where it has none, and the seconds that a medium frame usually takes."""

    model: ImageModel
    cells: list[Cell | None]
    seconds: float


class Counter:
    """Counts by today's price list, read once."""

    def __init__(self) -> None:
        self.models = list(catalogue.offered())

    @cached_property
    def _book(self) -> dict[tuple[str, int, str, str], Any]:
        return catalogue.price_book(models=self.models)

    def each(self, *, model: ImageModel, quality: str, size: str = "square") -> int | None:
        """Credits for one frame as the composer's button starts out: with previews, no pictures along."""
        band = sizes.band(size_of(model=model, size=size))
        row = self._book.get((Mode.TEXT.value, model.pk, quality, band))
        if row is None or quality not in model.qualities:
            return None
        return quote(price=catalogue.facts(row), count=1, previews=min(PREVIEWS, model.most_previews)).each

    def sheets(self) -> list[Sheet]:
        """What the first model makes of 500 credits, a sheet a quality."""
        asked = [(quality, self.each(model=self.models[0], quality=quality)) for quality in self.qualities[:5]]
        return [
            Sheet(quality=str(Quality(quality).label), each=each, count=SHEET_CREDITS // each)
            for quality, each in asked
            if each
        ]

    @property
    def qualities(self) -> list[str]:
        """Those of the first model, in their order; none where no model is offered."""
        return [quality for quality in Quality.values if self.models and quality in self.models[0].qualities]

    def lines(self, *, size: str, credits: int) -> list[Line]:
        """The table: all models by all qualities."""
        return [
            Line(
                model=model,
                cells=[
                    Cell(each=each, frames=credits // each)
                    if (each := self.each(model=model, quality=quality, size=size))
                    else None
                    for quality in Quality.values
                ],
                seconds=round(catalogue.expected_s(model=model, quality=Quality.MEDIUM)),
            )
            for model in self.models
        ]

    def frames(self, credits: int) -> str:
        """125 at medium, 83 at high: what the first model makes of so many credits."""
        words = {Quality.MEDIUM: _("%(n)s at medium"), Quality.HIGH: _("%(n)s at high")}
        counted = {quality: self.models and self.each(model=self.models[0], quality=quality) for quality in words}
        return ", ".join(words[quality] % {"n": f"{credits // each:,}"} for quality, each in counted.items() if each)


def size_of(*, model: ImageModel, size: str) -> sizes.Size:
    """The pixels that the model gives to one of SIZES."""
    _name, shape, scale = SIZES[size]
    return sizes.fit(shape, scale, catalogue.limits_of(model))


def size_choices(model: ImageModel | None) -> list[tuple[str, str]]:
    """SIZES with their pixels."""
    if model is None:
        return []
    asked = {name: size_of(model=model, size=name) for name in SIZES}
    return [(name, f"{SIZES[name][0]}, {size.width} × {size.height}") for name, size in asked.items()]


def amounts() -> list[int]:
    """Numbers of credits to count from: what is given, and what is sold."""
    sold = {price.product.credits for price in shop.in_force()}
    return sorted({SHEET_CREDITS, *sold, *({settings.WELCOME_CREDITS} - {0})})
