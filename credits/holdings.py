"""What a balance is made of, for its reader: lots in the order in which they are spent, and what was spent lately."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from credits import ledger, statements
from credits.models import Lot, Wallet
from credits.statements import Description

SHADES = 5
GAP = 0.3  # per cent of the bar, between two lots
# Credits that are taken and may come back yet: what the apps above say of a wallet.
under_way: list[Callable[[Wallet], int]] = []


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
    def starts(self) -> str:
        """Its first day."""
        return statements.short_date(self.lot.starts_at)

    @property
    def ends(self) -> str:
        """Its last day."""
        return statements.short_date(self.lot.expires_at) if self.lot.expires_at else _("no end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """`ended`, `held` (their payment is disputed) and `coming` lots hold credits that can't be spent now.

    `making` is taken already and comes back where no frame is delivered;
    `owed` is taken from what comes next.
    """

    balance: int
    lots: list[Holding]
    ended: list[Holding]
    held: list[Holding]
    coming: list[Holding]
    making: int
    owed: int

    @property
    def ends_next(self) -> Holding | None:
        """The lot that ends soonest, if any does."""
        return next((holding for holding in self.lots if holding.lot.expires_at), None)


def of(*, wallet: Wallet) -> Holdings:
    """What the wallet holds at this moment."""
    open_lots = list(ledger.in_spending_order(wallet.lots.all()))
    spendable = {lot.pk for lot in open_lots}
    full = wallet.lots.filter(remaining__gt=0, voided_at__isnull=True).order_by("starts_at", "id")
    rest = [lot for lot in full if lot.pk not in spendable]
    now = timezone.now()
    held = [lot for lot in rest if lot.held_at]
    coming = [lot for lot in rest if not lot.held_at and lot.starts_at > now]
    ended_lots = [lot for lot in rest if lot not in held and lot not in coming]
    names = statements.lot_names(lot.pk for lot in open_lots + ended_lots + held + coming)
    return Holdings(
        balance=sum(lot.remaining for lot in open_lots),
        lots=list(in_the_bar(open_lots, names)),
        ended=list(in_the_bar(ended_lots, names)),
        held=list(in_the_bar(held, names)),
        coming=list(in_the_bar(coming, names)),
        making=sum(count(wallet) for count in under_way),
        owed=ledger.owed(wallet=wallet),
    )


def open_now(*, wallet: Wallet) -> list[Holding]:
    """The lots that can be spent from, in that order, with their names and no more."""
    lots = list(ledger.in_spending_order(wallet.lots.all()))
    return list(in_the_bar(lots, statements.lot_names(lot.pk for lot in lots)))


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
