"""People in the admin: found by address or uuid, suspended, and put into the groups that staff are in."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.models import User

RIGHTS = ("is_staff", "is_superuser", "groups")

admin.site.unregister(Group)  # `seed` keeps the groups


@admin.register(User)
class UserAdmin(ModelAdmin):
    """The address belongs to its owner, who changes and verifies it; nobody is made or deleted here."""

    list_display = ("email", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "groups", "date_joined")
    search_fields = ("email", "=uuid")
    ordering = ("-date_joined",)
    filter_horizontal = ("groups",)
    fields = ("email", "uuid", "is_active", *RIGHTS, "date_joined", "last_login")
    readonly_fields = ("email", "uuid", "date_joined", "last_login")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: people sign up."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: the ledger and the pictures point at them."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Rights are given by superusers alone, or whoever may change a user could take them all."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)
