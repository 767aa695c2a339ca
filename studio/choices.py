"""What the composer offers to choose from: models with their prices, shapes and scales with their sizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio import catalogue, sizes
from studio.forms import PREVIEWS, SCALES, SHAPES, ComposerForm, scale_of, shaped
from studio.models import ImageModel, Mode
from studio.quotes import quote


@dataclass(frozen=True, kw_only=True)
class ModelChoice:
    """One model as an option: what a picture costs with the settings chosen, or None where it has no such price.

    `refuses`: it does not answer at the moment, and no run is taken for it.
    """

    model: ImageModel
    credits: int | None
    checked: bool
    refuses: bool

    @property
    def look(self) -> tuple[object, ...]:
        """All that it shows."""
        model = self.model
        has = (*model.qualities, *model.formats, *model.backgrounds)
        facts = (model.label, model.note, model.speed, model.cost, model.fidelity)
        return model.pk, *facts, has, self.credits, self.checked, self.refuses


@dataclass(frozen=True, kw_only=True)
class ShapeChoice:
    """One shape, drawn to its ratio."""

    value: str
    label: str
    ratio: str
    size: sizes.Size

    @property
    def drawn(self) -> sizes.Size:
        """Its outline in the picker, in CSS pixels: wide shapes a little larger than square ones."""
        width = 21 * self.size.ratio**0.6
        return sizes.Size(round(width), round(width / self.size.ratio))


@dataclass(frozen=True, kw_only=True)
class ScaleChoice:
    """One scale, with the size that the chosen shape has in it; None for the user's own."""

    value: str
    label: str
    size: sizes.Size | None


def models(form: ComposerForm, values: Mapping[str, Any], size: sizes.Size | None) -> list[ModelChoice]:
    """Those on offer, in the operator's order."""
    offered = form.offered
    quality, band = str(values.get("quality")), sizes.band(size) if size else "s"
    mode = str(values.get("mode") or Mode.TEXT)
    prices = catalogue.prices(models=offered, mode=mode, quality=quality, band=band)
    previews, references = bool(values.get("previews")), len(form.strip.sent(mode))
    found = []
    for model in offered:
        price = prices.get((model.pk, quality, band))
        shown = min(PREVIEWS, model.most_previews) if previews else 0
        each = None
        if price:
            each = quote(price=catalogue.facts(price), count=1, references=references, previews=shown).each
        checked = str(model.pk) == str(values.get("model"))
        found.append(ModelChoice(model=model, credits=each, checked=checked, refuses=model.pk in form.refusing))
    return found


def shapes(values: Mapping[str, Any], source: sizes.Size | None, limits: sizes.Limits | None) -> list[ShapeChoice]:
    """All shapes, as large as the chosen scale makes them; the source's own first, where there is one."""
    scale = scale_of(values)
    return [
        ShapeChoice(
            value=value,
            label=str(label),
            ratio=":".join(str(part) for part in sizes.RATIOS[value]) if value in sizes.RATIOS else "",
            size=shaped(value, scale, source, limits),
        )
        for value, label in SHAPES
    ]


def scales(values: Mapping[str, Any], source: sizes.Size | None, limits: sizes.Limits | None) -> list[ScaleChoice]:
    """All scales, with their size in the chosen shape."""
    shape = values.get("shape") if values.get("shape") in dict(SHAPES) else "square"
    return [
        ScaleChoice(
            value=value,
            label=str(label),
            size=shaped(str(shape), value, source, limits) if value in sizes.SCALES else None,
        )
        for value, label in SCALES
    ]
