"""People in the admin: found by address or uuid, suspended, and put into the groups that staff are in."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from accounts.models import User

RIGHTS = ("is_staff", "is_superuser", "groups")
WAYS_IN = ("is_active", "is_staff", "is_superuser")

# `seed` keeps the groups; allauth's own pages would show the secrets of authenticator apps.
admin.site.unregister((Group, EmailAddress, Authenticator))


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps a way in: nobody takes it from themselves, and the last superuser keeps theirs."""

    by: ClassVar[User]

    def clean(self) -> dict[str, Any]:
        """Whoever gets in by these may give them back; whoever does not, may not."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        taken = [name for name in WAYS_IN if getattr(self.instance, name) and found.get(name, True) is False]
        if self.instance.pk == self.by.pk:
            for name in taken:
                self.add_error(name, _("This is your own account: another superuser has to take it from you."))
        elif taken and self.instance.is_superuser and not others_than(self.instance):
            for name in taken:
                self.add_error(name, _("%(person)s is the last superuser who can sign in.") % {"person": self.instance})
        return found


def others_than(person: User) -> int:
    """How many other superusers can get in. They are held until the change is saved, or two could end each other."""
    who = User.objects.select_for_update().filter(is_active=True, is_staff=True, is_superuser=True).order_by("pk")
    return len([one for one in who if one.pk != person.pk])


@admin.register(User)
class UserAdmin(ModelAdmin):
    """The address belongs to its owner, who changes and verifies it; nobody is made or deleted here."""

    form = UserForm
    list_display = ("email", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "groups", "date_joined")
    search_fields = ("email", "=uuid")
    ordering = ("-date_joined",)
    filter_horizontal = ("groups",)
    fields: tuple[Any, ...] = ("email", "uuid", "elsewhere", "is_active", *RIGHTS, "date_joined", "last_login")
    readonly_fields: tuple[Any, ...] = ("email", "uuid", "elsewhere", "date_joined", "last_login")
    show_full_result_count = False
    actions_detail = ("take_factor_off",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: people sign up."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: the ledger and the pictures point at them."""
        return False

    def get_form(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        """The form knows who fills it in."""
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    @admin.display(description=gettext_lazy("goes with"))
    def elsewhere(self, person: User) -> str:
        """This person's rows in the other lists, which are found by the address."""
        lists = (
            ("admin:credits_wallet_changelist", _("Wallet")),
            ("admin:credits_entry_changelist", _("Entries")),
            ("admin:studio_run_changelist", _("Runs")),
            ("admin:studio_generation_changelist", _("Generations")),
        )
        query = urlencode({"q": person.email})
        links = ((f"{reverse(name)}?{query}", words) for name, words in lists)
        return format_html_join(" ", '<a href="{}">{}</a>', links)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        """Rights are given by superusers alone, or whoever may change a user could take them all."""
        if request.user.is_superuser:
            return self.readonly_fields
        over_them = isinstance(obj, User) and obj.is_superuser
        return (*self.readonly_fields, *RIGHTS, *(["is_active"] if over_them else []))

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
