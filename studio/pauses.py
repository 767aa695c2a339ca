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
    ends = _refused(user).order_by("-ended_at").values_list("ended_at", flat=True)
    nth: datetime | None = next(iter(ends[settings.REFUSED_REFUNDS_A_DAY - 1 : settings.REFUSED_REFUNDS_A_DAY]), None)
    return nth + A_DAY if nth else None


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
