"""The door of the administration: one's usual sign-in, and a second factor where the setting asks for it."""

from collections.abc import Callable

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

View = Callable[..., HttpResponse]
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def secure(site: AdminSite) -> None:
    """Puts the door in front of a site. Called once, where the site is given an address."""
    may_enter = site.has_permission

    def has_permission(request: HttpRequest) -> bool:
        return may_enter(request) and not _lacks_factor(request)

    setattr(site, "has_permission", has_permission)  # noqa: B010  # the site is not ours to subclass
    setattr(site, "login", secure_admin_login(_ask_for_factor(site.login)))  # noqa: B010


def _ask_for_factor(login: View) -> View:
    def view(request: HttpRequest, **context: object) -> HttpResponse:
        if _lacks_factor(request):
            messages.warning(request, _("Administration asks for a second factor. Add one here, then go back to it."))
            return redirect("mfa_index")
        return login(request, **context)

    return view


def _lacks_factor(request: HttpRequest) -> bool:
    return bool(settings.ADMIN_REQUIRE_MFA) and not is_mfa_enabled(request.user, FACTORS)
