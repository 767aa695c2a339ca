"""The life of a generation, over the real wire: database, broker, store and sandbox."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image as Pillow

from accounts.models import User
from credits import ledger
from credits.models import Entry
from studio import generations, image_api, live, spool, storage
from studio.failures import Failure
from studio.generations import work as worker
from studio.generations.submission import NotSold
from studio.models import Generation, Image, ImageModel, Price, Run, Status
from tests.conftest import balance, brief, give, work

Submit = Callable[..., Run]
Fault = Callable[..., None]


def test_it_works(submitted: Submit, alice: User) -> None:
    run = submitted(count=2)
    assert balance(alice) == 100 - run.credits
    frames = work(run)
    assert [frame.status for frame in frames] == [Status.SUCCEEDED] * 2
    image = Image.objects.get(generation=frames[0])
    stored = storage.get(key=image.object_key)
    assert stored[:4] == b"\x89PNG"
    assert len(stored) == image.size_bytes
    assert (image.width, image.height) == (1024, 1024)
    assert image.object_key.startswith(f"{alice.uuid}/")
    assert image.widths == [320, 640, 1024]
    assert storage.get(key=image.copy_key(320))[8:12] == b"WEBP"
    assert frames[0].cost_microusd
    assert frames[0].usage["output_tokens"] > 0
    assert frames[0].request_id
    assert balance(alice) == 100 - run.credits


def test_original_is_stored_as_it_came(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[image_api.Answer] = []
    plain = image_api.generate
    monkeypatch.setattr(
        image_api,
        "generate",
        lambda call, on_partial: answers.append(plain(call, on_partial=on_partial)) or answers[-1],
    )
    [frame] = work(submitted(output_format="webp", compression=70))
    assert storage.get(key=frame.object_key) == answers[0].data


def test_formats_sizes_and_transparency_are_as_asked(submitted: Submit) -> None:
    [frame] = work(submitted(output_format="webp", compression=80, background="transparent", width=1120, height=896))
    picture = Pillow.open(BytesIO(storage.get(key=frame.object_key)))
    assert (picture.format, picture.size) == ("WEBP", (1120, 896))
    assert picture.convert("RGBA").getextrema()[3][0] == 0


def test_four_frames_of_a_run_differ(submitted: Submit) -> None:
    run = submitted(count=4, previews=0)
    frames = work(run)
    assert len({storage.get(key=frame.object_key) for frame in frames}) == 4


def test_previews_arrive_before_the_picture(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(live, "publish", lambda **event: told.append(event))
    kept: list[int] = []
    monkeypatch.setattr(live, "keep_preview", lambda generation, index, data: kept.append(index))
    work(submitted(previews=2))
    assert kept == [0, 1]
    states = [event["state"] for event in told if event["kind"] == "frame"]
    assert states == ["running", "running", "running", "saving", "succeeded", "copies"]


def test_the_same_press_twice_is_one_run(submitted: Submit, alice: User) -> None:
    give(alice, 50)
    key = uuid.uuid4()
    first = generations.submit(user=alice, brief=brief(), key=key)
    again = generations.submit(user=alice, brief=brief(), key=key)
    assert first == again
    assert Entry.objects.filter(kind="debit").count() == 1
    other = generations.submit(user=alice, brief=brief(prompt="Another"), key=key)
    assert other.number == first.number + 1


def test_a_doubled_message_makes_one_call(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    run = submitted()
    [frame] = work(run)
    calls: list[object] = []
    monkeypatch.setattr(image_api, "generate", lambda *args, **kwargs: calls.append(args))
    generations.run(generation_uuid=frame.uuid)
    generations.run(generation_uuid=uuid.uuid4())
    assert calls == []
    assert Image.objects.count() == 1


def test_too_few_credits_says_how_many_and_takes_none(transactional_db: None, catalogue: Any, alice: User) -> None:
    give(alice, 5)
    with pytest.raises(ledger.NotEnough) as refused:
        generations.submit(user=alice, brief=brief(count=4), key=uuid.uuid4())
    assert (refused.value.balance, refused.value.missing) == (5, 11)
    assert not Run.objects.exists()
    assert balance(alice) == 5


def test_a_changed_price_is_not_charged(submitted: Submit, alice: User) -> None:
    before = Price.objects.get(model__position=0, quality="medium", band="s")
    seen_at = timezone.now()
    Price.objects.create(model=before.model, quality="medium", band="s", credits=9, output_tokens=before.output_tokens)
    with pytest.raises(generations.QuoteChanged) as changed:
        generations.submit(user=alice, brief=brief(), key=uuid.uuid4(), seen_at=seen_at)
    assert (changed.value.was, changed.value.now) == (before.credits, 9)
    with pytest.raises(NotSold):
        generations.submit(user=alice, brief=brief(quality="standard"), key=uuid.uuid4())
    assert not Run.objects.filter(owner=alice).exists()


def test_a_price_of_tomorrow_counts_tomorrow(submitted: Submit) -> None:
    before = Price.objects.get(model__position=0, quality="medium", band="s")
    Price.objects.create(
        model=before.model,
        quality="medium",
        band="s",
        credits=9,
        output_tokens=1,
        valid_from=timezone.now() + timedelta(1),
    )
    assert submitted().credits == before.credits


FAILURES = {
    "moderation": "blocked",
    "quota": "billing",
    "server_error": "broken",
    "unauthorized": "unauthorised",
    "model_not_found": "model_gone",
    "not_a_picture": "not_a_picture",
    "empty": "empty",
    "stream_error": "broken",
    "cut": "lost_touch",
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_failed_call_gives_its_share_back_once(how: str, submitted: Submit, fault: Fault, alice: User) -> None:
    run = submitted(count=2)
    fault(how)
    frames = work(run)
    assert [frame.status for frame in frames] == [Status.FAILED] * 2
    assert {frame.error_code for frame in frames} == {FAILURES[how]}
    assert balance(alice) == 100
    for frame in frames:
        assert frame.outcome_unknown == (how == "cut")
        assert not generations.fail(generation=frame, failure=Failure("broken"))
    assert balance(alice) == 100
    assert Entry.objects.filter(kind="refund").count() == 2


@pytest.mark.parametrize("how", ["rate_limit", "overloaded"])
def test_what_surely_cost_nothing_is_asked_again(how: str, submitted: Submit, fault: Fault, alice: User) -> None:
    run = submitted()
    fault(how)
    [frame] = work(run)
    assert frame.status == Status.QUEUED
    assert frame.sent_at is None
    assert frame.due_at
    Generation.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    [frame] = work(run)
    assert frame.attempts == 1, "not claimed before it is due"
    fault(None)
    Generation.objects.update(due_at=timezone.now())
    [frame] = work(run)
    assert frame.status == Status.SUCCEEDED
    assert balance(alice) == 100 - run.credits


def test_patience_ends(submitted: Submit, fault: Fault, alice: User) -> None:
    run = submitted()
    fault("overloaded")
    Generation.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    [frame] = work(run)
    assert (frame.status, frame.error_code) == (Status.FAILED, "overloaded")
    assert balance(alice) == 100


def test_nobody_listens_at_the_models_address(submitted: Submit, settings: Any, alice: User) -> None:
    image_api._made_client.cache_clear()
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    try:
        [frame] = work(submitted())
    finally:
        image_api._made_client.cache_clear()
    assert (frame.status, frame.attempts) == (Status.QUEUED, 1)


def test_silence_is_an_unknown_outcome(submitted: Submit, settings: Any, fault: Fault, alice: User) -> None:
    run = submitted()
    image_api._made_client.cache_clear()
    settings.IMAGE_TIMEOUT_S = 1
    fault("silence")
    try:
        [frame] = work(run)
    finally:
        image_api._made_client.cache_clear()
    assert (frame.status, frame.error_code, frame.outcome_unknown) == (Status.FAILED, "lost_touch", True)
    assert balance(alice) == 100


def test_billing_stops_the_model(submitted: Submit, fault: Fault) -> None:
    run = submitted()
    fault("quota")
    work(run)
    assert ImageModel.objects.get(position=0).stopped_reason == "billing"


def test_cancel_refunds_only_what_waits(submitted: Submit, alice: User) -> None:
    run = submitted(count=2)
    first, second = run.generations.order_by("position")
    generations.run(generation_uuid=first.uuid)
    first.refresh_from_db()
    assert not generations.cancel(generation=first)
    assert generations.cancel(generation=second)
    assert not generations.cancel(generation=second)
    assert balance(alice) == 100 - first.credits
    generations.run(generation_uuid=second.uuid)
    second.refresh_from_db()
    assert second.status == Status.CANCELLED


def test_one_user_has_only_so_many_at_the_broker(submitted: Submit, settings: Any) -> None:
    settings.IN_FLIGHT_PER_USER = 2
    run = submitted(count=5)
    frames = list(run.generations.order_by("position"))
    assert [bool(frame.handed_at) for frame in frames] == [True, True, False, False, False]
    generations.run(generation_uuid=frames[0].uuid)
    assert [bool(frame.handed_at) for frame in run.generations.order_by("position")] == [True, True, True, False, False]


def test_an_operators_retry_is_paid_by_the_house(submitted: Submit, fault: Fault, alice: User) -> None:
    run = submitted()
    fault("server_error")
    [failed] = work(run)
    fault(None)
    again = generations.retry(generation=failed)
    frames = work(run)
    assert [frame.status for frame in frames] == [Status.FAILED, Status.SUCCEEDED]
    assert (frames[1].pk, frames[1].retry_of_id, frames[1].frame) == (again.pk, failed.pk, f"{run.number}-2")
    assert balance(alice) == 100


def test_spool_round_trip(settings: Any, tmp_path: Any) -> None:
    settings.SPOOL_DIR = tmp_path / "spool"
    name = uuid.uuid4()
    answer = image_api.Answer(data=b"\x00\xff" * 500, got={"size": "1x1"}, usage={"a": 1}, request_id="r")
    spool.keep(generation=name, answer=answer)
    assert spool.read(generation=name) == answer
    spool.drop(generation=name)
    assert spool.read(generation=name) is None


def test_a_thread_that_waits_for_the_model_holds_no_database_connection(
    submitted: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[object] = []

    def wait(call: image_api.Call, on_partial: object) -> image_api.Answer:
        held.append(connection.connection)
        raise Failure("broken")

    monkeypatch.setattr(image_api, "generate", wait)
    [frame] = work(submitted())
    assert held == [None]
    assert frame.status == Status.FAILED


def test_a_withdrawn_model_is_not_sold_by_a_stale_page(submitted: Submit, alice: User) -> None:
    asked = brief()
    ImageModel.objects.filter(pk=asked.model_id).update(enabled=False)
    with pytest.raises(NotSold):
        generations.submit(user=alice, brief=asked, key=uuid.uuid4())
    assert not Run.objects.exists()


def test_the_sum_on_the_button_is_the_most_that_is_taken(submitted: Submit, alice: User) -> None:
    with pytest.raises(generations.QuoteChanged) as changed:
        generations.submit(user=alice, brief=brief(count=10), key=uuid.uuid4(), quoted=4)
    assert (changed.value.was, changed.value.now) == (4, 40)
    assert not Run.objects.exists()


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


def test_a_full_disk_loses_no_picture(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**kwargs: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(spool, "keep", full)
    [frame] = work(submitted())
    assert frame.status == Status.SUCCEEDED


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
        worker._call(slept)
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
