"""A model that does not answer: refused after so many failures, asked by one frame at a time, back once it answers."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from credits.models import Entry
from studio import breaker, frames, generations, receipts
from studio import catalogue as studio_catalogue
from studio.failures import KINDS, Failure
from studio.forms import ComposerForm
from studio.generations import gate
from studio.generations import work as worker
from studio.models import Breaker, Generation, ImageModel, Run, Status, WaitsFor
from tests.conftest import balance, brief, give, signed_in, work
from tests.studio.pages import posted

Submit = Callable[..., Run]
Fault = Callable[..., None]


@pytest.fixture(autouse=True)
def _soon(settings: Any) -> None:
    settings.MODEL_DOWN_AFTER = 2


def first() -> ImageModel:
    return ImageModel.objects.order_by("position")[0]


def refusing() -> set[int]:
    return breaker.refusing(studio_catalogue.offered())


def take_down(model: ImageModel | None = None) -> ImageModel:
    """Down just now, and asked again in half a minute."""
    model, now = model or first(), timezone.now()
    down: dict[str, Any] = {"failures": 2, "failing_since": now, "down_since": now, "pauses": 1}
    Breaker.objects.update_or_create(model=model, defaults={**down, "probe_at": now + timedelta(seconds=30)})
    return model


def end_pause() -> None:
    Breaker.objects.update(probe_at=timezone.now())


def test_it_works(submitted: Submit, fault: Fault, alice: User, settings: Any) -> None:
    """Two fail, two wait, one asks in vain, one asks and is answered, and then the last goes."""
    run = submitted(count=5)
    fault("server_error")
    found = work(run)
    assert [frame.status for frame in found] == [Status.FAILED] * 2 + [Status.QUEUED] * 3
    assert {(frame.attempts, frame.handed_at, frame.waits_for) for frame in found[2:4]} == {(0, None, WaitsFor.MODEL)}
    assert refusing() == {run.generations.all()[0].model_id}
    generations.recover()
    assert not Generation.objects.filter(status=Status.QUEUED, handed_at__isnull=False).exists(), "it pauses"

    end_pause()
    generations.recover()
    [probe] = Generation.objects.filter(status=Status.QUEUED, handed_at__isnull=False)
    assert probe == found[2]
    found = work(run)
    assert [frame.status for frame in found] == [Status.FAILED] * 3 + [Status.QUEUED] * 2
    row = Breaker.objects.get()
    assert (row.pauses, row.probe) == (2, None)
    assert row.probe_at
    assert row.probe_at - timezone.now() > timedelta(seconds=50), "the pause has grown"

    fault(None)
    end_pause()
    generations.recover()
    found = work(run)
    assert [frame.status for frame in found[3:]] == [Status.SUCCEEDED] * 2
    assert not breaker.down()
    assert balance(alice) == 100 - 2 * run.credits // 5


def test_only_one_asks_at_a_time(submitted: Submit) -> None:
    run = submitted(count=3)
    take_down()
    end_pause()
    rows = [worker.claim(generation_uuid=row.uuid) for row in run.generations.order_by("id")]
    one, two, three = [row for row in rows if row]
    gate.enter(one)
    for other in (two, three):
        with pytest.raises(gate.Held):
            gate.enter(other)
    gate.enter(one)
    assert breaker.due() == []
    assert generations.fail(generation=one, failure=Failure("lost_touch")), "its worker died"
    assert breaker.due() == [one.model_id]
    gate.enter(two)


def test_a_crowd_that_was_sent_before_makes_no_pause_longer(submitted: Submit) -> None:
    run = submitted(count=4)
    for frame in run.generations.all():
        gate.left(frame, failure=Failure("unreachable"))
    assert Breaker.objects.get().pauses == 1


@pytest.mark.parametrize("code", sorted(code for code, kind in KINDS.items() if not kind.outage))
def test_what_is_not_the_providers_trouble_takes_no_model_down(code: str, submitted: Submit) -> None:
    frame = submitted().generations.get()
    for _call in range(3):
        gate.left(frame, failure=Failure(code))
    assert not breaker.down()


def test_failures_count_in_a_row_and_within_a_window(submitted: Submit) -> None:
    frame = submitted().generations.get()
    for between in (None, Failure("blocked"), Failure("rate_limited")):
        gate.left(frame, failure=Failure("broken"))
        gate.left(frame, failure=between)
    gate.left(frame, failure=Failure("broken"))
    assert not breaker.down()
    Breaker.objects.update(failing_since=timezone.now() - timedelta(hours=1))
    gate.left(frame, failure=Failure("broken"))
    assert not breaker.down(), "the other was long ago"
    gate.left(frame, failure=Failure("misdirected"))
    assert breaker.is_down(model_id=frame.model_id)
    gate.left(frame)
    assert not breaker.down()


def test_waiting_for_a_model_stands_in_nobodys_way(submitted: Submit, settings: Any) -> None:
    settings.IN_FLIGHT_PER_USER = 1
    waits = submitted(count=3)
    take_down()
    work(waits)
    other = submitted(model_id=ImageModel.objects.order_by("position")[1].pk)
    assert other.generations.get().handed_at
    assert waits.generations.filter(handed_at=None).count() == 3
    places = generations.places(generations=[*waits.generations.all(), other.generations.get()])
    assert places[other.generations.get().pk] == 1


def test_what_cost_nothing_waits_on_past_all_patience(submitted: Submit, fault: Fault) -> None:
    run = submitted(count=2)
    Generation.objects.update(attempts=worker.MOST_TRIES - 1)
    fault("overloaded")
    assert [frame.status for frame in work(run)] == [Status.FAILED, Status.QUEUED]


def test_the_deadline_ends_it_with_the_credits_back(submitted: Submit, alice: User) -> None:
    run = submitted(count=2)
    other = submitted(model_id=ImageModel.objects.order_by("position")[1].pk)
    take_down()
    Generation.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert generations.recover()["overdue"] == 3
    assert {row.error_code for row in run.generations.all()} == {"not_answering"}
    assert other.generations.get().error_code == "waited_too_long"
    assert balance(alice) == 100
    frame = frames.of_runs([run])[0].frames[0]
    assert frame.reason == "It waited for 60 minutes, and the model did not answer. Choose another one."
    told = receipts.generations([str(other.generations.get().uuid)])
    assert [line.title for line in told.values()] == ["Not made: it waited for 60 minutes, and its turn did not come"]


def test_the_page_says_so_and_offers_another(stage: Client, catalogue: list[ImageModel], alice: User) -> None:
    stage.post("/studio/runs/", posted(catalogue, count=2, quoted=8))
    take_down()
    page = stage.get("/studio/").content.decode()
    assert "2.6 Flare was not answering, and 2.5 Flare was chosen instead." in page
    assert "is not answering</span>" in page.replace("\n", "")
    assert "The 2 frames that wait for it go on once it answers" in page
    assert page.count("<p>Waits until 2.6 Flare answers.</p>") == 2
    asked = posted(catalogue, prompt="Kept words")
    quoted = stage.get("/studio/quote", asked).content.decode()
    assert "2.6 Flare is not answering at the moment. Choose another one, such as 2.5 Flare" in quoted
    for headers in ({}, {"HX-Request": "true"}):
        refused = stage.post("/studio/runs/", asked, headers=headers)
        assert refused.status_code == 422
        assert "or wait until it answers. Nothing was charged." in refused.content.decode()
        assert ("Kept words" in refused.content.decode()) == (not headers)
    assert Run.objects.count() == 1
    assert balance(alice) == 92
    run = Run.objects.get()
    stage.post(f"/studio/runs/{run.uuid}/cancel")
    assert balance(alice) == 100
    frame = run.generations.all()[0].uuid
    again = stage.post(f"/studio/frames/{frame}/again", {"quoted": 4}, headers={"HX-Request": "true"})
    assert again.status_code == 422
    assert "Nothing was charged." in again.content.decode()


def test_the_same_press_again_is_still_the_run_that_it_made(submitted: Submit, alice: User) -> None:
    key = uuid.uuid4()
    give(alice, 100)
    run = generations.submit(user=alice, brief=brief(), key=key)
    take_down()
    assert generations.submit(user=alice, brief=brief(), key=key) == run
    assert Entry.objects.filter(kind="debit").count() == 1


def test_with_nothing_queued_the_next_press_asks(submitted: Submit) -> None:
    take_down()
    with pytest.raises(generations.NotAnswering):
        submitted()
    end_pause()
    assert not refusing()
    run = submitted(count=2)
    assert [bool(row.handed_at) for row in run.generations.order_by("id")] == [True, False]
    assert refusing() == {first().pk}
    with pytest.raises(generations.NotAnswering):
        submitted()
    assert [frame.status for frame in work(run)] == [Status.SUCCEEDED] * 2
    assert not breaker.down()


def test_where_none_answers_the_first_stays_chosen(catalogue: list[ImageModel]) -> None:
    for model in catalogue:
        take_down(model)
    form = ComposerForm()
    assert form.initial["model"] == catalogue[0].pk
    assert form.instead_of is None


def test_a_newcomer_starts_with_a_model_that_answers(stage: Client, catalogue: list[ImageModel]) -> None:
    take_down()
    page = stage.get("/studio/").content.decode()
    assert f'id="model-{catalogue[2].pk}" checked' in page


def test_an_operator_sees_it_and_offers_it_again(charlie: User, catalogue: list[ImageModel], submitted: Submit) -> None:
    run = submitted()
    model = take_down()
    boss = signed_in(charlie)
    for page in ("imagemodel/", f"imagemodel/{model.pk}/change/"):
        assert "Not answering since" in boss.get(f"/admin/studio/{page}").content.decode()
    assert "Not answering since" in boss.get("/admin/stuck/").content.decode()
    told = boss.post(f"/admin/studio/imagemodel/{model.pk}/offer-again/", follow=True).content.decode()
    assert f"Offered again: {model}." in told
    assert not breaker.down()
    generations.recover()
    assert work(run)[0].status == Status.SUCCEEDED
    studio_catalogue.stop(model=model, reason="billing")
    take_down()
    assert "Stopped: account on hold. Not answering since" in boss.get("/admin/stuck/").content.decode()
    assert studio_catalogue.offer_again(model=model)
    assert not studio_catalogue.offer_again(model=model)
