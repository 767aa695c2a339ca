"""How often one user, and one address, may ask for what costs something: so many times a minute, by RATE_… settings.

Counted in the cache by the clock's minutes. allauth's own limits keep a list of moments behind a lock and refuse who
does not get it: right for a form, not for a page that fetches ten previews at once. Its forms keep theirs.
"""

import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import addresses

View = TypeVar("View", bound=Callable[..., HttpResponse])
MINUTE_S: Final = 60


def limited(action: str) -> Callable[[View], View]:
    """Answers 429 to whoever asks for a view too often. Stands below `login_required`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            wait_s = wait(request, action=action)
            return refused(request, wait_s=wait_s) if wait_s else view(request, **kwargs)

        return cast(View, answer)

    return decorate


def wait(request: HttpRequest, *, action: str) -> int:
    """Counts a request; how many seconds its sender has to wait, 0 for one who was not too often here."""
    return spend(action=action, user=str(request.user.pk or ""), address=addresses.of(request))


def spend(*, action: str, user: str, address: str) -> int:
    """Counts one use by the user and by the address; the seconds until the next minute where either had enough."""
    minute, second = divmod(int(time.time()), MINUTE_S)
    of_user, of_address = settings.RATES[action]
    counts = (("user", user, of_user), ("address", addresses.counted(address), of_address))
    over = [_count(f"{action}:{minute}:{kind}:{who}") > most for kind, who, most in counts]
    return MINUTE_S - second if any(over) else 0


def words() -> str:
    """For where a sentence is told and not a page."""
    return _("That was too often in a short time. Nothing was charged: wait a minute, then press again.")


def refused(request: HttpRequest, *, wait_s: int) -> HttpResponse:
    """The page for whoever looks at one; a script that asks gets the status alone, and htmx changes nothing."""
    looks = "text/html" in request.headers.get("Accept", "text/html") and "HX-Request" not in request.headers
    response = render(request, "429.html") if looks else HttpResponse(headers={"HX-Reswap": "none"})
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response["Retry-After"] = str(wait_s)
    return response


def _count(name: str) -> int:
    """How many there are with this one. None where the cache is away: then everybody comes in."""
    key = f"rate:{salted_hmac('accounts.rates', name, algorithm='sha256').hexdigest()}"
    cache.add(key, 0, 2 * MINUTE_S)
    try:
        return cache.incr(key)
    except ValueError:  # not there: it could not be kept
        return 0
