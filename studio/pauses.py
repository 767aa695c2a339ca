"""A person whose words are refused again and again: past so many a day, no more are taken until the first is a day old.

Each refused picture gives its credits back, and the house may have paid for it. Nothing is charged during the pause.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from studio.failures import KINDS
from studio.models import Generation, Status

A_DAY: Final = timedelta(days=1)
REFUSED: Final = tuple(code for code, kind in KINDS.items() if kind.edit_words)


def until(*, user: User) -> datetime | None:
    """When this person's words are taken again; None where they are."""
    return ends(next(iter(nth_refusal(user=user)), (None,))[0])


def nth_refusal(*, user: User) -> QuerySet[Generation, tuple[datetime | None]]:
    """When the one was refused that may be the last of a day, as a row of one; none where there were fewer."""
    nth = settings.REFUSED_REFUNDS_A_DAY
    return _refused(user).order_by("-ended_at").values_list("ended_at")[nth - 1 : nth]


def ends(refused_at: datetime | None) -> datetime | None:
    """When the pause is over that this refusal began."""
    return refused_at + A_DAY if refused_at else None


def refused_today(*, user: User) -> int:
    """How many of this person's pictures were refused, and their credits came back, in the last 24 hours."""
    return _refused(user).count()


def words(moment: datetime) -> str:
    """Why a press is refused, and until when."""
    said = _("The safety check has refused %(n)s of your frames within a day, and all their credits are back.")
    then = _("You can make frames again from %(time)s on %(day)s; nothing is charged until then.")
    at = localtime(moment)
    facts = {"n": settings.REFUSED_REFUNDS_A_DAY, "time": date_format(at, "H:i"), "day": date_format(at, "j F")}
    return f"{said} {then}" % facts


def _refused(user: User) -> QuerySet[Generation]:
    failed = Generation.objects.filter(status=Status.FAILED, error_code__in=REFUSED, credits__gt=0)
    return failed.filter(run__owner=user, ended_at__gt=Now() - A_DAY)
