"""The request as views meet it after `login_required`: with a user, and with what htmx said."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class UserRequest(HttpRequest):
    """For annotations only."""

    user: User
    htmx: HtmxDetails
