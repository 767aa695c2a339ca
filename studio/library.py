"""A user's pictures: pages of them, ringing, deleting with a way back, and the purge."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import models, transaction
from django.db.models import Case, Count, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from studio import pictures, seals, storage
from studio.models import Generation, Image, ImageKind, Mode, Reference, Run

log = logging.getLogger(__name__)

PAGE: Final = 40
CHILDREN: Final = 12
MOST_OF_A_RUN: Final = 20  # ten, and as many second tries
KEPT_DELETED: Final = timedelta(days=30)
DRAWN: Final = (ImageKind.MASK, ImageKind.MARKUP)
# What a list shows of each picture; to load its frame and run whole takes nearly twice as long.
LISTED: Final = (
    *(field.name for field in Image._meta.concrete_fields),
    "generation__position",
    *(f"generation__run__{name}" for name in ("number", "prompt", "background")),
)


class Page(NamedTuple):
    """Pictures, newest first, and the id that the next page starts below (None at the end)."""

    images: list[Image]
    next_before: int | None


class Neighbour(NamedTuple):
    """A picture to go to: its name in addresses, and its frame's."""

    uuid: UUID
    frame: str


class Shelf(models.TextChoices):
    """The parts of a library, by the word in its address."""

    ALL = "", _("All pictures")
    RINGED = "ringed", _("Ringed")
    BROUGHT = "brought", _("Brought along")
    DELETED = "deleted", _("Deleted")


def owned(*, user: User) -> QuerySet[Image]:
    """All that a user may look at and work from: uploads, and both pictures of a masked edit, too."""
    mine = Image.objects.filter(owner=user, deleted_at__isnull=True).exclude(kind__in=DRAWN)
    return mine.select_related("generation__run")


def of(*, user: User, shelf: Shelf = Shelf.ALL) -> QuerySet[Image]:
    """A user's pictures on a shelf, newest first. What is deleted lies on its own shelf only."""
    images = Image.objects.filter(owner=user, deleted_at__isnull=True)
    made, brought = Q(on_table=True), Q(kind=ImageKind.UPLOAD)
    if shelf == Shelf.RINGED:
        images = images.filter(made | brought, ringed=True)
    elif shelf == Shelf.BROUGHT:
        images = images.filter(brought)
    elif shelf == Shelf.DELETED:  # what the purge may be at comes back no more
        recently = Q(deleted_at__gt=timezone.now() - KEPT_DELETED)
        images = Image.objects.filter(made | brought, recently, owner=user)
    else:
        images = images.filter(made)
    return images.select_related("generation__run").order_by("-id")


def newest(*, user: User, count: int, shelf: Shelf = Shelf.ALL, before: int | None = None) -> list[Image]:
    """The first so many of a shelf, or those below an id, for a list: no more is loaded than one shows."""
    images = of(user=user, shelf=shelf).only(*LISTED)
    return list((images if before is None else images.filter(id__lt=before))[:count])


def totals(*, user: User) -> dict[Shelf, int]:
    """How many pictures lie on each shelf."""
    facts = [Subquery(_counted(of(user=user, shelf=shelf))) for shelf in Shelf]
    [found] = User.objects.filter(pk=user.pk).values_list(*facts)
    return {shelf: count or 0 for shelf, count in zip(Shelf, found, strict=True)}


def _counted(images: QuerySet[Image]) -> QuerySet[Any, Any]:
    return images.order_by().values("owner").annotate(count=Count("pk")).values("count")


def page(*, user: User, before: int | None = None, shelf: Shelf = Shelf.ALL) -> Page:
    """One page by keyset: a picture that arrives meanwhile moves nothing."""
    found = newest(user=user, count=PAGE + 1, shelf=shelf, before=before)
    shown = found[:PAGE]
    return Page(shown, shown[-1].pk if len(found) > PAGE else None)


def ring(*, image: Image, ringed: bool) -> None:
    """Rings a picture with the grease pencil, or takes the ring off."""
    Image.objects.filter(pk=image.pk).update(ringed=ringed)


def keep(*, image: Image, among: Iterable[UUID]) -> None:
    """Rings a picture and takes the ring off the others that it was chosen among."""
    with transaction.atomic():
        Image.objects.filter(owner=image.owner_id, uuid__in=among).exclude(pk=image.pk).update(ringed=False)
        ring(image=image, ringed=True)


def delete(*, image: Image) -> None:
    """Takes a picture off every page, both of a masked edit; `restore` brings it back until the purge."""
    _with_its_twin(image).filter(deleted_at__isnull=True).update(deleted_at=timezone.now())


def restore(*, image: Image) -> None:
    """Brings a deleted picture back."""
    _with_its_twin(image).update(deleted_at=None)


def _with_its_twin(image: Image) -> QuerySet[Image]:
    alone = image.generation_id is None
    return Image.objects.filter(pk=image.pk) if alone else Image.objects.filter(generation=image.generation_id)


def purge() -> int:
    """Removes what was deleted 30 days ago: its objects first, then its row. How many pictures went.

    Nothing of a sealed run that has to be reported, or was within a year, goes.
    """
    gone = 0
    deleted = Q(deleted_at__lt=timezone.now() - KEPT_DELETED)
    drawn = Q(kind__in=DRAWN, parent__deleted_at__lt=timezone.now() - KEPT_DELETED)  # on what goes with it
    due = Image.objects.filter(deleted | drawn).order_by("-id")  # what is drawn before what it is drawn on
    for image in due.exclude(pk__in=seals.pictures_of(seals.kept()).values("pk"))[:500]:
        try:
            storage.delete(keys=image.keys)
        except storage.ERRORS as error:
            log.warning("image %s not purged yet: %s", image.uuid, type(error).__name__)
            continue
        Image.objects.filter(pk=image.pk).delete()
        gone += 1
    return gone


def neighbours(*, image: Image) -> tuple[Neighbour | None, Neighbour | None]:
    """The pictures before and after in the library: the newer one, the older one."""
    mine = of(user=image.owner).values_list("pk", "uuid", "generation__run__number", "generation__position")
    beside = {
        pk > image.pk: Neighbour(uuid, f"{run}-{position}" if run else "")
        for pk, uuid, run, position in mine.filter(id__gt=image.pk)
        .order_by("id")[:1]
        .union(mine.filter(id__lt=image.pk)[:1])
    }
    return beside.get(True), beside.get(False)


class Family(NamedTuple):
    """What a picture was made from, the source first; its run in the order of its frames; what was made with it."""

    made_from: list[Image]
    run: list[Image]
    made_of_it: list[Image]


def family(*, image: Image) -> Family:
    """The pictures round one. Of a masked edit's two pictures each counts for both."""
    made, mine = image.generation, of(user=image.owner).only(*LISTED)
    if made is None:
        return Family([], [], list(mine.filter(pk__in=near(image=image))[:CHILDREN]))
    first = Case(When(generation__run=made.run_id, then=0), default=1)
    found = list(mine.filter(pk__in=near(image=image)).order_by(first, "-id")[: CHILDREN + MOST_OF_A_RUN])
    run = [one for one in found if one.generation and one.generation.run_id == made.run_id]
    return Family(
        _along(image.owner, made.run) if made.run.mode != Mode.TEXT else [],
        sorted(run, key=lambda one: one.generation.position if one.generation else 0),
        [one for one in found if one not in run][:CHILDREN],
    )


def near(*, image: Image) -> QuerySet[Image, Any]:
    """The ids of its run's pictures and of what was made with it or its twin.

    Each by an index of its own: joined by "or" they were a walk through all that somebody has.
    """
    sent = Q(image__generation=image.generation_id) if image.generation_id else Q(image=image)
    newest = Reference.objects.filter(sent).order_by("-run")[: 4 * CHILDREN]  # a logo goes along with everything
    made_with = Image.objects.filter(generation__run__in=newest.values("run")).values("pk")
    if image.generation is None:
        return made_with
    return made_with.union(Image.objects.filter(generation__run=image.generation.run_id).values("pk"))


def _along(user: User, run: Run) -> list[Image]:
    return list(owned(user=user).filter(references__run=run).order_by("references__position").only(*LISTED))


def beside(*, image: Image) -> Image | None:
    """The other picture of a masked edit: the model's own for the locked one, and the reverse."""
    if image.generation is None or image.kind not in (ImageKind.RAW, ImageKind.LOCKED):
        return None
    return owned(user=image.owner).filter(generation=image.generation).exclude(pk=image.pk).first()


def put_on_table(*, image: Image) -> None:
    """Of a masked edit's two pictures, this one lies on the table and in the library from now on."""
    with transaction.atomic():
        pair = Image.objects.filter(generation=image.generation_id, owner=image.owner_id)
        ringed = any(one.ringed for one in pair.select_for_update(no_key=True).order_by("id"))
        pair.filter(on_table=True).exclude(pk=image.pk).update(on_table=False, ringed=False)
        Image.objects.filter(pk=image.pk).update(on_table=True, ringed=ringed)


def download_name(*, generation: Generation | None, image: Image) -> str:
    """The file name a picture is saved under: `gptimage-118-3.png`, an upload by the name that it came with."""
    name = f"gptimage-{generation.frame}" if generation else slugify(Path(image.name).stem) or f"gptimage-{image.uuid}"
    own = "-raw" if image.kind == ImageKind.RAW else ""
    return f"{name}{own}.{pictures.SUFFIXES[image.output_format]}"
