"""Times are shown as the reader's clock has them: the page tells its time zone by a cookie (static/js/shell.js)."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "tz"
KNOWN = available_timezones()


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sets the time zone for a request; a reader whose cookie names none sees UTC."""

    def respond(request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(COOKIE, "").replace("%2F", "/")
        with timezone.override(ZoneInfo(name) if name in KNOWN else None):
            return get_response(request)

    return respond
