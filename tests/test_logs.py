"""What a refused request leaves in the log."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import signed_in


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What goes to the terminal, by the settings' own handler."""
    told = io.StringIO()
    ours = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    before = [handler.setStream(told) for handler in ours]
    yield told
    for handler, stream in zip(ours, before, strict=True):
        handler.setStream(stream)


def test_a_foreign_host_is_one_line(log: io.StringIO) -> None:
    assert Client().get("/", headers={"host": "stranger.example"}).status_code == 400
    (line,) = log.getvalue().splitlines()
    assert "stranger.example" in line


def test_an_unknown_lookup_in_the_administration_is_one_line(charlie: User, log: io.StringIO) -> None:
    assert signed_in(charlie).get("/admin/studio/run/?prompt__icontains=x").status_code == 400
    (line,) = log.getvalue().splitlines()
    assert "prompt__icontains" in line
