"""What every page's bar shows of the studio."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from studio.models import Generation, Status


def bar(request: HttpRequest) -> dict[str, Any]:
    """`making`: how many of the user's frames are under way; `sandbox`: whether pictures are samples."""
    user = request.user
    if not user.is_authenticated:
        return {"making": 0, "sandbox": settings.SANDBOX}
    under_way = Generation.objects.filter(run__owner_id=user.pk, status__in=(Status.QUEUED, Status.RUNNING))
    return {"making": SimpleLazyObject(under_way.count), "sandbox": settings.SANDBOX}
