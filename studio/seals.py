"""Runs that may be about the sexual abuse of children: sealed, their owner held back, and a way to report them.

Their words are for those alone who were given `handle_seal` by name; being a superuser is not enough. What has to be
done with them, and within which time: docs/RUNBOOK.md.
"""

import logging
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from studio.models import Disclosure, Image, Outcome, Run, Seal, Upload

log = logging.getLogger(__name__)

KEPT_REPORTED: Final = timedelta(days=366)  # a year, by 18 U.S.C. 2258A (h)


def close(*, run: Run, categories: tuple[str, ...]) -> None:
    """Seals a run, once."""
    _seal, new = Seal.objects.get_or_create(run=run, defaults={"categories": list(categories)})
    if new:
        tell(run)


def tell(sealed: Run | Upload) -> None:
    """Calls somebody who may handle it: as an error, which is what whoever watches is told of."""
    kind = sealed._meta.model_name
    log.error("%s %s is sealed: somebody of the group Child safety has to look at it", kind, sealed.uuid)


def may_handle(user: Any) -> bool:
    """Whether this member of staff was given the right, by a group or by name."""
    if not (isinstance(user, User) and user.is_active and user.is_staff):
        return False
    given = Q(group__user=user) | Q(user=user)
    return Permission.objects.filter(given, codename="handle_seal", content_type__app_label="studio").exists()


def holds(*, owner_id: int) -> bool:
    """Whether this person gets no pictures: a run or an upload of theirs is to be reviewed, or was reported."""
    runs = Seal.objects.filter(run__owner=OuterRef("pk")).exclude(outcome=Outcome.NO_REPORT)
    sealed = Upload.objects.filter(owner=OuterRef("pk"), sealed=True)
    return User.objects.filter(Exists(runs) | Exists(sealed), pk=owner_id).exists()


def kept() -> QuerySet[Run]:
    """The runs of which nothing may be removed, whoever asks: neither a purge nor the end of an account."""
    needed = Q(seal__outcome=Outcome.OPEN)
    reported = Q(seal__outcome=Outcome.REPORTED, seal__decided_at__gt=timezone.now() - KEPT_REPORTED)
    return Run.objects.filter(needed | reported)


def pictures_of(runs: QuerySet[Run]) -> QuerySet[Image]:
    """What was made of some runs, what went along with them, and what was drawn on that."""
    made, along, drawn = Q(generation__run__in=runs), Q(references__run__in=runs), Q(pk__in=runs.values("markup"))
    return Image.objects.filter(made | along | drawn).distinct()


def look(*, seal: Seal, by: User, reason: str) -> Disclosure:
    """Notes that somebody reads a sealed run now. It opens nothing for later."""
    disclosure = Disclosure.objects.create(run=seal.run, by=by, reason=reason)
    log.info("sealed run %s read by user %s, disclosure %s", seal.run.uuid, by.pk, disclosure.pk)
    return disclosure


def report(*, seal: Seal, by: User, reference: str) -> bool:
    """Notes that it was reported, under which number. False where it was decided before."""
    return _decide(seal, by, outcome=Outcome.REPORTED, reference=reference)


def release(*, seal: Seal, by: User, reason: str) -> bool:
    """Notes that it needs no report and lets its owner go on; its words stay sealed. False where decided before."""
    return _decide(seal, by, outcome=Outcome.NO_REPORT, reason=reason)


def suspend(*, seal: Seal, by: User) -> bool:
    """Closes the account of its owner. Not a superuser's: another superuser has to do that."""
    done = User.objects.filter(pk=seal.run.owner_id, is_active=True, is_superuser=False).update(is_active=False)
    if done:
        log.info("user %s suspended by user %s", seal.run.owner_id, by.pk)
    return bool(done)


def _decide(seal: Seal, by: User, **what: str) -> bool:
    open_ = Seal.objects.filter(pk=seal.pk, outcome=Outcome.OPEN)
    done = open_.update(decided_at=timezone.now(), decided_by=by, **what)
    if done:
        log.info("sealed run %s: %s, by user %s", seal.run.uuid, what["outcome"], by.pk)
    return bool(done)
