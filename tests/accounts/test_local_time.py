"""Times by the reader's clock."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts import local_time


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [("Europe/Vienna", "Europe/Vienna"), ("Asia%2FTokyo", "Asia/Tokyo"), ("../../etc/passwd", "UTC"), ("", "UTC")],
)
def test_the_cookie_sets_the_zone(cookie: str, zone: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["tz"] = cookie
    answer = local_time.middleware(lambda _request: HttpResponse(timezone.get_current_timezone_name()))(request)
    assert answer.content.decode() == zone
    assert timezone.get_current_timezone_name() == "UTC"
