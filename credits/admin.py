"""The operator's view of the ledger: everything to read, one thing to do."""

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
from unfold.decorators import action

from credits import ledger
from credits.forms import GrantForm
from credits.models import Entry, Lot, Wallet


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
        context = {
            **self.admin_site.each_context(request),
            "title": _("Grant credits"),
            "opts": self.opts,
            "wallet": wallet,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "credits/admin/grant.html", context)

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


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Every movement of every balance."""

    list_display = ("created_at", "owner", "kind", "credits", "balance_after", "cause", "note", "by")
    list_filter = ("kind",)
    search_fields = ("wallet__owner__email", "=cause")
    ordering = ("-id",)
    fields = ("created_at", "wallet", "kind", "credits", "balance_after", "cause", "note", "by", "reverses", "parts")
    readonly_fields = ("parts",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """With the people of a page in the same query."""
        entries: QuerySet[Entry] = super().get_queryset(request)
        return entries.select_related("wallet__owner", "by", "reverses")

    @admin.display(description=gettext_lazy("owner"), ordering="wallet__owner__email")
    def owner(self, entry: Entry) -> str:
        """Whose wallet it is."""
        return entry.wallet.owner.email

    @admin.display(description=gettext_lazy("lots"))
    def parts(self, entry: Entry) -> str:
        """How much of it went into or came out of which lot."""
        return ", ".join(f"#{part.lot_id}: {part.credits:+}" for part in entry.allocations.order_by("id"))


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    """What balances are made of."""

    list_display = ("id", "owner", "kind", "remaining", "credits", "starts_at", "expires_at", "voided_at")
    list_filter = ("kind",)
    search_fields = ("wallet__owner__email",)
    ordering = ("-id",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lot]:
        """With the owners of a page in the same query."""
        lots: QuerySet[Lot] = super().get_queryset(request)
        return lots.select_related("wallet__owner")

    @admin.display(description=gettext_lazy("owner"), ordering="wallet__owner__email")
    def owner(self, lot: Lot) -> str:
        """Whose wallet it lies in."""
        return lot.wallet.owner.email
