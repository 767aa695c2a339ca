"""Who of the staff looked at whose words and pictures."""

from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from credits.admin import ReadOnlyAdmin
from studio.models import Disclosure


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyAdmin):
    """Made by opening a run; kept for good."""

    list_display = ("created_at", "by", "owner", "run", "reason")
    list_filter = ("created_at",)
    list_select_related = ("by", "run__owner")
    search_fields = ("by__email", "run__owner__email")
    fields = ("created_at", "by", "owner", "run", "reason")
    readonly_fields = ("owner",)

    @display(description=gettext_lazy("whose"), ordering="run__owner__email")
    def owner(self, disclosure: Disclosure) -> str:
        """Whose words and pictures they are."""
        return disclosure.run.owner.email
