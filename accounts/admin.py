"""People in the admin: found by address or uuid, suspended, and put into the groups that staff are in."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from accounts.models import User

RIGHTS = ("is_staff", "is_superuser", "groups")

# `seed` keeps the groups; allauth's own pages would show the secrets of authenticator apps.
admin.site.unregister((Group, EmailAddress, Authenticator))


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
    actions_detail = ("take_factor_off",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: people sign up."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: the ledger and the pictures point at them."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Rights are given by superusers alone, or whoever may change a user could take them all."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)

    def has_factor_permission(self, request: HttpRequest, object_id: str = "") -> bool:
        """Superusers alone: it opens an account to whoever holds its mail."""
        return bool(request.user.is_superuser)

    @action(description=gettext_lazy("Take a lost second factor off"), url_path="second-factor", permissions=["factor"])
    def take_factor_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then removes apps, keys and recovery codes of somebody who has lost them all."""
        person = get_object_or_404(User, pk=object_id)
        factors = Authenticator.objects.filter(user=person)
        if request.method == "POST":
            factors.delete()
            self.log_change(request, person, _("Took the second factor off."))
            messages.success(request, _("%(person)s signs in without a second factor now.") % {"person": person})
        if request.method == "POST" or not factors.exists():
            return redirect("admin:accounts_user_change", person.pk)
        title = _("Take the second factor of %(person)s off") % {"person": person}
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "person": person}
        return TemplateResponse(request, "accounts/admin/second_factor.html", context)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[UnfoldAction]:
        """Nothing to take off, no button."""
        has_one = Authenticator.objects.filter(user=object_id).exists()
        found: list[UnfoldAction] = super().get_actions_detail(request, object_id)
        return found if has_one else []
