"""What is told of frames that wait: for what, and about how long until the picture is there."""

from collections.abc import Iterable
from dataclasses import dataclass

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


def of(*, generations: Iterable[Generation]) -> dict[int, Wait]:
    """What each queued generation waits for, by its id."""
    queued = [generation for generation in generations if generation.status == Status.QUEUED]
    if not queued:
        return {}
    line, down = places(generations=queued), breaker.down()
    running = Generation.objects.filter(status=Status.RUNNING).count()
    limits = {model.pk: pace.most(model=model.pk, per_minute=model.per_minute) for model in _models(queued)}
    return {
        row.pk: _silent(row.model) if row.model_id in down else _wait(row, line[row.pk], running, limits[row.model_id])
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


def _models(rows: list[Generation]) -> set[ImageModel]:
    return {row.model for row in rows}


def _silent(model: ImageModel) -> Wait:
    return Wait(words=_("Waits until %(model)s answers.") % {"model": model.label}, time="", silent=True)


def _wait(row: Generation, place: int, running: int, per_minute: int | None) -> Wait:
    usual_s = catalogue.expected_s(model=row.model, quality=row.run.quality)
    due_s = max(0.0, (row.due_at - timezone.now()).total_seconds()) if row.due_at else 0.0
    if row.waits_for == WaitsFor.PLACE:
        # Whoever waits for a place may have to look several times; who is before it goes at the model's pace.
        turn_s = max(due_s, 60 * _before(row) / per_minute if per_minute else 0.0)
        return Wait(
            words=_("Waits for a place at the model, which makes so many a minute."), time=about(turn_s + usual_s)
        )
    if row.attempts and due_s:
        if awaits(row.run):
            words = _("Waiting for the safety check, which does not answer just now. Asking again soon.")
        else:
            words = _("The model can’t be asked just now. Asking again soon.")
        return Wait(words=words, time="")
    words = _("Next in line.") if place <= 1 else _("Number %(place)s in line.") % {"place": place}
    at_once = max(running, settings.IN_FLIGHT_PER_USER)
    turn_s = usual_s * place / at_once
    if per_minute:
        turn_s = max(turn_s, 60 * ((place - 1) // per_minute))
    return Wait(words=words, time=about(turn_s + usual_s))


def _before(row: Generation) -> int:
    waiting = Generation.objects.filter(model_id=row.model_id, status=Status.QUEUED, waits_for=WaitsFor.PLACE)
    return waiting.filter(due_at__lt=row.due_at).count()
