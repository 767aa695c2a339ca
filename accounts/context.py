"""What every page may ask about doors and colours."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import doors as local_doors

THEMES = ("light", "dark")


def doors(request: HttpRequest) -> dict[str, Any]:
    """`outbox_open`: this browser may read the outbox; `demo`: the account to try with; `theme`: the colours chosen;
    `welcome_credits`: what a newcomer gets."""
    local = local_doors.is_local(request)
    theme = request.COOKIES.get("theme", "")
    return {
        "outbox_open": local,
        "demo": {"email": local_doors.DEMO_EMAIL, "password": local_doors.DEMO_PASSWORD} if local else None,
        "theme": theme if theme in THEMES else "",
        "welcome_credits": settings.WELCOME_CREDITS,
    }
