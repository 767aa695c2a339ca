"""What can be made from a picture by one press: variations, the same once more, a finish; each with its price."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from studio import breaker, catalogue, instructions, sizes, starts
from studio.briefs import Brief
from studio.models import (
    Image,
    ImageKind,
    ImageModel,
    Keep,
    Mode,
    OutputFormat,
    Quality,
    Role,
    Run,
    Strength,
)
from studio.quotes import quote
from studio.sizes import Size

FINISH_KEEPS: Final = (Keep.SUBJECT, Keep.ANGLE, Keep.COMPOSITION, Keep.LIGHTING, Keep.COLOURS, Keep.TEXT)
PREVIEWS: Final = 2
Named = tuple[int, str]  # a picture and its role


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
    plain = _of_source(image, models)
    found = {}
    for how, (label, make) in WAYS.items():
        brief = make(image, models, plain)
        price = brief and listed.get((brief.mode, brief.model_id, brief.quality, sizes.band(brief.size)))
        if brief and price:
            facts = catalogue.facts(price)
            each = quote(price=facts, count=1, references=len(brief.pictures), previews=brief.previews).credits
            found[how] = Remake(how=how, label=label, brief=brief, credits=each)
    return found


def _again(image: Image, models: dict[int, ImageModel], _plain: Brief | None) -> Brief | None:
    """Its run's frozen brief, for one more frame, as far as all that went along is still there."""
    made = image.generation
    if made is None or made.model_id not in models:
        return None
    if made.run.mode != Mode.TEXT and not made.run.complete:
        return None
    return starts.again(run=made.run, model=models[made.model_id])


def _vary(strength: str) -> "Make":
    return lambda _image, _models, plain: plain and _told(plain, strength)


def _finish(image: Image, models: dict[int, ImageModel], plain: Brief | None) -> Brief | None:
    """The same picture as a model's better work: the next quality that it has, and no smaller than it is, or large."""
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
    finer = replace(plain, quality=better, width=size.width, height=size.height, keep=(*plain.keep, *FINISH_KEEPS))
    return _told(finer, Strength.LOW)


def _told(brief: Brief, strength: str) -> Brief:
    """With how far it goes, in words too."""
    keep = tuple(name for name in Keep.values if name in brief.keep)
    told = instructions.words(
        roles=[role for _image, role in brief.pictures],
        keep=keep,
        keep_words=brief.keep_words,
        strength=strength,
        way="mask" if brief.mask_id else "extend" if brief.sheet else "",
    )
    return replace(brief, strength=strength, keep=keep, instructions=told)


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
        keep=tuple(run.keep) if run else (),
        keep_words=run.keep_words if run else "",
        **_edit(image, run, model),
    )


def _edit(image: Image, run: Run | None, model: ImageModel) -> dict[str, Any]:
    """What goes along: its run's pictures under their names, and with a locked one its mask and lock.

    A painted picture is changed in the same place again. Of an extended one the original is extended anew, as the
    picture shows.
    """
    itself, most = (image.pk, str(Role.SOURCE)), model.most_references
    rows = run.references.select_related("image").order_by("position") if run and run.mode != Mode.TEXT else ()
    along = [(row.image, row.role) for row in rows]
    there = [(found, role) for found, role in along if found and found.deleted_at is None]
    named = [(found.pk, role) for found, role in there] if len(there) == len(along) else []
    if run is None or not run.masked or image.kind != ImageKind.LOCKED:
        return {"pictures": _in_place_of_source(named, itself, most)}
    lock = {"mask_id": run.mask_id, "feather_px": run.feather_px, "lock": True}
    if run.sheet is None:
        return {**lock, "pictures": _in_place_of_source(named, itself, most)}
    if not named:
        return {"pictures": (itself,)}  # what it was extended from is gone
    originals = [(found.pk, role) for found, role in there if role != Role.LAYOUT or found.kind != ImageKind.LOCKED]
    return {**lock, "sheet": tuple(run.sheet), "pictures": (*originals, (image.pk, str(Role.LAYOUT)))[:most]}


def _in_place_of_source(named: list[Named], itself: Named, most: int) -> tuple[Named, ...]:
    """The same pictures with this one as their source; it alone where the model takes no more."""
    found = [itself if role == Role.SOURCE else (other, role) for other, role in named]
    if itself not in found:
        found.append(itself)
    return tuple(found) if len(found) <= most else (itself,)


Make = Callable[[Image, dict[int, ImageModel], Brief | None], Brief | None]
WAYS: Final[dict[str, tuple[Promise | str, Make]]] = {
    "vary-low": (gettext_lazy("A little"), _vary(Strength.LOW)),
    "vary-medium": (gettext_lazy("Clearly"), _vary(Strength.MEDIUM)),
    "vary-high": (gettext_lazy("Far"), _vary(Strength.HIGH)),
    "again": (gettext_lazy("Make it again"), _again),
    "finish": (gettext_lazy("Finish"), _finish),
}
