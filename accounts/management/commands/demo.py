"""Makes the demo account and the first superuser of an embedded database, and prints them as one line of JSON.

A password that is null was made, and printed, by an earlier run.
"""

import json
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.doors import ADMIN_EMAIL, DEMO_EMAIL, DEMO_PASSWORD
from accounts.models import User


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("Demo accounts are for an embedded database on loopback only (EMBEDDED is not set).")
        demo, _new = _account(email=DEMO_EMAIL, password=DEMO_PASSWORD)
        if not demo.check_password(DEMO_PASSWORD):  # a visitor changed it, and it is printed at every start
            demo.set_password(DEMO_PASSWORD)
            demo.save(update_fields=["password"])
        password = secrets.token_urlsafe(12)
        _chief, new = _account(email=ADMIN_EMAIL, password=password, is_staff=True, is_superuser=True)
        told = {
            "demo": {"email": DEMO_EMAIL, "password": DEMO_PASSWORD},
            "admin": {"email": ADMIN_EMAIL, "password": password if new else None},
        }
        self.stdout.write(json.dumps(told))


def _account(*, email: str, password: str, **rights: bool) -> tuple[User, bool]:
    """The user, and whether it is new. Its address counts as verified, so that welcome credits come as for anybody."""
    if user := User.objects.filter(email=email).first():
        return user, False
    user = User.objects.create_user(email=email, password=password, **rights)
    address = EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    email_confirmed.send(sender=EmailAddress, request=None, email_address=address)
    return user, True
