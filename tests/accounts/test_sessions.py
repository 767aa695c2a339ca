"""A session that has ended: a page leads to sign in and back, a script gets no page to paste."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests.access import IN, TABLE

THING = "8c5f1d0e-1111-4222-8333-944455566677"


def address(route: str) -> str:
    return "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<uuid:\w+>", THING, route))


GUARDED = [
    (method, address(route)) for (method, route), answers in TABLE.items() if answers[0] == IN and "theme" not in route
]


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_a_script_gets_the_status_and_no_page(db: None, method: str, path: str) -> None:
    answer = Client().generic(method, path, HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer.content, answer["HX-Reswap"]) == (401, b"", "none")


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_a_page_leads_to_sign_in_and_back(db: None, method: str, path: str) -> None:
    answer = Client().generic(method, path)
    after = "/studio/" if method == "POST" else path
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={after}")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_form_without_its_cookie_is_refused(alice: User, headers: dict[str, str]) -> None:
    browser = Client(enforce_csrf_checks=True, headers=headers)
    browser.force_login(alice)
    answer = browser.post("/studio/runs/")
    assert answer.status_code == 403
    assert ("This page is too old" in answer.content.decode()) is not bool(headers)
    assert answer.headers.get("HX-Reswap") == ("none" if headers else None)


LOOKED_AT = {path for method, path in GUARDED if method == "GET"}


@pytest.mark.parametrize("path", [path for method, path in GUARDED if method == "POST" and path not in LOOKED_AT])
def test_no_form_s_address_is_come_back_to(db: None, path: str) -> None:
    assert Client().get(path).status_code == 405
