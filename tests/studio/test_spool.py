"""A picture that came and was not stored: adopted from the spool or the store, and nobody's for ever."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from studio import generations, spool, storage
from studio.generations import leases, work
from studio.models import Generation, Image, Run, Status
from studio.replies import Answer
from tests.conftest import balance
from tests.studio.lost import answer, lapse

Submit = Callable[..., Run]


@pytest.fixture(autouse=True)
def _old_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests begin with a new one, of which no lease could be renewed that lapsed before it."""
    monkeypatch.setattr(leases, "trusted", lambda: True)


def test_bytes_in_the_spool_are_adopted(submitted: Submit, alice: User) -> None:
    run = submitted()
    frame = work.claim(generation_uuid=run.generations.get().uuid)
    assert frame
    Generation.objects.update(sent_at=timezone.now(), object_key=storage.new_key(owner=alice.uuid, suffix="png"))
    spool.keep(generation=frame.uuid, answer=answer(frame))
    lapse()
    generations.recover()
    frame.refresh_from_db()
    assert frame.status == Status.SUCCEEDED
    assert storage.exists(key=Image.objects.get().object_key)
    assert spool.read(generation=frame.uuid) is None
    assert balance(alice) == 100 - run.credits


def test_bytes_in_the_store_are_adopted(submitted: Submit, alice: User) -> None:
    run = submitted()
    frame = work.claim(generation_uuid=run.generations.get().uuid)
    assert frame
    key = storage.new_key(owner=alice.uuid, suffix="png")
    Generation.objects.update(sent_at=timezone.now(), object_key=key)
    storage.put(key=key, data=answer(frame).data, content_type="image/png")
    lapse()
    generations.recover()
    assert run.generations.get().status == Status.SUCCEEDED
    assert Image.objects.get().object_key == key


def test_bytes_of_a_row_that_ended_are_forgotten(submitted: Submit) -> None:
    run = submitted()
    generations.run(generation_uuid=run.generations.get().uuid)
    frame = Generation.objects.select_related("model").get()
    spool.keep(generation=frame.uuid, answer=answer(frame))
    generations.recover()
    assert spool.read(generation=frame.uuid) is None


def test_a_spool_that_a_power_cut_left_empty_holds_up_no_sweep(submitted: Submit, alice: User) -> None:
    run = submitted(count=2)
    frames = [work.claim(generation_uuid=frame.uuid) for frame in run.generations.all()]
    Generation.objects.update(sent_at=timezone.now(), object_key="")
    for frame in frames:
        assert frame
        spool.keep(generation=frame.uuid, answer=answer(frame))
        (settings.SPOOL_DIR / f"{frame.uuid}.bytes").write_bytes(b"")
    lapse()
    generations.recover()
    assert {frame.status for frame in run.generations.all()} == {Status.FAILED}
    assert balance(alice) == 100
    assert not {frame.uuid for frame in run.generations.all()} & set(spool.kept())


def test_a_row_that_nobody_has_thought_of_holds_up_no_other(
    submitted: Submit, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submitted(count=2)
    first, second = [work.claim(generation_uuid=frame.uuid) for frame in run.generations.order_by("id")]
    assert first
    assert second
    for frame in (first, second):
        key = storage.new_key(owner=alice.uuid, suffix="png")
        Generation.objects.filter(pk=frame.pk).update(
            sent_at=timezone.now(), received_at=timezone.now(), object_key=key
        )
        spool.keep(generation=frame.uuid, answer=answer(frame))
    plain = spool.read

    def read(*, generation: Any) -> Answer | None:
        if generation == first.uuid:
            raise ZeroDivisionError
        return plain(generation=generation)

    monkeypatch.setattr(spool, "read", read)
    lapse()
    generations.recover()
    second.refresh_from_db()
    assert second.status == Status.SUCCEEDED
    Generation.objects.filter(pk=first.pk).update(received_at=timezone.now() - timedelta(hours=2))
    lapse()
    generations.recover()
    first.refresh_from_db()
    assert (first.status, first.error_code) == (Status.FAILED, "lost_touch")
    assert balance(alice) == 100 - second.credits
    generations.recover()  # what lies in the spool still breaks no sweep


def test_a_picture_in_another_machines_spool_is_waited_for(submitted: Submit, alice: User) -> None:
    run = submitted()
    assert work.claim(generation_uuid=run.generations.get().uuid)
    key = storage.new_key(owner=alice.uuid, suffix="png")
    Generation.objects.update(sent_at=timezone.now(), received_at=timezone.now(), object_key=key)
    lapse()
    generations.recover()
    assert run.generations.get().status == Status.RUNNING
    Generation.objects.update(received_at=timezone.now() - timedelta(hours=2))
    lapse()
    generations.recover()
    assert run.generations.get().error_code == "lost_touch"
    assert balance(alice) == 100
