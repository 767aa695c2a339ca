"""Why something about money could not be done, in words that can be shown."""

from django.utils.translation import gettext as _


class BillingError(Exception):
    """It was not done; nothing was charged. `words` are for people."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class NotSetUp(BillingError):
    """There are no keys of Stripe."""

    def __init__(self) -> None:
        super().__init__(_("Payments are not set up yet."))


class Away(BillingError):
    """Stripe can't be reached, or not now."""

    def __init__(self) -> None:
        super().__init__(_("Stripe does not answer. Nothing was charged. Try again in a minute."))


class Refused(BillingError):
    """Stripe says no."""


class NotOurs(Exception):
    """The object belongs to something else that sells through the same account."""
