"""Doubled messages, crowds of workers and late sleepers change nothing but time."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from studio import generations, image_api
from studio.failures import Failure
from studio.generations import work as worker
from studio.generations.enclosures import Enclosures
from studio.models import Generation, Image, ImageKind, Run, Status
from tests.conftest import balance, work
from tests.studio.bringing import brought, edit, painted

Submit = Callable[..., Run]
Fault = Callable[..., None]


def test_a_doubled_message_makes_one_call(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    run = submitted()
    [frame] = work(run)
    calls: list[object] = []
    monkeypatch.setattr(image_api, "generate", lambda *args, **kwargs: calls.append(args))
    generations.run(generation_uuid=frame.uuid)
    generations.run(generation_uuid=uuid.uuid4())
    assert calls == []
    assert Image.objects.count() == 1


def test_one_user_has_only_so_many_at_the_broker(submitted: Submit, settings: Any) -> None:
    settings.IN_FLIGHT_PER_USER = 2
    run = submitted(count=5)
    frames = list(run.generations.order_by("position"))
    assert [bool(frame.handed_at) for frame in frames] == [True, True, False, False, False]
    generations.run(generation_uuid=frames[0].uuid)
    assert [bool(frame.handed_at) for frame in run.generations.order_by("position")] == [True, True, True, False, False]


def test_a_thread_that_waits_for_the_model_holds_no_database_connection(
    submitted: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[object] = []

    def wait(call: image_api.Call, **hooks: object) -> image_api.Answer:
        held.append(connection.connection)
        raise Failure("broken")

    monkeypatch.setattr(image_api, "generate", wait)
    [frame] = work(submitted())
    assert held == [None]
    assert frame.status == Status.FAILED


def test_more_edits_at_once_than_the_pool_has_connections(alice: User, submitted: Submit, settings: Any) -> None:
    """An edit is read and locked at the desk, which needs a connection: who waits for it may have none in hand."""
    settings.IN_FLIGHT_PER_USER = 100
    source = brought(alice)
    run = submitted(**edit((source, "source"), mask_id=painted(source).pk, lock=True, count=6))
    uuids = list(run.generations.values_list("uuid", flat=True))
    pool = connection.pool
    assert pool
    most = pool.max_size
    connection.close()
    pool.resize(1, 2)
    try:
        with ThreadPoolExecutor(len(uuids)) as crowd:
            list(crowd.map(one, uuids))
    finally:
        pool.resize(1, most)
    assert set(run.generations.values_list("status", "attempts")) == {(Status.SUCCEEDED, 1)}
    assert Image.objects.filter(kind=ImageKind.LOCKED).count() == 6


def test_more_answers_at_once_than_the_pool_has_connections(submitted: Submit, settings: Any) -> None:
    settings.IN_FLIGHT_PER_USER = 100
    run = submitted(count=10, previews=0, quality="low")
    crowd = [generation.uuid for generation in run.generations.all()]
    run = submitted(count=10, previews=0, quality="low")
    crowd += [generation.uuid for generation in run.generations.all()]
    with ThreadPoolExecutor(len(crowd)) as pool:
        list(pool.map(one, crowd))
    assert set(Generation.objects.values_list("status", flat=True)) == {Status.SUCCEEDED}


def one(generation: uuid.UUID) -> None:
    """A worker's thread."""
    try:
        generations.run(generation_uuid=generation)
    finally:
        connection.close()


def test_a_worker_that_slept_through_its_lease_buys_nothing(
    submitted: Submit, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submitted()
    calls: list[object] = []
    monkeypatch.setattr(image_api, "generate", lambda *args, **kwargs: calls.append(args))
    slept = worker.claim(generation_uuid=run.generations.get().uuid)
    assert slept
    Generation.objects.update(status=Status.QUEUED)
    assert worker.claim(generation_uuid=slept.uuid)
    with pytest.raises(worker.LostClaim):
        worker._call(slept, Enclosures())
    assert calls == []


def test_cancelling_and_handing_over_do_not_lock_each_other(submitted: Submit, settings: Any, alice: User) -> None:
    settings.IN_FLIGHT_PER_USER = 1
    run = submitted(count=6)
    frames = list(run.generations.select_related("run__owner", "run__wallet", "model").order_by("position"))

    def cancel(frame: Generation) -> None:
        try:
            generations.cancel(generation=frame)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(cancel, frames))
    assert set(run.generations.values_list("status", flat=True)) == {Status.CANCELLED}
    assert balance(alice) == 100
