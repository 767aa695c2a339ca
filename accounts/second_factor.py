"""Whoever has just added a second factor has proved who they are: their recovery codes are shown without asking again.

The code that added an app works only once, so asking at once would mean waiting for the next.
"""

import time
from typing import Any

from django.http import HttpRequest

PROVED_AT = "second_factor_added_at"
GOOD_FOR_S = 120


def on_added(*, request: HttpRequest, **signal: Any) -> None:
    """allauth's only hook for a factor that was added."""
    request.session[PROVED_AT] = time.time()


def proved(request: HttpRequest) -> bool:
    """Whether this session added one a moment ago."""
    return bool(time.time() - request.session.get(PROVED_AT, 0) < GOOD_FOR_S)
