"""How allauth speaks and acts here: our words, our mails, our doors."""

from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import addresses, doors, letters, second_factor
from accounts.models import User

NOTICE = "account/email/notice"
NOTICES = {
    "account/email/password_changed": _("The password of your account was changed."),
    "account/email/password_set": _("Your account has a password now."),
    "account/email/password_reset": _("The password of your account was reset by mail."),
    "account/email/email_changed": _("The address of your account was changed."),
    "account/email/email_deleted": _("An address was taken off your account."),
    "mfa/email/totp_activated": _("Signing in now asks for a code from your authenticator app."),
    "mfa/email/totp_deactivated": _("Signing in no longer asks for a code from an authenticator app."),
    "mfa/email/recovery_codes_generated": _("Your account has new recovery codes. Older ones no longer work."),
    "mfa/email/webauthn_added": _("A passkey or security key was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey or security key was taken off your account."),
}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks, where ours differ."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is suspended."),
        "cannot_remove_primary_email": _("This is the address of your account. Choose another one first."),
        "duplicate_email": _("This address is on your account already."),
        "email_password_mismatch": _("Address and password do not belong together. Try again, or let us send a code."),
        "email_taken": _("Another account has this address."),
        "enter_current_password": _("This is not your password of today."),
        "incorrect_code": _("This is not the code. Look at the newest mail, or have another sent."),
        "incorrect_password": _("This is not your password."),
        "invalid_or_expired_key": _("This link has been used or is too old."),
        "invalid_password_reset": _("This link has been used or is too old."),
        "rate_limited": _("That was too often in a short time. Wait a minute, then try again."),
        "same_as_current": _("This is the address that it has now."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, or have a new code sent."),
        "unverified_primary_email": _("Confirm this address first; then it can be the one of your account."),
    }

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse | None:
        """Nobody enters a suspended account, nor a local one from elsewhere."""
        if not doors.may_enter(user=user, request=request):
            response: HttpResponse = self.respond_user_inactive(request, user)
            return response
        answer: HttpResponse | None = super().pre_login(request, user, **login)
        return answer

    def get_client_ip(self, request: HttpRequest) -> str:
        """What allauth counts by and tells in its mails: the address that our own limits see."""
        return addresses.of(request)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not of whoever has just proved who they are by adding a factor."""
        return not second_factor.proved(self.request) and bool(super().is_reauthentication_required(app=app, **more))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where one came from."""
        return reverse("accounts:settings")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Renders now, in the reader's language, and has a worker send it."""
        facts = {
            "email": email,
            "login_url": self.request.build_absolute_uri(reverse("account_login")),
            "settings_url": self.request.build_absolute_uri(reverse("accounts:settings")),
            "minutes": app_settings.LOGIN_BY_CODE_TIMEOUT // 60,
            "welcome_credits": settings.WELCOME_CREDITS,
            **context,
        }
        mail: EmailMultiAlternatives = self.render_mail(template_prefix, email, facts)
        html = str(mail.alternatives[0][0])
        letters.post(subject=mail.subject, text=mail.body, html=html, sender=mail.from_email, to=mail.to)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """One letter for all notices. That an address was confirmed needs none: its owner has just done it."""
        if what := NOTICES.get(template_prefix):
            super().send_notification_mail(NOTICE, user, {**(context or {}), "what": what}, email)


class MFAAdapter(DefaultMFAAdapter):
    """The same words for second factors."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("An account with a second factor keeps its address. Take the factor off first."),
        "incorrect_code": _("This is not the code that it shows now."),
        "unverified_email": _("Confirm your address first; then a second factor can be added."),
    }
