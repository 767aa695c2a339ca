"""Each request has an id, which its log lines and those of the work it sets off carry, and which its answer names."""

import re
import uuid
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from studio import log_ids

HEADER: Final = "X-Request-ID"
TAKEN: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Takes the id that a proxy gave, where it looks like one, else makes one."""

    def respond(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if TAKEN.fullmatch(given) else str(uuid.uuid4())
        with log_ids.bound(request_id=request_id):
            response = get_response(request)
        response[HEADER] = request_id
        return response

    return respond
