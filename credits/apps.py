from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditsConfig(AppConfig):
    """Wallets, the ledger and its statement."""

    name = "credits"
    verbose_name = _("Credits")

    def ready(self) -> None:
        """Listens for verified addresses."""
        from allauth.account.signals import email_confirmed

        from credits.welcome import on_email_confirmed

        email_confirmed.connect(on_email_confirmed, dispatch_uid="credits.welcome")
