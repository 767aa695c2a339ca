"""What a monitor reads of the ledger: whether it added up when it was last read over, and what came back lately."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric

from credits.models import Audit, Entry, EntryKind


class Ledger:
    """Asks the database whenever it is read."""

    def collect(self) -> Iterable[Metric]:
        """All of it; nothing of the audit before the first one."""
        since = timezone.now() - timedelta(hours=1)
        back = Entry.objects.filter(kind=EntryKind.REFUND, created_at__gte=since).aggregate(sum=Sum("credits"))["sum"]
        yield Gauge("gptimage_credits_refunded_last_hour", "Credits that came back in the last hour.", value=back or 0)
        audit = Audit.objects.order_by("-id").first()
        if audit is not None:
            yield Gauge(
                "gptimage_ledger_wallets_adrift",
                "Wallets that did not add up when the ledger was last read over.",
                value=audit.wallets_adrift,
            )
            yield Gauge(
                "gptimage_ledger_checked_timestamp_seconds",
                "When the ledger was last read over, which is once a day.",
                value=audit.checked_at.timestamp(),
            )
