"""The page for whoever met a fault of ours, or a database that does not answer."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error

AWAY = (InterfaceError, OperationalError)
RETRY_S = 10


def page(request: HttpRequest) -> HttpResponse:
    """Django's handler for what no view caught; asks nothing of the database."""
    if not isinstance(sys.exc_info()[1], AWAY):
        return server_error(request)
    response = server_error(request, template_name="503.html")
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response["Retry-After"] = str(RETRY_S)
    return response
