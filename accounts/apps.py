from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, how they sign in, and the local doors that are open on a developer's machine only."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Registers the deploy checks, and listens for second factors."""
        from allauth.mfa.signals import authenticator_added

        from accounts import checks, second_factor  # noqa: F401

        authenticator_added.connect(second_factor.on_added, dispatch_uid="accounts.second_factor")
