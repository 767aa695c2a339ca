"""Models: what each can do, what the provider charges, and whether it is offered."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, QuerySet
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

from studio import catalogue
from studio.admin.forms import ImageModelForm
from studio.models import Background, ImageModel


@admin.register(ImageModel)
class ImageModelAdmin(ModelAdmin):
    """The catalogue. A model is never deleted, as pictures and prices point at it: it is no longer offered."""

    form = ImageModelForm
    list_display = ("label", "api_name", "offered", "stopped", "can_do", "price_rows", "position")
    list_filter = ("enabled", "sandbox_only")
    search_fields = ("label", "api_name")
    readonly_fields = ("stopped",)
    actions = ("offer_again",)
    change_form_outer_before_template = "studio/admin/_stopped.html"
    fieldsets = (
        (None, {"fields": ("api_name", ("label", "note"), ("position", "enabled"), ("sandbox_only", "shutdown_date"))}),
        (gettext_lazy("What it can do"), {"fields": ("qualities", "formats", "backgrounds", "most_previews")}),
        (gettext_lazy("Sizes"), {"fields": (("longest_side_px", "most_pixels", "least_pixels"),)}),
        (gettext_lazy("On the page"), {"fields": (("speed", "cost"), ("fidelity", "typical_s"))}),
        (
            gettext_lazy("What the provider charges"),
            {"fields": (("text_in_cents", "image_in_cents", "image_out_cents"),)},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImageModel]:
        """With the number of each model's price rows."""
        models: QuerySet[ImageModel] = super().get_queryset(request)
        return models.annotate(price_count=Count("prices"))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: what was made with it stays."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The button of a stopped model, on its page and among what is stuck."""
        view = self.admin_site.admin_view(require_POST(self.offer_one))
        return [path("<int:pk>/offer-again/", view, name="studio_imagemodel_offer_again"), *super().get_urls()]

    @display(description=gettext_lazy("offered"), boolean=True, ordering="enabled")
    def offered(self, model: ImageModel) -> bool:
        """Whether the operator offers it."""
        return model.enabled

    @display(description=gettext_lazy("stopped because"), ordering="stopped_reason", empty_value="–")
    def stopped(self, model: ImageModel) -> str:
        """What stopped it."""
        return format_html('<span class="bad">{}</span>', model.stopped_reason) if model.stopped_reason else ""

    @display(description=gettext_lazy("can do"))
    def can_do(self, model: ImageModel) -> str:
        """Its capabilities in a line."""
        facts = [
            ngettext("%(n)s quality", "%(n)s qualities", len(model.qualities)) % {"n": len(model.qualities)},
            ", ".join(value.upper() for value in model.formats),
            _("up to %(n)s px") % {"n": model.longest_side_px},
            ngettext("%(n)s preview", "%(n)s previews", model.most_previews) % {"n": model.most_previews},
        ]
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
        """Puts stopped models back on the page: the provider bills again."""
        offered = [model for model in models if catalogue.offer_again(model=model)]
        for model in offered:
            words = _("Offered again; it was stopped: %(why)s.") % {"why": model.stopped_reason}
            self.log_change(request, model, words)
        if offered:
            messages.success(request, _("Offered again: %(models)s.") % {"models": ", ".join(map(str, offered))})
        else:
            messages.info(request, _("None of them was stopped."))

    def offer_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same for one model."""
        model = get_object_or_404(ImageModel, pk=pk)
        if not self.has_change_permission(request, model):
            raise PermissionDenied
        self.offer_again(request, ImageModel.objects.filter(pk=pk))
        return redirect("admin:studio_imagemodel_change", pk)
