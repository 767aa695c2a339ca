"""A frame as the page shows it: one generation's state in words, with its picture, preview or reason."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from studio import catalogue, failures, live, storage
from studio.generations import places
from studio.models import Generation, Image, Run, Status


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What `studio/_frame.html` shows. `state` is queued, running, saving, done, failed or cancelled.

    `progress` runs from 0 to 1; `src` is a copy's signed address, or the original's until the copies are made;
    `srcset` lists the copies; `preview_index` tells which partial the page would get.
    """

    generation: Generation
    state: str
    words: str
    time: str
    progress: float | None = None
    title: str = ""
    reason: str = ""
    edit_words: bool = False
    image: Image | None = None
    src: str = ""
    srcset: str = ""
    preview_index: int | None = None

    @property
    def live(self) -> bool:
        """Whether it will change by itself."""
        return self.state in ("queued", "running", "saving")


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A run with its frames, as `studio/_run.html` shows it."""

    run: Run
    frames: list[Frame]

    @property
    def queued(self) -> int:
        return sum(frame.state == "queued" for frame in self.frames)

    @property
    def live(self) -> bool:
        return any(frame.live for frame in self.frames)

    @property
    def returned(self) -> int:
        """Credits that came back."""
        back = [f.generation.credits for f in self.frames if f.state in ("failed", "cancelled")]
        return sum(back)

    @property
    def model(self) -> str:
        return self.frames[0].generation.model.label if self.frames else ""


def of_runs(runs: Iterable[Run]) -> list[RunView]:
    """Runs with their frames, in few queries however many there are."""
    shown = list(runs)
    rows = Generation.objects.filter(run__in=shown).select_related("run__owner", "model").order_by("run", "position")
    frames = of(rows)
    by_run: dict[int, list[Frame]] = {run.pk: [] for run in shown}
    for frame in frames:
        by_run[frame.generation.run_id].append(frame)
    return [RunView(run=run, frames=by_run[run.pk]) for run in shown]


def of(generations: Iterable[Generation]) -> list[Frame]:
    """Frames for generations, in the order given. A deleted picture's frame is left out."""
    rows = list(generations)
    images = {image.generation_id: image for image in Image.objects.filter(generation__in=rows)}
    line = places(generations=rows)
    running = [row.uuid for row in rows if row.status == Status.RUNNING]
    seen = live.preview_indices(generations=running)
    found = [_frame(row, images.get(row.pk), line.get(row.pk, 0), seen.get(row.uuid)) for row in rows]
    return [frame for frame in found if frame is not None]


def states(*, frames: Iterable[Frame]) -> dict[str, str]:
    """A token a frame that changes whenever its tile would look different: for pages that poll."""
    return {
        str(f.generation.uuid): f"{f.state}:{f.preview_index}:{f.words}:{bool(f.image and f.image.widths)}" for f in frames
    }


def srcset(image: Image) -> str:
    """The copies of a picture for an img's srcset."""
    return ", ".join(f"{storage.url(key=image.copy_key(width))} {width}w" for width in image.widths)


def src(image: Image) -> str:
    """The address to show a picture by: a middling copy, or the original until there are copies."""
    widths = [width for width in image.widths if width <= 640] or image.widths[:1]
    return storage.url(key=image.copy_key(widths[-1]) if widths else image.object_key)


def _frame(row: Generation, image: Image | None, place: int, preview: int | None) -> Frame | None:
    match row.status:
        case Status.QUEUED:
            return _queued(row, place)
        case Status.RUNNING if row.received_at:
            return Frame(
                generation=row, state="saving", words=_("Saving"), time=_elapsed(row), preview_index=preview
            )
        case Status.RUNNING:
            return _running(row, preview)
        case Status.SUCCEEDED:
            return _done(row, image)
        case Status.CANCELLED:
            return Frame(generation=row, state="cancelled", words="", time="", title=_("Cancelled"))
    return Frame(
        generation=row,
        state="failed",
        words="",
        time="",
        title=failures.title(row.error_code),
        reason=failures.words(row.error_code),
        edit_words=failures.KINDS[row.error_code].edit_words,
    )


def _queued(row: Generation, place: int) -> Frame:
    usual = catalogue.expected_s(model=row.model, quality=row.run.quality)
    words = _("Next in line.") if place <= 1 else _("Number %(place)s in line.") % {"place": place}
    if row.attempts and row.due_at and row.due_at > timezone.now():
        words = _("The model is busy. Asking again soon.")
    return Frame(generation=row, state="queued", words=words, time=_("about %(s)s s") % {"s": round(usual)})


def _running(row: Generation, preview: int | None) -> Frame:
    usual = catalogue.expected_s(model=row.model, quality=row.run.quality)
    spent = (timezone.now() - (row.started_at or timezone.now())).total_seconds()
    return Frame(
        generation=row,
        state="running",
        words=_("Taking shape"),
        time=_("%(spent)s of about %(usual)s s") % {"spent": round(spent), "usual": round(max(usual, spent))},
        progress=round(min(0.95, spent / usual), 2) if usual else None,
        preview_index=preview,
    )


def _done(row: Generation, image: Image | None) -> Frame | None:
    if image is None or image.deleted_at:
        return None
    return Frame(
        generation=row, state="done", words="", time=_elapsed(row), image=image, src=src(image), srcset=srcset(image)
    )


def _elapsed(row: Generation) -> str:
    seconds = row.seconds
    if seconds is None:
        seconds = (timezone.now() - (row.started_at or timezone.now())).total_seconds()
    return _("%(s)s s") % {"s": round(seconds, 1) if seconds < 10 else round(seconds)}


def find(*, owner_id: int, frame: uuid.UUID) -> Generation | None:
    """One of the owner's generations."""
    return (
        Generation.objects.filter(uuid=frame, run__owner_id=owner_id)
        .select_related("run__owner", "run__wallet", "model")
        .first()
    )
