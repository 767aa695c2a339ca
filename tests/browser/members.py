"""Users who are signed in already, for the tests of what comes after: signing up itself has tests of its own.

`python -m tests.browser.members 60`, in a site's environment, makes so many and prints their addresses and sessions.
"""

import json
import os
import sys

import django


def main(count: int) -> None:
    """As if each had signed up with a code from the mail just now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")
    django.setup()
    from allauth.account.models import EmailAddress
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from credits.welcome import welcome

    members = []
    for number in range(count):
        user = User.objects.create_user(email=f"member-{number}@example.com")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        welcome(user=user, email=user.email)
        browser = Client()
        browser.force_login(user)
        members.append((user.email, settings.SESSION_COOKIE_NAME, browser.cookies[settings.SESSION_COOKIE_NAME].value))
    sys.stdout.write(json.dumps(members))


if __name__ == "__main__":
    main(int(sys.argv[1]))
