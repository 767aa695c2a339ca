"""The operator's view of the ledger: everything to read, two things to do: give, and take back what was given.

What a cause means is known by the app that wrote it: it registers where its rows are found (`places["run"] = ...`).
"""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from accounts.admin import UserAdmin
from accounts.models import User
from credits import ledger, statements
from credits.forms import GrantForm, TakeBackForm
from credits.models import Entry, EntryKind, Lot, Wallet, Welcome

places: Final[dict[str, Callable[[str], str]]] = {}


class ReadOnlyAdmin(ModelAdmin):
    """Rows that only the ledger writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: the ledger writes."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: the ledger writes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: the ledger only grows."""
        return False


@admin.register(Wallet)
class WalletAdmin(ReadOnlyAdmin):
    """Wallets, each with its entries, its lots and the grant."""

    list_display = ("owner", "balance", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "=uuid")
    fields = ("owner", "uuid", "balance", "spendable", "created_at", "ledger_links")
    readonly_fields = ("spendable", "ledger_links")
    actions_detail = ("grant",)

    @admin.display(description=gettext_lazy("can be spent"))
    def spendable(self, wallet: Wallet) -> int:
        """The balance without lots that have ended."""
        return ledger.spendable(lots=wallet.lots.all())

    @admin.display(description=gettext_lazy("ledger"))
    def ledger_links(self, wallet: Wallet) -> str:
        """Where this wallet's rows are listed."""
        where = f"?wallet__id__exact={wallet.pk}"
        return format_html(
            '<a class="underline" href="{}{}">{}</a> <a class="underline" href="{}{}">{}</a>',
            reverse("admin:credits_entry_changelist"), where, _("Entries"),
            reverse("admin:credits_lot_changelist"), where, _("Lots"),
        )  # fmt: skip

    @action(description=gettext_lazy("Grant credits"), url_path="grant", permissions=["grant_credits"], icon="add")
    def grant(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A form for the amount and the reason; posted twice, it gives once."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        wallet = get_object_or_404(Wallet.objects.select_related("owner"), pk=object_id)
        form = GrantForm(request.POST or None)
        if form.is_valid() and self.granted(request, wallet, form):
            return redirect("admin:credits_wallet_change", wallet.pk)
        words = ngettext(
            "%(owner)s has %(n)s credit. What is given can be taken back from its entry, as far as it is not spent.",
            "%(owner)s has %(n)s credits. What is given can be taken back from its entry, as far as it is not spent.",
            wallet.balance,
        )
        message = words % {"owner": wallet.owner, "n": wallet.balance}
        return ask(self, request, form, title=_("Grant credits"), message=message)

    def has_grant_credits_permission(self, request: HttpRequest, object_id: str = "") -> bool:
        """Who may give credits away."""
        return request.user.has_perm("credits.grant_credits")

    def granted(self, request: HttpRequest, wallet: Wallet, form: GrantForm) -> bool:
        """Gives what the form says and tells so; False with the form's error when its key gave something else."""
        assert request.user.is_authenticated
        given = form.cleaned_data
        try:
            entry = ledger.grant(
                wallet=wallet,
                credits=given["credits"],
                cause=f"grant:{given['key']}",
                note=given["reason"],
                by=request.user,
                expires_at=given["ends_on"],
            )
        except ledger.CauseTaken as taken:
            form.add_error(
                None, _("This form has given %(n)s credits already. Open it anew.") % {"n": taken.entry.credits}
            )
            return False
        words = ngettext("%(n)s credit given to %(owner)s.", "%(n)s credits given to %(owner)s.", entry.credits)
        messages.success(request, words % {"n": entry.credits, "owner": wallet.owner})
        return True


def ask(page: ModelAdmin, request: HttpRequest, form: forms.Form, *, title: str, message: str) -> HttpResponse:
    """A page with the form, a sentence above it, and the title on its button."""
    context: dict[str, Any] = {
        **page.admin_site.each_context(request),
        "title": title,
        "balance": message,
        "opts": page.opts,
        "form": form,
        "media": page.media + form.media,
    }
    return TemplateResponse(request, "credits/admin/ask.html", context)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Every movement of every balance."""

    list_display = ("created_at", "owner", "kind", "credits", "balance_after", "went_for", "note", "by")
    list_filter = ("kind",)
    search_fields = ("wallet__owner__email", "=cause")
    ordering = ("-id",)
    fields = (
        "created_at", "wallet_link", "kind", "credits", "balance_after", "whole_cause", "note", "by", "undoes", "parts"
    )  # fmt: skip
    readonly_fields = ("wallet_link", "whole_cause", "undoes", "parts")
    show_full_result_count = False
    actions_detail = ("take_back",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """With the people of a page in the same query."""
        entries: QuerySet[Entry] = super().get_queryset(request)
        return entries.select_related("wallet__owner", "by", "reverses")

    @admin.display(description=gettext_lazy("owner"), ordering="wallet__owner__email")
    def owner(self, entry: Entry) -> str:
        """Whose wallet it is."""
        return entry.wallet.owner.email

    @admin.display(description=gettext_lazy("wallet"))
    def wallet_link(self, entry: Entry) -> str:
        """The wallet whose balance it moved."""
        where = reverse("admin:credits_wallet_change", args=[entry.wallet_id])
        return format_html('<a href="{}">{}</a>', where, entry.wallet.owner.email)

    @admin.display(description=gettext_lazy("cause"), ordering="cause")
    def went_for(self, entry: Entry) -> str:
        """What moved it, with the way to it where some app knows one; the end of a long name is left to its page."""
        prefix, reference = statements.split(entry.cause)
        return cause_link(entry, f"{prefix} {reference[:8]}")

    @admin.display(description=gettext_lazy("cause"))
    def whole_cause(self, entry: Entry) -> str:
        """The same with the name at full length."""
        return cause_link(entry, entry.cause)

    @admin.display(description=gettext_lazy("goes with"), empty_value="–")
    def undoes(self, entry: Entry) -> str:
        """The debit that a refund belongs to, or the entry that undid this one."""
        again = ledger.taken_back(granted=entry) if entry.kind == EntryKind.GRANT else None
        words = _("undone by %(entry)s") if again else "%(entry)s"
        other = again or entry.reverses
        if other is None:
            return ""
        where = reverse("admin:credits_entry_change", args=[other.pk])
        return format_html('<a href="{}">{}</a>', where, words % {"entry": in_words(other)})

    @admin.display(description=gettext_lazy("lots"))
    def parts(self, entry: Entry) -> str:
        """How much of it went into or came out of which lot."""
        return ", ".join(f"#{part.lot_id}: {part.credits:+}" for part in entry.allocations.order_by("id"))

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[UnfoldAction]:
        """What can't be taken back has no button."""
        found: list[UnfoldAction] = super().get_actions_detail(request, object_id)
        return found if lot_to_take(Entry.objects.filter(pk=object_id).first()) else []

    def has_take_back_permission(self, request: HttpRequest, object_id: str = "") -> bool:
        """Who may give may take back."""
        return request.user.has_perm("credits.grant_credits")

    @action(description=gettext_lazy("Take back"), url_path="take-back", permissions=["take_back"], icon="undo")
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A form for how much and why; a grant is taken back once."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        entry = get_object_or_404(Entry.objects.select_related("wallet__owner"), pk=object_id)
        here = redirect("admin:credits_entry_change", entry.pk)
        lot = lot_to_take(entry)
        if lot is None:
            messages.error(request, _("Nothing of it can be taken back: no grant, or spent or taken back already."))
            return here
        form = TakeBackForm(request.POST or None, lot=lot)
        if form.is_valid():
            self.took_back(request, entry, form)
            return here
        words = _("%(owner)s was given %(given)s credits, and %(left)s of them are left. They are taken back once.")
        message = words % {"owner": entry.wallet.owner, "given": entry.credits, "left": lot.remaining}
        return ask(self, request, form, title=_("Take back"), message=message)

    def took_back(self, request: HttpRequest, entry: Entry, form: TakeBackForm) -> None:
        """Takes what the form says and tells how much it was."""
        assert isinstance(request.user, User)
        given = form.cleaned_data
        try:
            taken = ledger.take_back(granted=entry, credits=given["credits"], note=given["reason"], by=request.user)
        except ledger.NothingLeft:
            messages.error(request, _("All of it was spent in between. Nothing was taken back."))
            return
        words = ngettext(
            "%(n)s credit taken back from %(owner)s.", "%(n)s credits taken back from %(owner)s.", -taken.credits
        )
        messages.success(request, words % {"n": -taken.credits, "owner": entry.wallet.owner})


def lot_to_take(entry: Entry | None) -> Lot | None:
    """The lot of a grant of which something is left, if it was not taken back before."""
    if entry is None or entry.kind != EntryKind.GRANT or ledger.taken_back(granted=entry):
        return None
    return Lot.objects.filter(allocations__entry=entry, remaining__gt=0).first()


def cause_link(entry: Entry, words: str) -> str:
    """The words, as a link where some app knows the cause."""
    prefix, reference = statements.split(entry.cause)
    return format_html('<a href="{}">{}</a>', places[prefix](reference), words) if prefix in places else words


def in_words(entry: Entry) -> str:
    """Spent, −16 on 24 November."""
    return f"{entry.get_kind_display()}, {entry.credits:+}, {statements.short_date(entry.created_at)}"


def place_of_entry(reference: str) -> str:
    """The page of the grant that a correction undoes."""
    return reverse("admin:credits_entry_change", args=[reference])


places["entry"] = place_of_entry


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    """What balances are made of."""

    list_display = ("id", "owner", "kind", "remaining", "credits", "starts_at", "expires_at", "voided_at")
    list_filter = ("kind",)
    search_fields = ("wallet__owner__email",)
    ordering = ("-id",)
    readonly_fields = ("came_with",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lot]:
        """With the owners of a page in the same query."""
        lots: QuerySet[Lot] = super().get_queryset(request)
        return lots.select_related("wallet__owner")

    @admin.display(description=gettext_lazy("owner"), ordering="wallet__owner__email")
    def owner(self, lot: Lot) -> str:
        """Whose wallet it lies in."""
        return lot.wallet.owner.email

    @admin.display(description=gettext_lazy("came with"))
    def came_with(self, lot: Lot) -> str:
        """The entry that opened it."""
        part = lot.allocations.select_related("entry").earliest("id")
        where = reverse("admin:credits_entry_change", args=[part.entry_id])
        return format_html('<a href="{}">{}</a>', where, in_words(part.entry))


@admin.display(description=gettext_lazy("welcome credits"), empty_value="–")
def welcomed(person: User) -> str:
    """Whether they were given, and why not."""
    found = Welcome.objects.filter(owner=person).first()
    return str(found or "")


UserAdmin.fields = (*UserAdmin.fields, welcomed)
UserAdmin.readonly_fields = (*UserAdmin.readonly_fields, welcomed)
