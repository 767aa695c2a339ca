"""A store that is down, slow, failing or cut off: the bytes wait on the worker's disk and are offered again."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from credits.models import Entry
from studio import generations, spool, storage
from studio.generations import leases
from studio.models import Generation, Image, Run, Status
from tests.conftest import balance, work
from tests.listening import free_port
from tests.studio.lost import lapse

Submit = Callable[..., Run]
FAILING = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def fail(line: socket.socket) -> None:
    line.recv(65536)
    line.sendall(FAILING)


def be_slow(line: socket.socket) -> None:
    while line.recv(65536):
        pass


def cut_off(line: socket.socket) -> None:
    line.recv(65536)


@contextmanager
def store(behaves: Callable[[socket.socket], None] | None) -> Iterator[str]:
    """The address of a store that behaves like that, or of none at all."""
    if behaves is None:
        yield f"http://127.0.0.1:{free_port()}"
        return
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(line,), daemon=True).start()

        def answer(line: socket.socket) -> None:
            with line:
                behaves(line)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture(autouse=True)
def _old_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "trusted", lambda: True)


@contextmanager
def broken(settings: Any, behaves: Callable[[socket.socket], None] | None) -> Iterator[None]:
    """The product with such a store, as long as the block runs."""
    plain = settings.STORAGES
    options = plain["default"]["OPTIONS"]
    hasty = options["client_config"].merge(Config(read_timeout=0.2, connect_timeout=0.5))
    with store(behaves) as address:
        changed = {**options, "endpoint_url": address, "client_config": hasty}
        settings.STORAGES = {**plain, "default": {**plain["default"], "OPTIONS": changed}}
        yield
    settings.STORAGES = plain


@pytest.mark.parametrize("behaves", [None, fail, be_slow, cut_off])
def test_bytes_wait_for_the_store(
    behaves: Callable[[socket.socket], None] | None, submitted: Submit, settings: Any, alice: User
) -> None:
    run = submitted()
    with broken(settings, behaves):
        [frame] = work(run)
        assert (frame.status, frame.uuid in spool.kept()) == (Status.RUNNING, True)
        lapse()
        generations.recover()
        assert run.generations.get().status == Status.RUNNING
    lapse()
    generations.recover()
    frame.refresh_from_db()
    assert (frame.status, frame.uuid in spool.kept()) == (Status.SUCCEEDED, False)
    assert default_storage.exists(Image.objects.get().object_key)
    assert balance(alice) == 100 - run.credits


def test_after_an_hour_the_credits_come_back_and_the_picture_still_does(
    submitted: Submit, settings: Any, alice: User
) -> None:
    run = submitted()
    with broken(settings, None):
        work(run)
        Generation.objects.update(sent_at=timezone.now() - timedelta(hours=2))
        lapse()
        generations.recover()
        frame = run.generations.get()
        assert (frame.status, frame.error_code, frame.outcome_unknown) == (Status.FAILED, "not_stored", False)
        assert balance(alice) == 100
        assert generations.recover()["offered"] == 0
        assert frame.uuid in spool.kept()
    assert generations.recover()["offered"] == 1
    frame.refresh_from_db()
    assert (frame.status, frame.uuid in spool.kept()) == (Status.SUCCEEDED, False)
    assert storage.exists(key=Image.objects.get().object_key)
    assert balance(alice) == 100
    assert Entry.objects.filter(kind="refund").count() == 1


def test_a_store_that_does_not_answer_is_asked_once_a_sweep(
    submitted: Submit, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submitted(count=3, previews=0)
    unsent = submitted()
    asked: list[str] = []
    with broken(settings, None):
        work(run)
        assert generations.work.claim(generation_uuid=unsent.generations.get().uuid)
        plain = storage.put
        monkeypatch.setattr(storage, "put", lambda *, key, **what: (asked.append(key), plain(key=key, **what)))
        lapse()
        generations.recover()
    assert len(asked) == 1
    assert set(run.generations.values_list("status", flat=True)) == {Status.RUNNING}
    assert unsent.generations.get().status == Status.QUEUED, "what needs no store waits for none"
