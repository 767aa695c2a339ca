"""Who of the staff looked at whose words and pictures."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from credits.admin import ReadOnlyAdmin
from studio import disclosures
from studio.models import Disclosure


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyAdmin):
    """Made by opening a run or a refused picture; kept for good."""

    list_display = ("created_at", "by", "owner", "run", "upload", "reason")
    list_filter = ("created_at",)
    list_select_related = ("by", "run__owner", "upload__owner")
    search_fields = ("by__email", "run__owner__email", "upload__owner__email")
    fields = ("created_at", "by", "owner", "run", "upload", "reason")
    readonly_fields = ("owner",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Disclosure]:
        """Without the looks at sealed runs, for those who may not read them."""
        rows: QuerySet[Disclosure] = super().get_queryset(request)
        return rows.filter(pk__in=disclosures.told_to(user=request.user).values("pk"))

    @display(description=gettext_lazy("whose"))
    def owner(self, disclosure: Disclosure) -> str:
        """Whose words and pictures they are."""
        return disclosure.owner.email
