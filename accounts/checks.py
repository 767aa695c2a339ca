"""What `check --deploy` has to say about doors."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from accounts.doors import LOOPBACK


@register(Tags.security, deploy=True)
def check_local_doors(**options: Any) -> list[CheckMessage]:
    """The outbox, the demo account and the printed superuser must be out of the world's reach."""
    if not settings.EMBEDDED:
        return []
    found: list[CheckMessage] = []
    names = [host for host in settings.ALLOWED_HOSTS if host.strip("[]") not in LOOPBACK]
    if names:
        found.append(
            checks.Error(
                f"EMBEDDED is set and ALLOWED_HOSTS has {', '.join(names)}: outbox and demo account could be reached.",
                hint="Set DATABASE_URL and EMAIL_URL and leave EMBEDDED out, or allow loopback names only.",
                id="accounts.E001",
            )
        )
    if settings.BEHIND_TLS or settings.CSRF_TRUSTED_ORIGINS:
        found.append(
            checks.Error(
                "EMBEDDED is set behind a proxy: outbox and demo account could be reached.",
                hint="Set DATABASE_URL and EMAIL_URL and leave EMBEDDED out.",
                id="accounts.E002",
            )
        )
    return found


@register(Tags.security, deploy=True)
def check_staff_factor(**options: Any) -> list[CheckMessage]:
    """Staff with a password alone are a weak door."""
    if settings.ADMIN_REQUIRE_MFA or settings.EMBEDDED:
        return []
    return [
        checks.Warning(
            "Staff may enter the administration without a second factor.",
            hint="Set ADMIN_REQUIRE_MFA=1.",
            id="accounts.W001",
        )
    ]
