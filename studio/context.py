"""What every page's bar shows of the studio."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from studio import readers


def bar(request: HttpRequest) -> dict[str, Any]:
    """`making`: how many of the user's frames are under way; `sandbox`: whether pictures are samples."""
    user = request.user
    if not user.is_authenticated:
        return {"making": 0, "sandbox": settings.SANDBOX}
    return {"making": SimpleLazyObject(readers.under_way(user=user).count), "sandbox": settings.SANDBOX}
