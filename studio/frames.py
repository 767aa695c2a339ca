"""A frame as the page shows it: one generation's state in words, with its picture, preview or reason."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credits.models import Entry, EntryKind
from studio import catalogue, failures, live, offers, picture_urls, waits
from studio.models import Generation, Image, ImageModel, Run, Status
from studio.offers import Offer
from studio.picture_urls import PictureUrls


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What `studio/_frame.html` shows. `state` is queued, running, saving, done, failed or cancelled.

    `progress` runs from 0 to 1; `src` is a copy's signed address, or the original's until the copies are made;
    `srcset` lists the copies; `preview_index` tells which partial the page would get; `offer`: whether a frame that was
    not made can be asked for again; `silent`: its model does not answer.
    """

    generation: Generation
    state: str
    words: str
    time: str
    progress: float | None = None
    title: str = ""
    reason: str = ""
    edit_words: bool = False
    edit_pictures: bool = False
    image: Image | None = None
    src: str = ""
    srcset: str = ""
    preview_index: int | None = None
    spent_s: int | None = None
    usual_s: int | None = None
    offer: Offer | None = None
    silent: bool = False

    @property
    def number(self) -> str:
        """The frame's name: 118-3."""
        return self.generation.frame

    @property
    def token(self) -> str:
        """Changes whenever the tile would look different."""
        words = f"{self.words} {self.time}" if self.state == "queued" else self.words
        return f"{self.state}:{self.preview_index}:{words}:{bool(self.image and self.image.widths)}"

    @property
    def look(self) -> tuple[object, ...]:
        """All that its tile depends on once the picture is there."""
        return (*picture_urls.look(self.image, self.src, self.srcset), self.token, self.time) if self.image else ()

    @property
    def live(self) -> bool:
        """Whether it will change by itself."""
        return self.state in ("queued", "running", "saving")


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A run with its frames, as `studio/_run.html` shows it.

    `rows` has those of deleted pictures too, each with `back`: the credits that came back for it, None where none did.
    """

    run: Run
    frames: list[Frame]
    rows: list[Any]

    @property
    def look(self) -> tuple[object, ...]:
        """All that its head depends on once its frames have ended."""
        return self.run.pk, self.model, self.returned

    @property
    def queued(self) -> int:
        """Frames that can still be cancelled."""
        return sum(frame.state == "queued" for frame in self.frames)

    @property
    def silent(self) -> int:
        """Frames whose model does not answer, and which wait for it."""
        return sum(frame.silent for frame in self.frames)

    @property
    def live(self) -> bool:
        """Whether any frame will change by itself."""
        return any(frame.live for frame in self.frames)

    @property
    def returned(self) -> int:
        """Credits that came back, by the ledger: of frames not made, and of pictures that an operator gave back."""
        return sum(row.back or 0 for row in self.rows)

    @property
    def model(self) -> str:
        """The model's name on the page."""
        return self.frames[0].generation.model.label if self.frames else ""

    @property
    def done(self) -> int:
        """Frames with a picture on the table."""
        return sum(frame.state == "done" for frame in self.frames)

    @property
    def cols(self) -> int:
        """How many frames lie side by side on a wide table: fewer of wide shapes, and seldom one left over."""
        ratio, count = self.run.width / self.run.height, len(self.frames)
        if ratio >= 1.5:
            return 2 if ratio >= 2 or count in (2, 4) else 3
        return 3 if count in (1, 2, 5, 6, 9) else 4

    @property
    def wide(self) -> bool:
        """Whether two such shapes side by side would be too small on a phone."""
        return self.run.width / self.run.height >= 1.5

    @property
    def last_word(self) -> str:
        """What is said once everything has ended: what is there, and the money."""
        if self.live:
            return ""
        if len(self.frames) == self.done == 1:
            return _("%(number)s is ready.") % {"number": self.frames[0].number}
        facts = {"run": self.run.number, "done": self.done, "all": len(self.frames)}
        words = _("Run %(run)s has ended: %(done)s of %(all)s frames are ready.") % facts
        back = self.returned
        if back:
            words += " " + ngettext("%(n)s credit is back.", "%(n)s credits are back.", back) % {"n": back}
        return words


def of_runs(runs: Iterable[Run], *, models: Iterable[ImageModel] = ()) -> list[RunView]:
    """Runs with their frames, in few queries however many there are; `models` are known, with their breakers."""
    views = {run.pk: RunView(run=run, frames=[], rows=[]) for run in runs}
    cause = Concat(Value("generation:"), Cast(OuterRef("uuid"), TextField()))
    back = Entry.objects.filter(kind=EntryKind.REFUND, cause=cause).values("credits")
    found = Generation.objects.filter(run__in=views).order_by("position")
    rows = list(found.annotate(back=Subquery(back)))
    by_id = {model.pk: model for model in models}
    if others := {row.model_id for row in rows} - by_id.keys():
        by_id |= ImageModel.objects.select_related("breaker").in_bulk(others)
    for row in rows:
        view = views[row.run_id]
        row.run, row.model = view.run, by_id[row.model_id]
        view.rows.append(row)
    for frame in of(rows):
        views[frame.generation.run_id].frames.append(frame)
    return list(views.values())


def of(generations: Iterable[Generation]) -> list[Frame]:
    """Frames for generations, in the order given. A deleted picture's frame is left out."""
    rows = list(generations)
    made = [row for row in rows if row.status == Status.SUCCEEDED]
    on_table = Image.objects.filter(generation__in=made, on_table=True) if made else ()
    images = {image.generation_id: image for image in on_table}
    for row in rows:
        if row.pk in images:
            images[row.pk].generation = row  # with its run, which the picture's words come from
    waiting = waits.of(generations=rows)
    running = [row.uuid for row in rows if row.status == Status.RUNNING]
    seen = live.preview_indices(generations=running)
    again = offers.of([row for row in rows if row.status in (Status.FAILED, Status.CANCELLED)])
    on_show = [image for image in images.values() if not image.deleted_at]
    signed = picture_urls.of(on_show)
    pictures = {image.generation_id: (image, signed[image.pk]) for image in on_show}
    found = [
        _frame(row, pictures.get(row.pk), waiting.get(row.pk), seen.get(row.uuid), again.get(row.pk)) for row in rows
    ]
    return [frame for frame in found if frame is not None]


def states(*, frames: Iterable[Frame]) -> dict[str, str]:
    """A token a frame that changes whenever its tile would look different: for pages that poll."""
    return {str(frame.generation.uuid): frame.token for frame in frames}


def _frame(
    row: Generation,
    picture: tuple[Image, PictureUrls] | None,
    wait: waits.Wait | None,
    preview: int | None,
    offer: Offer | None,
) -> Frame | None:
    match row.status:
        case Status.QUEUED if wait:
            return Frame(generation=row, state="queued", words=wait.words, time=wait.time, silent=wait.silent)
        case Status.RUNNING if row.received_at:
            return Frame(generation=row, state="saving", words=_("Saving"), time=_elapsed(row), preview_index=preview)
        case Status.RUNNING:
            return _running(row, preview)
        case Status.SUCCEEDED:
            return _done(row, *picture) if picture else None
        case Status.CANCELLED:
            return Frame(generation=row, state="cancelled", words="", time="", title=_("Cancelled"), offer=offer)
    return Frame(
        generation=row,
        state="failed",
        words="",
        time="",
        title=failures.title(row.error_code),
        reason=failures.words(row.error_code, row.error_params),
        edit_words=failures.KINDS[row.error_code].edit_words,
        edit_pictures=failures.KINDS[row.error_code].edit_pictures,
        offer=offer,
    )


def _running(row: Generation, preview: int | None) -> Frame:
    usual = catalogue.expected_s(model=row.model, quality=row.run.quality)
    spent = (timezone.now() - (row.started_at or timezone.now())).total_seconds()
    return Frame(
        generation=row,
        state="running",
        words=_("Taking shape"),
        time=(_("%(spent)s of about %(usual)s s") if spent <= usual else _("%(spent)s s, longer than usual"))
        % {"spent": round(spent), "usual": round(usual)},
        progress=round(min(0.95, spent / usual), 2) if usual else None,
        preview_index=preview,
        spent_s=round(spent),
        usual_s=round(usual),
    )


def _done(row: Generation, image: Image, at: PictureUrls) -> Frame:
    return Frame(generation=row, state="done", words="", time=_elapsed(row), image=image, src=at.src, srcset=at.srcset)


def _elapsed(row: Generation) -> str:
    seconds = row.seconds
    if seconds is None:
        seconds = (timezone.now() - (row.started_at or timezone.now())).total_seconds()
    return _("%(s)s s") % {"s": round(seconds, 1) if seconds < 10 else round(seconds)}


def find(*, owner_id: int, frame: uuid.UUID) -> Generation | None:
    """One of the owner's generations."""
    return (
        Generation.objects.filter(uuid=frame, run__owner_id=owner_id)
        .select_related("run__owner", "run__wallet", "model__breaker")
        .first()
    )
