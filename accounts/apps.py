from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, how they sign in, and the local doors that are open on a developer's machine only."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Registers the deploy checks."""
        from accounts import checks  # noqa: F401
