"""The price list: rows are added and never changed, each beside what its dearest call costs the house."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from studio import catalogue, price_list
from studio.admin.forms import PriceForm
from studio.models import Band, Mode, Price, Quality
from studio.money import call_cost
from studio.price_list import Standing

KEPT = ("model_id", "mode", "quality", "band", "credits", "reference_credits", "preview_credits", "output_tokens")


ALL: Final = "all"


class StandingFilter(admin.SimpleListFilter):
    """Rows in force, as long as nothing else is asked for; later ones, and past ones."""

    title = gettext_lazy("in force")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Each standing, and all of them."""
        return [*Standing.choices, (ALL, _("All"))]

    def value(self) -> str:
        """The one asked for, or in force."""
        return super().value() or Standing.NOW.value

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Without an entry for no choice: there is always one."""
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Price]) -> QuerySet[Price]:
        """Rows of the chosen standing."""
        chosen = {"standing": self.value()}
        return queryset.filter(**chosen) if self.value() in Standing.values else queryset


class CostFilter(admin.SimpleListFilter):
    """Rows that sell below cost though nobody said so."""

    title = gettext_lazy("cost")
    parameter_name = "cost"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The one thing to look for."""
        return [("below", _("Below cost, and not on purpose"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Price]) -> QuerySet[Price]:
        """Rows that need a new price."""
        if self.value() != "below":
            return queryset
        return queryset.filter(pk__in=[price.pk for price in price_list.sold_below_cost()])


@admin.register(Price)
class PriceAdmin(ModelAdmin):
    """What a picture costs. A change is a new row from a day on; the past stays as it was."""

    form = PriceForm
    list_display = (
        "what", "kind", "quality", "band_name", "credits", "worth", "dearest_call", "standing", "valid_from",
        "new_from_row",
    )  # fmt: skip
    list_filter = (StandingFilter, "model", "mode", CostFilter, "quality", "band")
    search_fields = ("model__label", "model__api_name")
    search_help_text = gettext_lazy("A model’s name")
    list_select_related = ("model",)
    list_per_page = 100
    ordering = (
        "model__position",
        "model_id",
        price_list.in_order("mode", Mode),
        price_list.in_order("quality", Quality),
        price_list.in_order("band", Band),
        "-valid_from",
    )
    add_fieldsets = (
        (None, {"fields": ("model", "mode", ("quality", "band"))}),
        (
            gettext_lazy("Credits"),
            {"fields": ("credits", "sell_below_cost", ("reference_credits", "preview_credits"))},
        ),
        (gettext_lazy("Cost and time"), {"fields": ("output_tokens", "valid_from")}),
    )
    fields = (
        "model", "mode", "quality", "band", "credits", "worth", "dearest_call", "reference_credits", "preview_credits",
        "output_tokens", "valid_from", "in_words", "sell_below_cost",
    )  # fmt: skip
    readonly_fields = ("worth", "dearest_call", "in_words")
    actions_detail = ("new_from",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        """With each row's standing."""
        return price_list.with_standing(super().get_queryset(request))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: what was sold was sold at this price."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        """Of a price that is still to come, for who may add one. What was sold was sold at this price."""
        return obj is not None and obj.valid_from > timezone.now() and self.has_add_permission(request)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Back to the list: the admin leads to its front page who may change no row."""
        super().response_delete(request, obj_display, obj_id)
        return redirect("admin:studio_price_changelist")

    def log_addition(self, request: HttpRequest, obj: Price, message: Any) -> Any:
        """Keeps who sells below cost."""
        if price_list.shortfall_microusd(obj) > 0:
            message = _("Added, to be sold below cost.")
        return super().log_addition(request, obj, message)

    @display(description=gettext_lazy("model"), ordering="model__position")
    def what(self, price: Price) -> str:
        """Whose price it is."""
        return price.model.label

    @display(description=gettext_lazy("kind of work"), ordering="mode")
    def kind(self, price: Price) -> str:
        """What for. A kind without a row of its own costs what text to image does, and its pictures besides."""
        return _("Text, and the rest") if price.mode == Mode.TEXT else price.get_mode_display()

    @display(description=gettext_lazy("size"), ordering="-band")
    def band_name(self, price: Price) -> str:
        """The sizes that it is for."""
        return str(Band(price.band).label)

    @display(description=gettext_lazy("worth at least"))
    def worth(self, price: Price) -> str:
        """The least that these credits were sold for."""
        return call_cost(price_list.worth_microusd(price.credits))

    @display(description=gettext_lazy("dearest call"))
    def dearest_call(self, price: Price) -> str:
        """What the longest prompt and every preview may cost the house, marked where the credits are worth less."""
        cost = call_cost(catalogue.worst_case(price))
        if price_list.shortfall_microusd(price) <= 0:
            return cost
        return format_html('{} <span class="bad">{}</span>', cost, _("below cost"))

    @display(
        description=gettext_lazy("in force"),
        label={Standing.NOW: "success", Standing.LATER: "warning", Standing.PAST: "plain"},
    )
    def standing(self, price: Price) -> tuple[str, str]:
        """Where it stands in time."""
        value = Standing(price.standing)  # type: ignore[attr-defined]  # annotated above
        return value, str(value.label)

    @display(description=gettext_lazy("stands"))
    def in_words(self, price: Price) -> str:
        """The same without a colour, on a row's own page."""
        _value, words = self.standing(price)
        return str(words)

    @display(description="")
    def new_from_row(self, price: Price) -> str:
        """The way to change a price, and to withdraw one that is still to come."""
        new = format_html('<a href="{}">{}</a>', prefilled(price), _("New price"))
        if price.valid_from <= timezone.now():
            return new
        where = reverse("admin:studio_price_delete", args=[price.pk])
        return format_html('{} <a href="{}">{}</a>', new, where, _("Withdraw"))

    @action(description=gettext_lazy("New price from this row"), url_path="new", permissions=["new"])
    def new_from(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Opens the form with this row's values."""
        return redirect(prefilled(get_object_or_404(Price, pk=object_id)))

    def has_new_permission(self, request: HttpRequest, object_id: str = "") -> bool:
        """Who may add a row. A method: unfold asks the database for permissions by name before there are tables."""
        return bool(self.has_add_permission(request))

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Without the way to change a price for those who only look."""
        return list(columns(self.list_display, may_add=self.has_add_permission(request)))


def columns(names: tuple[str, ...], *, may_add: bool) -> Iterator[str]:
    """The columns that this member of staff can use."""
    return (name for name in names if may_add or name != "new_from_row")


def prefilled(price: Price) -> str:
    """The address of the form for a new row like this one."""
    values = {name.removesuffix("_id"): getattr(price, name) for name in KEPT}
    return f"{reverse('admin:studio_price_add')}?{urlencode(values)}"


def below_cost_list() -> str:
    """The address of the rows that need a new price."""
    return f"{reverse('admin:studio_price_changelist')}?standing={ALL}&cost=below"
