"""What is told of frames that wait: for what, and about how long until the picture is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studio import breaker, catalogue, pace
from studio.generations import awaits, places
from studio.models import Generation, ImageModel, Status, WaitsFor


@dataclass(frozen=True, kw_only=True)
class Wait:
    """`time` is empty where nobody knows; `silent`: the model does not answer."""

    words: str
    time: str
    silent: bool = False


@dataclass(frozen=True, kw_only=True)
class Rush:
    """What goes on beside a frame: calls under way, and at its model calls a minute and whoever waits for a place."""

    running: int
    per_minute: int | None
    due: list[datetime]


def of(*, generations: Iterable[Generation]) -> dict[int, Wait]:
    """What each queued generation, read with its model's breaker, waits for, by its id."""
    queued = [generation for generation in generations if generation.status == Status.QUEUED]
    if not queued:
        return {}
    line, rush = places(generations=queued), _rush(queued)
    return {
        row.pk: _silent(row.model) if breaker.silent(row.model) else _wait(row, line[row.pk], rush[row.model_id])
        for row in queued
    }


def about(seconds: float) -> str:
    """A time to come in honest words: nobody knows it to the second."""
    if seconds < 57:
        return _("about %(n)s s") % {"n": max(5, 5 * round(seconds / 5))}
    minutes = max(1, round(seconds / 60))
    if minutes < 55:
        return _("about %(n)s min") % {"n": minutes}
    hours = max(1, round(minutes / 60))
    return ngettext("about an hour", "about %(n)s hours", hours) % {"n": hours}


def _rush(queued: list[Generation]) -> dict[int, Rush]:
    running = Generation.objects.filter(status=Status.RUNNING).count()
    models = {row.model for row in queued}
    limits = {model.pk: pace.most(model=model.pk, per_minute=model.per_minute) for model in models}
    limited = {pk for pk, limit in limits.items() if limit}
    limited |= {row.model_id for row in queued if row.waits_for == WaitsFor.PLACE}
    due: dict[int, list[datetime]] = {pk: [] for pk in limits}
    if limited:
        held = Generation.objects.filter(status=Status.QUEUED, waits_for=WaitsFor.PLACE, model__in=limited)
        for model_id, moment in held.values_list("model_id", "due_at"):
            if moment:
                due[model_id].append(moment)
    return {pk: Rush(running=running, per_minute=limits[pk], due=due[pk]) for pk in due}


def _silent(model: ImageModel) -> Wait:
    return Wait(words=_("Waits until %(model)s answers.") % {"model": model.label}, time="", silent=True)


def _wait(row: Generation, place: int, rush: Rush) -> Wait:
    usual_s = catalogue.expected_s(model=row.model, quality=row.run.quality)
    due_s = max(0.0, (row.due_at - timezone.now()).total_seconds()) if row.due_at else 0.0
    if row.waits_for == WaitsFor.PLACE and row.due_at:
        before = sum(moment < row.due_at for moment in rush.due)
        words = _("Waits for the model, which takes only so many a minute.")
        return Wait(words=words, time=about(max(due_s, _at_its_pace(before, rush)) + usual_s))
    if row.attempts and due_s:
        words = _("The model can’t be asked just now. Asking again soon.")
        if awaits(row.run):
            words = _("Waiting for the safety check, which does not answer just now. Asking again soon.")
        return Wait(words=words, time="")
    words = _("Next in line.") if place <= 1 else _("Number %(place)s in line.") % {"place": place}
    turn_s = usual_s * place / max(rush.running, settings.IN_FLIGHT_PER_USER)
    # The first of a minute go at once, unless others wait for the next minute already.
    go_at_once = 0 if rush.due else rush.per_minute or 0
    return Wait(words=words, time=about(max(turn_s, _at_its_pace(place - go_at_once, rush)) + usual_s))


def _at_its_pace(before: int, rush: Rush) -> float:
    return 60.0 * ceil(max(0, before) / rush.per_minute) if rush.per_minute else 0.0
