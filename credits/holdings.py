"""What a balance is made of, for its reader: lots in the order in which they are spent, and what was spent lately."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from credits import ledger, statements
from credits.models import EntryKind, Lot, Wallet
from credits.statements import Description

SHADES = 5
GAP = 0.3  # per cent of the bar, between two lots
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A lot with its name, its shade of ink and its place in the bar: all that it once held, and of that what is left.

    In per cent of the whole bar, as an SVG takes it.
    """

    lot: Lot
    title: str
    note: str
    shade: int
    bar_x: str
    bar_width: str
    bar_left: str

    @property
    def came(self) -> str:
        """How and when it came."""
        day = statements.short_date(self.lot.created_at)
        return _("%(kind)s on %(day)s") % {"kind": self.lot.get_kind_display(), "day": day}

    @property
    def ends(self) -> str:
        """Its last day."""
        return statements.short_date(self.lot.expires_at) if self.lot.expires_at else _("no end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """`ended` lots still hold credits that can no longer be spent; `spent` and `back` count the last 30 days."""

    balance: int
    lots: list[Holding]
    ended: list[Holding]
    spent: int
    back: int

    @property
    def net(self) -> int | None:
        """What was spent for good, None where more came back than was spent: that was paid before."""
        return self.spent - self.back if self.spent >= self.back else None

    @property
    def ends_next(self) -> Holding | None:
        """The lot that ends soonest, if any does."""
        return next((holding for holding in self.lots if holding.lot.expires_at), None)


def of(*, wallet: Wallet) -> Holdings:
    """What the wallet holds at this moment."""
    open_lots = list(ledger.in_spending_order(wallet.lots.all()))
    ended_lots = list(wallet.lots.filter(remaining__gt=0, expires_at__lte=Now()).order_by("-expires_at"))
    names = statements.lot_names(lot.pk for lot in open_lots + ended_lots)
    return Holdings(
        balance=sum(lot.remaining for lot in open_lots),
        lots=list(in_the_bar(open_lots, names)),
        ended=list(in_the_bar(ended_lots, names)),
        spent=-lately(wallet, EntryKind.DEBIT),
        back=lately(wallet, EntryKind.REFUND),
    )


def in_the_bar(lots: list[Lot], names: Mapping[int, Description]) -> Iterator[Holding]:
    """The lots side by side, each as wide as it was when full."""
    total = sum(lot.credits for lot in lots)
    start = 0
    for place, lot in enumerate(lots):
        gap = GAP if place else 0.0
        x, width = 100 * start / total + gap, max(100 * lot.credits / total - gap, GAP)
        yield Holding(
            lot=lot,
            title=names[lot.pk].title,
            note=names[lot.pk].detail,
            shade=min(place, SHADES - 1),
            bar_x=f"{x:.2f}",
            bar_width=f"{width:.2f}",
            bar_left=f"{width * lot.remaining / lot.credits:.2f}",
        )
        start += lot.credits


def lately(wallet: Wallet, kind: EntryKind) -> int:
    """The sum of the wallet's entries of that kind in the last 30 days."""
    recent = wallet.entries.filter(kind=kind, created_at__gte=timezone.now() - LATELY)
    total: int | None = recent.aggregate(total=Sum("credits"))["total"]
    return total or 0
