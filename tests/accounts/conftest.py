"""A visitor whose mail arrives at once, as a worker would have sent it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from accounts import tasks

LOCALHOST = {"HTTP_HOST": "localhost"}  # the test client's own name is no loopback name


class Visitor(Client):
    """A browser; what its posts enqueue is done before they return."""

    def __init__(self, done: Callable[..., Any], **extra: Any) -> None:
        super().__init__(**extra)
        self.done = done

    def post(self, *args: Any, **kwargs: Any) -> Any:
        with self.done(execute=True):
            return super().post(*args, **kwargs)

    def signed_in(self) -> bool:
        return self.get("/account/").status_code == 200


@pytest.fixture
def new_visitor(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> Callable[..., Visitor]:
    """Opens browsers."""
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda kwargs, **options: tasks.deliver(**kwargs))
    return lambda **extra: Visitor(django_capture_on_commit_callbacks, **extra)


@pytest.fixture
def visitor(new_visitor: Callable[..., Visitor]) -> Visitor:
    """A browser in which nobody is signed in."""
    return new_visitor()


def code() -> str:
    """The six digits of the newest mail."""
    found = re.search(r"^(\d{3}) (\d{3})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return "".join(found.groups())


def page(response: HttpResponse) -> str:
    """What a page says."""
    return response.content.decode()
