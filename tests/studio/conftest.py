"""Fixtures of the studio's pages."""

import time
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts import rates
from studio import storage, uploads
from studio.models import ImageModel
from studio.views import brought
from tests.studio.bringing import quarantine


@pytest.fixture
def stage(transactional_db: None, catalogue: list[ImageModel], as_alice: Client) -> Client:
    """alice's browser, with a catalogue and 100 credits."""
    return as_alice


@pytest.fixture(autouse=True)
def _no_worker_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read by the test itself."""
    monkeypatch.setattr(brought, "PATIENCE_S", 0)


@pytest.fixture
def no_minute_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uses are counted by the clock's minutes: none may end between the first and the one too many."""
    noon = time.time() // 60 * 60 + 20
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: noon))


@pytest.fixture
def empty_quarantine() -> None:
    """No file that another test left there."""
    storage.delete(keys=quarantine())


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that workers were told of."""
    told: list[str] = []
    monkeypatch.setattr(uploads, "enqueue", lambda upload: told.append(str(upload)))
    return told
