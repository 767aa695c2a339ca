"""The forms of the door, where allauth's need more."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupTerms(forms.Form):
    """What a newcomer accepts, besides giving an address. allauth puts its own fields on top."""

    terms = forms.BooleanField(error_messages={"required": _("Without this there can be no account.")})

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for this hook; the tick itself is the condition, and the joining date tells when."""


class PasswordLogin(LoginForm):
    """Address and password. allauth drops the password where newcomers give none, but one can be set later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")

    def _setup_password_field(self) -> None:
        """Keeps it."""
