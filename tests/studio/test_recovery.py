"""What a crash, a lost message or a store that is down left lying is carried on or ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from credits import broker
from credits.models import Entry
from studio import frames, generations, pictures, storage
from studio.failures import Failure
from studio.generations import leases, queue, work
from studio.models import Generation, Image, Run, Status
from tests.conftest import balance
from tests.studio.lost import answer, lapse

Submit = Callable[..., Run]


@pytest.fixture(autouse=True)
def _old_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests begin with a new one, of which no lease could be renewed that lapsed before it."""
    monkeypatch.setattr(leases, "trusted", lambda: True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids that were sent to the broker."""
    ids: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda rows: ids.extend(str(row) for row in rows))
    return ids


def test_a_lost_message_is_sent_again(submitted: Submit, sent: list[str]) -> None:
    run = submitted()
    frame = run.generations.get()
    sent.clear()
    generations.recover()
    assert sent == []
    Generation.objects.update(handed_at=timezone.now() - timedelta(minutes=5))
    generations.recover()
    assert sent == [str(frame.uuid)]
    generations.recover()
    assert sent == [str(frame.uuid)], "not again at the next sweep"


def test_a_crash_between_commit_and_publish_loses_nothing(submitted: Submit, sent: list[str]) -> None:
    run = submitted()
    sent.clear()
    Generation.objects.update(handed_at=None)
    generations.recover()
    assert sent == [str(run.generations.get().uuid)]


@pytest.mark.parametrize("error", [broker.KombuError("down"), AttributeError("a channel closed by another thread")])
def test_a_broker_that_is_down_accepts_the_run(
    submitted: Submit, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(broker.current_app, "send_task", refuse)
    run = submitted()
    assert run.generations.get().status == Status.QUEUED


def test_a_worker_lost_before_the_call_is_queued_again(submitted: Submit, alice: User) -> None:
    run = submitted()
    for attempt in range(1, 4):
        assert work.claim(generation_uuid=run.generations.get().uuid)
        lapse()
        generations.recover()
        frame = run.generations.get()
        assert frame.attempts == attempt
        assert frame.status == (Status.QUEUED if attempt < 3 else Status.FAILED)
        Generation.objects.filter(status=Status.QUEUED).update(due_at=timezone.now())
    assert frame.error_code == "worker_lost"
    assert balance(alice) == 100


def test_waiting_for_an_answer_does_not_count_as_a_lost_worker(submitted: Submit) -> None:
    run = submitted()
    for _ in range(3):  # the model asked to wait, or did not answer
        waited = work.claim(generation_uuid=run.generations.get().uuid)
        assert waited
        generations.endings.put_back(generation=waited)
    assert work.claim(generation_uuid=waited.uuid)
    lapse()
    generations.recover()
    frame = run.generations.get()
    assert (frame.status, frame.attempts, frame.losses) == (Status.QUEUED, 4, 1)


def test_a_worker_lost_while_it_waited_is_refunded_and_never_bought_twice(submitted: Submit, alice: User) -> None:
    run = submitted()
    frame = work.claim(generation_uuid=run.generations.get().uuid)
    assert frame
    Generation.objects.update(sent_at=timezone.now(), object_key=f"{alice.uuid}/nothing-there.png")
    lapse()
    generations.recover()
    frame.refresh_from_db()
    assert (frame.status, frame.outcome_unknown, frame.error_code) == (Status.FAILED, True, "lost_touch")
    assert balance(alice) == 100
    generations.run(generation_uuid=frame.uuid)
    assert not Image.objects.exists()


def test_a_picture_that_turns_up_after_the_refund_stays_free(submitted: Submit, alice: User) -> None:
    run = submitted()
    frame = work.claim(generation_uuid=run.generations.get().uuid)
    assert frame
    Generation.objects.update(sent_at=timezone.now(), object_key=storage.new_key(owner=alice.uuid, suffix="png"))
    lapse()
    generations.recover()
    late = Generation.objects.select_related("run__owner", "run__wallet", "model").get()
    work.deliver(generation=late, answer=answer(late))
    late.refresh_from_db()
    assert late.status == Status.SUCCEEDED
    assert Image.objects.count() == 1
    assert balance(alice) == 100
    assert Entry.objects.filter(kind="refund").count() == 1
    assert frames.of_runs([run])[0].returned == run.credits


def test_missing_copies_are_made(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    run = submitted()
    with monkeypatch.context() as broken:
        broken.setattr(pictures, "copies", lambda picture: (_ for _ in ()).throw(OSError))
        generations.run(generation_uuid=run.generations.get().uuid)
    image = Image.objects.get()
    assert image.widths == []
    Image.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    generations.recover()
    image.refresh_from_db()
    assert image.widths == [320, 640, 816]
    assert image.placeholder.startswith("data:image/webp;base64,")


def test_a_worker_that_was_taken_for_lost_and_sends_just_now_is_not_doubled(submitted: Submit) -> None:
    run = submitted()
    frame = work.claim(generation_uuid=run.generations.get().uuid)
    assert frame
    Generation.objects.update(sent_at=timezone.now())
    assert not generations.endings.put_back(generation=frame, lost=True)
    assert run.generations.get().status == Status.RUNNING


def test_a_worker_that_slept_fails_no_row_that_another_has_by_now(submitted: Submit, alice: User) -> None:
    run = submitted()
    slept = work.claim(generation_uuid=run.generations.get().uuid)
    assert slept
    lapse()
    generations.recover()
    assert work.claim(generation_uuid=slept.uuid)
    assert not generations.fail(generation=slept, failure=Failure("no_check"))
    assert run.generations.get().status == Status.RUNNING
    assert balance(alice) == 100 - run.credits


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_machine_whose_clock_jumps_takes_nobodys_work(
    hours: int, submitted: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submitted(count=2)
    frame = work.claim(generation_uuid=run.generations.order_by("id")[0].uuid)
    assert frame
    Generation.objects.filter(pk=frame.pk).update(sent_at=timezone.now())
    there = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: there)
    assert generations.recover() == {"enqueued": 0, "overdue": 0, "offered": 0, "settled": 0}
    second = work.claim(generation_uuid=run.generations.order_by("id")[1].uuid)
    assert second, "what is due is told by the database's clock"
    assert generations.recover()["settled"] == 0
    assert set(run.generations.values_list("status", flat=True)) == {Status.RUNNING}


def test_a_database_that_was_away_tells_nothing_of_the_workers(
    submitted: Submit, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    settings.LEASE_S = 10**7  # no test's database is that old
    run = submitted()
    assert work.claim(generation_uuid=run.generations.get().uuid)
    lapse()
    assert leases.trusted() is False
    assert generations.recover()["settled"] == 0
    settings.LEASE_S = 0
    assert leases.trusted() is True
    assert generations.recover()["settled"] == 1


def test_nobody_waits_for_ever(submitted: Submit, alice: User) -> None:
    run = submitted(count=3)
    waits, hangs, arrived = run.generations.order_by("id")
    long_ago = timezone.now() - timedelta(days=1)
    Generation.objects.filter(pk=waits.pk).update(created_at=long_ago)
    for row in (hangs, arrived):
        assert work.claim(generation_uuid=row.uuid)
        Generation.objects.filter(pk=row.pk).update(sent_at=long_ago)
    Generation.objects.filter(pk=arrived.pk).update(received_at=timezone.now())
    assert generations.recover()["overdue"] == 2
    found = {row.pk: (row.status, row.error_code) for row in run.generations.all()}
    assert found[waits.pk] == (Status.FAILED, "waited_too_long")
    assert found[hangs.pk] == (Status.FAILED, "lost_touch")
    assert found[arrived.pk] == (Status.RUNNING, "")
    assert balance(alice) == 100 - run.credits // 3
