"""A wallet's entries for its reader, newest first, with what each was for.

What a cause means is known by the app that wrote it: it registers a describer under the cause's prefix
(`describers["run"] = ...` at start). A describer gets what stands behind the prefix ("118" of "run:118"), all of a page
at once, and answers by the same; what it leaves out is shown by the entry's own words.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch, QuerySet, TextChoices
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credits import purchases
from credits.models import Allocation, Entry, EntryKind, Lot, Wallet

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a credit went for. `number` is the name that people say (118 or 118-3); no full stop after any of them."""

    title: str
    detail: str = ""
    url: str = ""
    thumb_url: str = ""
    number: str = ""


describers: dict[str, Callable[[list[str]], Mapping[str, Description]]] = {}
# What a reader types to find something, such as 118-3, becomes causes; an app that knows none of that name answers [].
finders: list[Callable[[Wallet, str], list[str]]] = []


class Show(TextChoices):
    """Which entries the reader wants to see."""

    ALL = "all", gettext_lazy("All")
    SPENT = "spent", gettext_lazy("Spent")
    BACK = "back", gettext_lazy("Came back")
    BOUGHT = "bought", gettext_lazy("Bought")
    GIVEN = "given", gettext_lazy("Given")
    ENDED = "ended", gettext_lazy("Ended")
    TAKEN = "taken", gettext_lazy("Taken back")


KINDS = {
    Show.ALL: list(EntryKind),
    Show.SPENT: [EntryKind.DEBIT],
    Show.BACK: [EntryKind.REFUND],
    Show.BOUGHT: [EntryKind.PURCHASE, EntryKind.PLAN],
    Show.GIVEN: [EntryKind.GRANT],
    Show.ENDED: [EntryKind.EXPIRY],
    Show.TAKEN: [EntryKind.CLAWBACK, EntryKind.ADJUSTMENT],
}


ICONS = {
    EntryKind.DEBIT: "image",
    EntryKind.REFUND: "undo-2",
    EntryKind.EXPIRY: "clock",
    EntryKind.PURCHASE: "receipt",
    EntryKind.PLAN: "receipt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry with its words: what it was for, its day, and which lots it drew from or filled."""

    entry: Entry
    what: Description
    day: str
    lots: str

    @property
    def icon(self) -> str:
        """What stands where there is no picture."""
        return ICONS.get(EntryKind(self.entry.kind), "plus" if self.entry.credits > 0 else "minus")

    @property
    def amount(self) -> str:
        """The credits with a sign that lines up in a column."""
        sign = "+" if self.entry.credits > 0 else "−"
        return sign + number_format(abs(self.entry.credits), force_grouping=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the statement; `older` is what the next page is asked for with, None at the end."""

    rows: list[Row]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the reader wants to see: of which kinds, since and until when, and of which run or frame."""

    show: Show = Show.ALL
    since: datetime | None = None
    until: datetime | None = None
    find: str = ""

    def of(self, wallet: Wallet) -> QuerySet[Entry]:
        """Those entries, newest first."""
        entries = wallet.entries.filter(kind__in=KINDS[self.show]).order_by("-id")
        if self.since:
            entries = entries.filter(created_at__gte=self.since)
        if self.until:
            entries = entries.filter(created_at__lt=self.until)
        if self.find:
            entries = entries.filter(cause__in=[cause for find in finders for cause in find(wallet, self.find)])
        return entries


def page(*, wallet: Wallet, asked: Asked | None = None, before: int | None = None, size: int | None = None) -> Page:
    """The entries before the one with that id, or the newest."""
    size = size or PAGE
    entries = (asked or Asked()).of(wallet)
    if before is not None:
        entries = entries.filter(id__lt=before)
    parts = Allocation.objects.select_related("lot").order_by("id")
    found = list(entries.prefetch_related(Prefetch("allocations", parts))[: size + 1])
    older = found[size - 1].pk if len(found) > size else None
    return Page(rows=rows_of(found[:size]), older=older)


def has(*, wallet: Wallet, show: Show) -> bool:
    """Whether the wallet has any entry of these kinds."""
    return wallet.entries.filter(kind__in=KINDS[show]).exists()


def rows_of(entries: list[Entry]) -> list[Row]:
    """The entries with their words, in the same order; their allocations and lots are prefetched."""
    what = describe(entries)
    names = lot_names({part.lot_id for entry in entries for part in entry.allocations.all()})
    return [
        Row(
            entry=entry,
            what=bought(entry, names) or what[entry.pk],
            day=day_name(entry.created_at),
            lots=lot_words(entry, names),
        )
        for entry in entries
    ]


def describe(entries: Iterable[Entry]) -> dict[int, Description]:
    """What each entry was for, by its id: one call a prefix, however many entries."""
    entries = list(entries)
    asked: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        prefix, reference = split(entry.cause)
        asked[prefix].append(reference)
    answers = {prefix: describers[prefix](asked[prefix]) for prefix in asked.keys() & describers.keys()}
    return {entry.pk: described(entry, answers) for entry in entries}


def described(entry: Entry, answers: Mapping[str, Mapping[str, Description]]) -> Description:
    """The describer's answer with the entry's note where it leaves room, or the entry's own words."""
    prefix, reference = split(entry.cause)
    own_words = Description(title=entry.get_kind_display(), detail=entry.note)
    found = answers.get(prefix, {}).get(reference, own_words)
    return replace(found, detail=found.detail or entry.note)


def bought(entry: Entry, names: Mapping[int, Description]) -> Description | None:
    """What was bought is called after its lot, which knows its payment; None for what is no purchase."""
    if entry.kind not in (EntryKind.PURCHASE, EntryKind.PLAN):
        return None
    found = next((names[part.lot_id] for part in entry.allocations.all()), None)
    return replace(found, detail=found.detail or entry.note) if found else None


def split(cause: str) -> tuple[str, str]:
    """ "run:118" is "run" and "118"."""
    prefix, _colon, reference = cause.partition(":")
    return prefix, reference


def welcomes(references: list[str]) -> dict[str, Description]:
    """The one cause that this app knows itself."""
    return {reference: Description(title=_("Welcome credits")) for reference in references}


def owed(references: list[str]) -> dict[str, Description]:
    """What was owed of a purchase that was paid back, and was taken from what came next."""
    return {reference: Description(title=_("Taken for what was owed")) for reference in references}


describers |= {"welcome": welcomes, "shortfall": owed}


def lot_names(lot_ids: Iterable[int]) -> dict[int, Description]:
    """What each lot is called: after its payment, or the entry that opened it.

    A refund's own words tell of a picture, not of a lot.
    """
    lot_ids = set(lot_ids)
    paid = Lot.objects.filter(pk__in=lot_ids, payment__isnull=False, follows__isnull=True)
    sold = {
        lot.pk: Description(title=purchases.name(lot), detail=purchases.words(lot))
        for lot in paid.select_related("payment__price__plan", "payment__price__pack")
    }
    openings = Allocation.objects.filter(lot__in=lot_ids, credits__gt=0).order_by("lot_id", "id").distinct("lot_id")
    by_lot = {part.lot_id: part.entry for part in openings.select_related("entry")}
    named = describe(entry for entry in by_lot.values() if entry.kind != EntryKind.REFUND)
    came_back = Description(title=str(EntryKind.REFUND.label))
    return {lot_id: named.get(entry.pk, came_back) for lot_id, entry in by_lot.items()} | sold


def lot_words(entry: Entry, names: Mapping[int, Description]) -> str:
    """Where the credits came from, went back to, or when they end."""
    parts = list(entry.allocations.all())
    lots = ", ".join(dict.fromkeys(names[part.lot_id].title for part in parts))
    if entry.kind == EntryKind.EXPIRY:
        whole = sum(part.lot.credits for part in parts)
        return _("%(left)s of %(all)s of %(lots)s not used") % {"left": -entry.credits, "all": whole, "lots": lots}
    if entry.credits < 0:
        return _("From %(lots)s") % {"lots": lots}
    if entry.kind == EntryKind.REFUND:
        return _("Back to %(lots)s") % {"lots": lots}
    ends = [part.lot.expires_at for part in parts if part.lot.expires_at]
    return _("Ends %(day)s") % {"day": short_date(ends[0])} if ends else ""


def day_name(moment: datetime) -> str:
    """The head over a day's entries: Today, Yesterday, 21 November."""
    days_ago = (timezone.localdate() - timezone.localdate(moment)).days
    near: dict[int, str] = {0: _("Today"), 1: _("Yesterday")}
    return near.get(days_ago) or short_date(moment)


def short_date(moment: datetime) -> str:
    """21 November, and with the year where it is another."""
    day = timezone.localdate(moment)
    return date_format(day, "j F" if day.year == timezone.localdate().year else "j F Y")
