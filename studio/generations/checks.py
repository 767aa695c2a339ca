"""Nothing is sent that was not moderated: one verdict a run, kept on it, for all its frames."""

import logging
from concurrent.futures import Future
from functools import partial
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from studio import moderation, seals
from studio.failures import Failure
from studio.generations import desk, enclosures
from studio.models import Run

log = logging.getLogger(__name__)

_asked: Final = dict[int, "Future[moderation.Verdict]"]()  # what this process asks just now, by run


def check(*, run: Run) -> None:
    """Returns where the run's words may be sent. Raises Failure: refused, held back, or not to be known now.

    Frames of a run that two workers have at the same moment each get an answer; what refuses counts. A verdict is
    kept when moderation is turned off later.
    """
    if seals.holds(owner_id=run.owner_id):
        raise _refused(run) or Failure("held_back")
    if run.checked_at is None and settings.MODERATION:
        connection.close()  # nothing of the database is held while moderation thinks
        _keep(run, _verdict(run))
    if refused := _refused(run):
        raise refused


def awaited() -> Q:
    """Generations whose run has no verdict yet, though it needs one."""
    return Q(run__checked_at__isnull=True) if settings.MODERATION else Q(pk__in=())


def awaits(run: Run) -> bool:
    """The same of one run."""
    return run.checked_at is None and settings.MODERATION


def _verdict(run: Run) -> moderation.Verdict:
    """Asked once for all frames of a run that this process has at the same moment; they share a Failure, too."""
    mine: Future[moderation.Verdict] = Future()
    answer = _asked.setdefault(run.pk, mine)
    if answer is mine:
        try:
            mine.set_result(_ask(run))
        except BaseException as error:
            mine.set_exception(error)
        finally:
            del _asked[run.pk]
    return answer.result()


def _ask(run: Run) -> moderation.Verdict:
    """About all that its owner wrote, and what is drawn on the source: that may be words, too."""
    if run.markup_id is None:
        return moderation.ask(run.written, seed=f"{run.pk}")
    marked = desk.store(partial(enclosures.marked, run))
    return moderation.ask_of_picture(marked, words=run.written, seed=f"{run.pk}")


def _refused(run: Run) -> Failure | None:
    if not run.refused_for:
        return None
    return Failure("blocked_words", facts={"categories": run.refused_for, "marked": run.markup_id is not None})


def _keep(run: Run, verdict: moderation.Verdict) -> None:
    if not verdict.categories:
        run.checked_at = timezone.now()
        if not Run.objects.filter(pk=run.pk, checked_at__isnull=True).update(checked_at=run.checked_at):
            run.refresh_from_db(fields=["checked_at", "refused_for"])
        return
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(checked_at=timezone.now(), refused_for=verdict.told)
        if verdict.children:
            seals.close(run=run, categories=verdict.categories)
    run.refresh_from_db(fields=["checked_at", "refused_for"])
