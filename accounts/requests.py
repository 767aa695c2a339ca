"""The request as views meet it after `login_required`: with a user, and with what htmx said."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import User


def whole(text: str) -> int | None:
    """A whole number of an address or a form; None for anything else, and for one that no row can have."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


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
