"""What can be made from a picture by one press: variations, the same once more, a finish; each with its price."""

from collections.abc import Callable, Iterable
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
    Remade,
    Role,
    Run,
    Strength,
)
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
    size: Size  # of the picture that comes: a locked one stays as large as its original
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
            size = Size(image.width, image.height) if brief.lock else brief.size
            found[how] = Remake(how=how, label=label, brief=brief, size=size, credits=each)
    return found


def named_gone(*, image: Image) -> bool:
    """Whether its run's words name pictures that went along and are gone, so that they can't be asked once more."""
    run = image.generation.run if image.generation else None
    if run is None or not run.names_pictures:
        return False
    return run.gone.exclude(role=Role.SOURCE).exists()


def _again(image: Image, models: dict[int, ImageModel], _plain: Brief | None) -> Brief | None:
    """Its run's frozen brief, for one more frame, as far as all that went along is still there."""
    made = image.generation
    if made is None or made.model_id not in models:
        return None
    if made.run.mode != Mode.TEXT and not made.run.complete:
        return None
    return replace(starts.again(run=made.run, model=models[made.model_id]), remade=Remade.AGAIN)


def _vary(strength: str) -> "Make":
    return lambda _image, _models, plain: plain and _told(replace(plain, remade=Remade.VARY), strength)


def _finish(image: Image, models: dict[int, ImageModel], plain: Brief | None) -> Brief | None:
    """The same picture as a model's better work: the next quality that it has, and no smaller than it is, or large.

    A locked picture stays as large as it is: there it is the painted part that may be made of more pixels than it was.
    """
    if plain is None:
        return None
    model, source = models[plain.model_id], Size(image.width, image.height)
    limits = catalogue.limits_of(model)
    qualities = [quality for quality in Quality.values if quality in model.qualities]
    better = qualities[min(qualities.index(plain.quality) + 1, len(qualities) - 1)]
    if plain.lock:
        had = plain.size.pixels
        size = max(plain.size, sizes.shaped(source, source.pixels, limits), key=lambda size: size.pixels)
    else:
        had = source.pixels
        size = sizes.like(source, "large" if had <= sizes.SCALES["large"] else "largest", limits)
    if better == plain.quality and size.pixels <= had:
        return None
    finer = replace(plain, remade=Remade.FINISH, quality=better, width=size.width, height=size.height)
    return _told(finer, Strength.LOW, FINISH_KEEPS)


def _told(brief: Brief, strength: str, also: Iterable[str] = ()) -> Brief:
    """With how far it goes, in words too. What is to be kept `also` is of this press, and of none that follows."""
    told = instructions.words(
        roles=[role for _image, role in brief.pictures],
        keep=(*brief.keep, *also),
        keep_words=brief.keep_words,
        strength=strength,
        way="mask" if brief.mask_id else "extend" if brief.sheet else "",
        draft=brief.sheet is not None,
    )
    return replace(brief, strength=strength, instructions=told)


def _of_source(image: Image, models: dict[int, ImageModel]) -> Brief | None:
    """An edit that has the picture as its source and its run's settings, as far as there is one and it can be asked."""
    run: Run | None = image.generation.run if image.generation else None
    wanted = image.generation.model_id if image.generation else None
    model = models.get(wanted or 0) or next(iter(models.values()), None)
    if model is None or (along := _edit(image, run, model)) is None:
        return None
    quality = run.quality if run and run.quality in model.qualities else Quality.MEDIUM
    output_format = run.output_format if run and run.output_format in model.formats else OutputFormat.PNG
    limits = catalogue.limits_of(model)
    size = Size(run.width, run.height) if run else sizes.like(Size(image.width, image.height), "standard", limits)
    if sizes.problems(size, limits):  # the operator allows less than when it was made
        size = sizes.like(size, "standard", limits)
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
        **along,
    )


def _edit(image: Image, run: Run | None, model: ImageModel) -> dict[str, Any] | None:
    """What goes along: its run's pictures under their names, and with a locked one its mask and lock.

    A painted picture is changed in the same place again. Of an extended one the original is extended anew, and the
    picture goes along as a draft. None where the words name a picture that can't go along.
    """
    found = run.references.select_related("image").order_by("position") if run and run.mode != Mode.TEXT else ()
    rows = [(row.image, str(row.role)) for row in found]
    original = next((one for one, role in rows if role == Role.SOURCE), None)
    source = original if original and original.deleted_at is None else None
    lock = _lock(image, run, source)
    drafted = run and run.sheet and rows[-1][1] == Role.LAYOUT and _drafted(rows[-1][0], original)
    if run and drafted and ("sheet" in lock or not run.names_pictures):
        rows.pop()  # its place is taken, or nobody misses it
    rows = [(one if one and one.deleted_at is None else None, role) for one, role in rows]
    if source and "sheet" in lock:
        rows.append((image, Role.LAYOUT))
        least = [(source.pk, str(Role.SOURCE)), (image.pk, str(Role.LAYOUT))]
    else:  # it takes its source's place, whether that is still there or not
        rows = [(image if role == Role.SOURCE else one, role) for one, role in rows]
        rows += [] if any(role == Role.SOURCE for _one, role in rows) else [(image, Role.SOURCE)]
        least = [(image.pk, str(Role.SOURCE))]
    named = [(one.pk, str(role)) for one, role in rows if one]
    if len(named) < len(rows) or len(named) > model.most_references:
        if run and run.names_pictures:
            return None
        named = least
    return {**lock, "pictures": tuple(named)}


def _drafted(image: Image | None, original: Image | None) -> bool:
    """Whether that picture went along as the draft of an earlier press: it was extended from the same original."""
    return bool(image and original and image.kind == ImageKind.LOCKED and image.parent_id == original.pk)


def _lock(image: Image, run: Run | None, source: Image | None) -> dict[str, Any]:
    """Of a locked picture, where it may change; nothing where what it was extended from is gone."""
    if run is None or not run.masked or image.kind != ImageKind.LOCKED:
        return {}
    lock = {"mask_id": run.mask_id, "feather_px": run.feather_px, "lock": True}
    if run.sheet is None:
        return lock
    return {**lock, "sheet": tuple(run.sheet)} if source else {}


Make = Callable[[Image, dict[int, ImageModel], Brief | None], Brief | None]
WAYS: Final[dict[str, tuple[Promise | str, Make]]] = {
    "vary-low": (gettext_lazy("A little"), _vary(Strength.LOW)),
    "vary-medium": (gettext_lazy("Clearly"), _vary(Strength.MEDIUM)),
    "vary-high": (gettext_lazy("Far"), _vary(Strength.HIGH)),
    "again": (gettext_lazy("Make it again"), _again),
    "finish": (gettext_lazy("Finish"), _finish),
}
