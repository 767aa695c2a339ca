"""Models: what each can do, what the provider charges, and whether it is offered."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from studio import catalogue, learned, price_list
from studio.admin.forms import ImageModelForm
from studio.admin.prices import below_cost_list
from studio.models import Background, ImageModel
from studio.standing import held_back, held_to


@admin.register(ImageModel)
class ImageModelAdmin(ModelAdmin):
    """The catalogue. A model is never deleted, as pictures and prices point at it: it is no longer offered."""

    form = ImageModelForm
    list_display = ("label", "api_name", "offered", "can_do", "price_rows", "position")
    list_filter = ("enabled", "sandbox_only")
    search_fields = ("label", "api_name")
    readonly_fields = ("stopped",)
    actions = ("offer_again",)
    change_form_outer_before_template = "studio/admin/_stopped.html"
    list_select_related = ("breaker",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "api_name",
                    ("label", "note"),
                    ("position", "enabled"),
                    ("sandbox_only", "shutdown_date"),
                    "per_minute",
                )
            },
        ),
        (
            gettext_lazy("What it can do"),
            {"fields": ("qualities", "formats", "backgrounds", ("most_previews", "most_references"), "takes_markup")},
        ),
        (gettext_lazy("Sizes"), {"fields": (("longest_side_px", "most_pixels", "least_pixels"),)}),
        (gettext_lazy("On the page"), {"fields": (("speed", "cost"), ("fidelity", "typical_s"))}),
        (
            gettext_lazy("What the provider charges"),
            {"fields": (("text_in_cents", "image_in_cents", "image_out_cents"),)},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImageModel]:
        """With the number of each model's price rows, and whether this person may offer it again."""
        models: QuerySet[ImageModel] = super().get_queryset(request)
        may_offer = Value(self.has_change_permission(request))
        return models.annotate(price_count=Count("prices"), may_offer=may_offer)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With what was learned of each model's limit, asked for once."""
        page = super().get_changelist_instance(request)
        found = learned.of(page.result_list)
        for model in page.result_list:
            model.learned = found.get(model.pk)
        return page

    def get_fieldsets(self, request: HttpRequest, obj: ImageModel | None = None) -> Any:
        """A stopped model has no switch: whether it is offered is said in words, and a button above offers it again."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not obj.stopped_reason:
            return fieldsets
        return [(title, {**options, "fields": without_switch(options["fields"])}) for title, options in fieldsets]

    def save_model(self, request: HttpRequest, obj: ImageModel, form: Any, change: bool) -> None:
        """Says how many prices the provider's prices have put below cost."""
        super().save_model(request, obj, form, change)
        below = sum(price.model_id == obj.pk for price in price_list.sold_below_cost())
        if below:
            words = ngettext(
                "%(n)s price of %(model)s is below cost now: its dearest call costs more than the credits are worth.",
                "%(n)s prices of %(model)s are below cost now: the dearest calls cost more than the credits are worth.",
                below,
            )
            link = format_html(
                '<a class="underline" href="{}&model__id__exact={}">{}</a>', below_cost_list(), obj.pk, _("Show them")
            )
            messages.warning(request, format_html("{} {}", words % {"n": below, "model": obj}, link))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: what was made with it stays."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The button of a stopped model, on its page and among what is stuck."""
        view = self.admin_site.admin_view(require_POST(self.offer_one))
        return [path("<int:pk>/offer-again/", view, name="studio_imagemodel_offer_again"), *super().get_urls()]

    @display(description=gettext_lazy("offered"), ordering="enabled")
    def offered(self, model: ImageModel) -> str:
        """Whether users can choose it, why it is not to be had, and the button that offers it again."""
        stands, taught = held_back(model), getattr(model, "learned", None)
        words = format_html('<span class="bad">{}</span>', stands) if stands else _("Offered")
        if not stands and not model.enabled:
            words = _("Not offered")
        limit = held_to(model, taught)
        if limit:
            words = format_html("{} {}", words if stands else f"{words}.", limit)
        if not (stands or taught) or not getattr(model, "may_offer", False):
            return words
        # The list is a form already: the button sends it to another address.
        where = reverse("admin:studio_imagemodel_offer_again", args=[model.pk])
        button = '{} <button class="link" type="submit" formaction="{}">{}</button>'
        return format_html(button, words, where, _("Offer again"))

    @display(description=gettext_lazy("offered"))
    def stopped(self, model: ImageModel) -> str:
        """What stopped it, on its own page: the button stands above."""
        return held_back(model)

    @display(description=gettext_lazy("can do"))
    def can_do(self, model: ImageModel) -> str:
        """Its capabilities in a line."""
        facts = [
            ngettext("%(n)s quality", "%(n)s qualities", len(model.qualities)) % {"n": len(model.qualities)},
            ", ".join(value.upper() for value in model.formats),
            _("up to %(n)s px") % {"n": model.longest_side_px},
            ngettext("%(n)s preview", "%(n)s previews", model.most_previews) % {"n": model.most_previews},
        ]
        along = model.most_references
        facts.append(ngettext("%(n)s picture along", "%(n)s pictures along", along) % {"n": along})
        if model.takes_markup:
            facts.append(_("marks"))
        if Background.TRANSPARENT in model.backgrounds:
            facts.append(_("transparent"))
        return "; ".join(facts)

    @display(description=gettext_lazy("prices"))
    def price_rows(self, model: ImageModel) -> str:
        """Its rows of the price list."""
        where = f"{reverse('admin:studio_price_changelist')}?standing=now&model__id__exact={model.pk}"
        count: int = model.price_count  # type: ignore[attr-defined]  # annotated above
        return format_html('<a href="{}">{}</a>', where, ngettext("%(n)s row", "%(n)s rows", count) % {"n": count})

    @admin.action(description=gettext_lazy("Offer again"), permissions=["change"])
    def offer_again(self, request: HttpRequest, models: QuerySet[ImageModel]) -> None:
        """Puts models back on the page, and forgets their limits: the provider bills again, answers, or takes more."""
        chosen = list(models.select_related("breaker"))
        taught = learned.of(chosen)
        before = {one: f"{held_back(one)} {held_to(one, taught.get(one.pk))}".strip() for one in chosen}
        offered = [one for one in chosen if catalogue.offer_again(model=one) or one.pk in taught]
        for model in offered:
            self.log_change(request, model, _("Offered again; it was: %(why)s") % {"why": before[model]})
        if offered:
            messages.success(request, _("Offered again: %(models)s.") % {"models": ", ".join(map(str, offered))})
        else:
            messages.info(request, _("None of them was stopped, down or found to have a limit."))

    def offer_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same for one model, from its own page or from what is stuck."""
        model = get_object_or_404(ImageModel, pk=pk)
        if not self.has_change_permission(request, model):
            raise PermissionDenied
        self.offer_again(request, ImageModel.objects.filter(pk=pk))
        return redirect("admin:stuck") if "stuck" in request.POST else redirect("admin:studio_imagemodel_change", pk)


def without_switch(fields: tuple[Any, ...]) -> tuple[Any, ...]:
    """The fields with the words in the place of the switch."""
    words = {"enabled": "stopped"}
    return tuple(without_switch(name) if isinstance(name, tuple) else words.get(name, name) for name in fields)
