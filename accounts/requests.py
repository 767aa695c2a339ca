"""The request as views meet it after `login_required`: with a user, and with what htmx said."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import User

View = TypeVar("View", bound=Callable[..., HttpResponse])


def login_required(view: View) -> View:
    """Sends a visitor to sign in and then back. A script gets the status alone: it would paste the page it is sent to.

    Stands below `require_POST`, and what was posted leads back to the studio: no form's own address can be looked at.
    """

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, **kwargs)
        if "HX-Request" in request.headers:
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Reswap": "none"})
        posted = request.method == "POST"
        return redirect_to_login(resolve_url(settings.LOGIN_REDIRECT_URL) if posted else request.get_full_path())

    return cast(View, answer)


def whole(text: str) -> int | None:
    """A whole number of an address or a form; None for anything else, and for one that no row can have."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def uuids(texts: Iterable[str]) -> list[UUID]:
    """Those of an address's or a form's values that are uuids, in their order."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def back(request: HttpRequest, default: str) -> HttpResponseRedirect:
    """To the page of ours that the visitor came from, as `next` or the browser tells; else to the default."""
    hosts = {request.get_host()}
    for address in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if address.startswith(("/", "http")) and url_has_allowed_host_and_scheme(address, allowed_hosts=hosts):
            return HttpResponseRedirect(address)
    return HttpResponseRedirect(resolve_url(default))


class UserRequest(HttpRequest):
    """For annotations only."""

    user: User
    htmx: HtmxDetails
