"""What a composer starts with: a run's frozen brief, a picture to work from, or what was asked last."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from accounts.models import User
from accounts.requests import uuids
from studio import edits, sizes, strip
from studio.briefs import Brief
from studio.models import Generation, Image, ImageModel, Mode, Role, Run
from studio.strip import Strip

Sent = tuple[Run, Iterable[Generation]]
Start = tuple[dict[str, Any], Strip]


def of(*, user: User, query: QueryDict, mode: str, newest: Sent | None) -> Start:
    """The fields and the pictures that an address names, else those of the newest run that the composer sent.

    Of that one the pictures are taken, and what is said of them, where it is of the same kind of work.
    `?run=` and `?from=` name a run, by itself or by a picture of it; `?source=` and `?reference=` a picture or upload.
    """
    if (named := _named(user, query)) is not None:
        return _brief(named, named.generations.all()), strip.of_run(user=user, run=named)
    last = _brief(*newest) if newest else {}
    for name, role, kind in (("source", Role.SOURCE, Mode.IMAGE), ("reference", Role.STYLE, Mode.GUIDED)):
        picture = [(found, role) for found in uuids([query.get(name, "")])]
        if picture and (along := strip.of(user=user, named=picture)).pieces[0].state != "gone":
            fresh = {**last, **_no_edit(), "mode": kind, "prompt": ""}
            shape = {"shape": "source", "scale": "standard"} if kind == Mode.IMAGE else {}
            return {**fresh, **shape}, along
    if last.get("mode") == mode:
        return last, strip.of_run(user=user, run=newest[0], whole=False) if newest else Strip()
    return {**last, **_no_edit(), "mode": mode}, Strip()


def again(*, run: Run, model: ImageModel) -> Brief:
    """The same brief for one more frame of a run."""
    along = run.references.exclude(image=None) if run.mode != Mode.TEXT else run.references.none()
    return Brief(
        mode=run.mode,
        prompt=run.prompt,
        model_id=model.pk,
        width=run.width,
        height=run.height,
        quality=run.quality,
        output_format=run.output_format,
        compression=run.compression,
        background=run.background,
        previews=run.previews,
        count=1,
        pictures=tuple(along.values_list("image_id", "role")),
        instructions=run.instructions,
        keep=tuple(run.keep),
        keep_words=run.keep_words,
        strength=run.strength,
        mask_id=run.mask_id,
        markup_id=run.markup_id,
        feather_px=run.feather_px,
        lock=run.lock,
        sheet=tuple(run.sheet) if run.sheet else None,
    )


def _named(user: User, query: QueryDict) -> Run | None:
    runs = Run.objects.filter(owner=user).order_by("-id")
    if run := uuids([query.get("run", "")]):
        return runs.filter(uuid=run[0]).first()
    if image := uuids([query.get("from", "")]):
        return runs.filter(generations__images__uuid=image[0]).first()
    return None


def _brief(run: Run, rows: Iterable[Generation]) -> dict[str, Any]:
    """A run's brief as the form's fields: a size that no shape and scale make is the user's own."""
    size = sizes.Size(run.width, run.height)
    shape = sizes.shape_of(size)
    scale = next((name for name in sizes.SCALES if sizes.fit(shape, name) == size), "own")
    source = run.source if run.mode == Mode.IMAGE else None
    if source and (liked := _like_source(run, source, size)):
        shape, scale = "source", liked
    own = {"width": run.width, "height": run.height} if scale == "own" else {}
    generations = [row for row in rows if row.retry_of_id is None]
    return {
        "mode": run.mode,
        "prompt": run.prompt,
        "shape": shape,
        "scale": scale,
        **own,
        "model": generations[0].model_id,
        "quality": run.quality,
        "output_format": run.output_format,
        "compression": 90 if run.compression is None else run.compression,
        "background": run.background,
        "previews": run.previews > 0,
        "count": len(generations),
        **_edit(run, source),
    }


def _like_source(run: Run, source: Image, size: sizes.Size) -> str | None:
    """The scale in which the source's own shape, or its larger sheet's, has that size."""
    shape = sizes.Size(*run.sheet[:2]) if run.sheet else sizes.Size(source.width, source.height)
    return next((name for name in sizes.SCALES if sizes.like(shape, name) == size), None)


def _edit(run: Run, source: Image | None) -> dict[str, Any]:
    found = {**_no_edit(), "keep": run.keep, "keep_words": run.keep_words, "strength": run.strength}
    if source:  # though it is deleted: what was drawn on it is for no other
        found["drawn_on"] = source.uuid
    if run.masked:
        found |= {"feather": run.feather_px, "lock": run.lock}
    if run.mask:
        found["mask"] = run.mask.uuid
    if run.markup:
        found["markup"] = run.markup.uuid
    if run.sheet and source:
        found |= edits.extension_of(run.sheet, sizes.Size(source.width, source.height))
    return found


def _no_edit() -> dict[str, Any]:
    return {
        "keep": [], "keep_words": "", "strength": "", "mask": "", "markup": "", "drawn_on": "",
        "feather": edits.FEATHER, "lock": True, "extend_shape": "", "extend_x": 50, "extend_y": 50,
    }  # fmt: skip
