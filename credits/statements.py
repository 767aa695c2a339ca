"""A wallet's entries for its reader, newest first, with what each was for.

What a cause means is known by the app that wrote it: it registers a describer under the cause's prefix
(`describers["run"] = ...` at start). A describer gets what stands behind the prefix ("118" of "run:118"), all of a page
at once, and answers by the same; what it leaves out is shown by the entry's own words.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch, TextChoices
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credits.models import Allocation, Entry, EntryKind, Wallet

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


class Show(TextChoices):
    """Which entries the reader wants to see."""

    ALL = "all", gettext_lazy("All")
    SPENT = "spent", gettext_lazy("Spent")
    BACK = "back", gettext_lazy("Came back")
    GIVEN = "given", gettext_lazy("Given")


KINDS = {
    Show.ALL: list(EntryKind),
    Show.SPENT: [EntryKind.DEBIT],
    Show.BACK: [EntryKind.REFUND],
    Show.GIVEN: [EntryKind.GRANT],
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
        return {EntryKind.DEBIT: "image", EntryKind.REFUND: "undo-2", EntryKind.EXPIRY: "clock"}.get(
            EntryKind(self.entry.kind), "plus" if self.entry.credits > 0 else "minus"
        )

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


def page(*, wallet: Wallet, show: Show = Show.ALL, before: int | None = None) -> Page:
    """The entries before the one with that id, or the newest."""
    entries = wallet.entries.filter(kind__in=KINDS[show]).order_by("-id")
    if before is not None:
        entries = entries.filter(id__lt=before)
    parts = Allocation.objects.select_related("lot").order_by("id")
    found = list(entries.prefetch_related(Prefetch("allocations", parts))[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return Page(rows=rows_of(found[:PAGE]), older=older)


def rows_of(entries: list[Entry]) -> list[Row]:
    """The entries with their words, in the same order; their allocations and lots are prefetched."""
    what = describe(entries)
    names = lot_names({part.lot_id for entry in entries for part in entry.allocations.all()})
    return [
        Row(entry=entry, what=what[entry.pk], day=day_name(entry.created_at), lots=lot_words(entry, names))
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


def split(cause: str) -> tuple[str, str]:
    """ "run:118" is "run" and "118"."""
    prefix, _colon, reference = cause.partition(":")
    return prefix, reference


def welcomes(references: list[str]) -> dict[str, Description]:
    """The one cause that this app knows itself."""
    return {reference: Description(title=_("Welcome credits")) for reference in references}


describers["welcome"] = welcomes


def lot_names(lot_ids: Iterable[int]) -> dict[int, Description]:
    """What each lot is called, after the entry that opened it. A refund's own words tell of a picture, not of a lot."""
    openings = Allocation.objects.filter(lot__in=lot_ids, credits__gt=0).order_by("lot_id", "id").distinct("lot_id")
    by_lot = {part.lot_id: part.entry for part in openings.select_related("entry")}
    named = describe(entry for entry in by_lot.values() if entry.kind != EntryKind.REFUND)
    came_back = Description(title=str(EntryKind.REFUND.label))
    return {lot_id: named.get(entry.pk, came_back) for lot_id, entry in by_lot.items()}


def lot_words(entry: Entry, names: Mapping[int, Description]) -> str:
    """Where the credits came from, went back to, or when they end."""
    parts = list(entry.allocations.all())
    lots = ", ".join(dict.fromkeys(names[part.lot_id].title for part in parts))
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
