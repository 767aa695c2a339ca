"""What can be made from a picture by one press: variations, the same once more, a finish; each with its price."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from studio import breaker, catalogue, instructions, sizes, starts
from studio.briefs import Brief
from studio.models import Image, ImageModel, Keep, Mode, OutputFormat, Quality, Role, Run, Strength
from studio.quotes import quote
from studio.sizes import Size

FINISH_KEEPS: Final = (Keep.SUBJECT, Keep.ANGLE, Keep.COMPOSITION, Keep.LIGHTING, Keep.COLOURS, Keep.TEXT)
PREVIEWS: Final = 2


@dataclass(frozen=True, kw_only=True)
class Remake:
    """One press: its name in the form, its words, what it asks for and what that costs."""

    how: str
    label: Promise | str
    brief: Brief
    credits: int

    @property
    def quality(self) -> str:
        """The quality that it asks for."""
        return str(Quality(self.brief.quality).label)


def of(*, image: Image) -> dict[str, Remake]:
    """Those that can be had today, by name; none of a model that does not answer."""
    offered = list(catalogue.offered())
    refusing = breaker.refusing(offered)
    models = {model.pk: model for model in offered if model.pk not in refusing}
    listed = catalogue.price_book(models=models.values())
    found = {}
    for how, (label, make) in WAYS.items():
        brief = make(image, models)
        price = brief and listed.get((brief.mode, brief.model_id, brief.quality, sizes.band(brief.size)))
        if brief and price:
            facts = catalogue.facts(price)
            each = quote(price=facts, count=1, references=len(brief.pictures), previews=brief.previews).credits
            found[how] = Remake(how=how, label=label, brief=brief, credits=each)
    return found


def _again(image: Image, models: dict[int, ImageModel]) -> Brief | None:
    """Its run's frozen brief, for one more frame, as far as all that went along is still there."""
    made = image.generation
    if made is None or made.model_id not in models:
        return None
    if made.run.mode != Mode.TEXT and not made.run.complete:
        return None
    return starts.again(run=made.run, model=models[made.model_id])


def _vary(strength: str) -> Callable[[Image, dict[int, ImageModel]], Brief | None]:
    def make(image: Image, models: dict[int, ImageModel]) -> Brief | None:
        plain = _of_source(image, models)
        told = instructions.words(roles=[Role.SOURCE], strength=strength)
        return plain and replace(plain, strength=strength, instructions=told)

    return make


def _finish(image: Image, models: dict[int, ImageModel]) -> Brief | None:
    """The same picture as a model's better work: the next quality that it has, and no smaller than it is, or large."""
    plain = _of_source(image, models)
    if plain is None:
        return None
    model, source = models[plain.model_id], Size(image.width, image.height)
    qualities = [quality for quality in Quality.values if quality in model.qualities]
    better = qualities[min(qualities.index(plain.quality) + 1, len(qualities) - 1)]
    limits = catalogue.limits_of(model)
    scale = "largest" if source.pixels > sizes.SCALES["large"] else "large"
    size = sizes.like(source, scale, limits)
    if better == plain.quality and size.pixels <= source.pixels:
        return None
    keep = tuple(FINISH_KEEPS)
    told = instructions.words(roles=[Role.SOURCE], strength=Strength.LOW, keep=keep)
    finer = replace(plain, quality=better, width=size.width, height=size.height)
    return replace(finer, strength=Strength.LOW, keep=keep, instructions=told)


def _of_source(image: Image, models: dict[int, ImageModel]) -> Brief | None:
    """An edit that has the picture as its source and its run's settings, as far as there is one."""
    run: Run | None = image.generation.run if image.generation else None
    wanted = image.generation.model_id if image.generation else None
    model = models.get(wanted or 0) or next(iter(models.values()), None)
    if model is None:
        return None
    quality = run.quality if run and run.quality in model.qualities else Quality.MEDIUM
    output_format = run.output_format if run and run.output_format in model.formats else OutputFormat.PNG
    size = sizes.like(Size(image.width, image.height), "standard", catalogue.limits_of(model))
    return Brief(
        mode=Mode.IMAGE,
        prompt=run.prompt if run else _("A variation of this picture"),
        model_id=model.pk,
        width=size.width,
        height=size.height,
        quality=quality,
        output_format=output_format,
        compression=run.compression if run and output_format == run.output_format else None,
        background=run.background if run and run.background in model.backgrounds else "auto",
        previews=min(PREVIEWS, model.most_previews),
        count=1,
        pictures=((image.pk, Role.SOURCE),),
    )


Make = Callable[[Image, dict[int, ImageModel]], Brief | None]
WAYS: Final[dict[str, tuple[Promise | str, Make]]] = {
    "vary-low": (gettext_lazy("A little"), _vary(Strength.LOW)),
    "vary-medium": (gettext_lazy("Clearly"), _vary(Strength.MEDIUM)),
    "vary-high": (gettext_lazy("Far"), _vary(Strength.HIGH)),
    "again": (gettext_lazy("Make it again"), _again),
    "finish": (gettext_lazy("Finish"), _finish),
}
