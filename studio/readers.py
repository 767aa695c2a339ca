"""What pages say of whoever reads them, in one statement: credits, frames under way, and a pause."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet, Subquery

from accounts.models import User
from credits import ledger
from studio import pauses
from studio.models import Generation, Status


@dataclass(frozen=True, kw_only=True)
class Reader:
    """`making`: frames under way; `paused_until`: no press is taken before, None where they are."""

    balance: int
    making: int
    paused_until: datetime | None


def of(*, user: User) -> Reader:
    """The facts as they are now."""
    making = under_way(user=user).order_by().values("run__owner").annotate(count=Count("pk")).values("count")
    facts = (Subquery(ledger.spendable_in_sql(user=user)), Subquery(making), Subquery(pauses.nth_refusal(user=user)))
    balance, count, refused_at = User.objects.filter(pk=user.pk).values_list(*facts).get()
    return Reader(balance=balance or 0, making=count or 0, paused_until=pauses.ends(refused_at))


def under_way(*, user: User) -> QuerySet[Generation]:
    """A user's frames that have not ended."""
    return Generation.objects.filter(run__owner=user, status__in=(Status.QUEUED, Status.RUNNING))
