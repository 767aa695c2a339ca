"""What a model can answer instead of a picture: said, refunded once, asked again only where it cost nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from credits.models import Entry
from studio import generations, image_api, spool
from studio.failures import Failure
from studio.generations.work import MOST_TRIES
from studio.models import Generation, ImageModel, Run, Status
from tests.conftest import balance, work

Submit = Callable[..., Run]
Fault = Callable[..., None]


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
    cache.clear()  # what the model said of its pace, too
    Generation.objects.update(due_at=timezone.now())
    [frame] = work(run)
    assert frame.status == Status.SUCCEEDED
    assert balance(alice) == 100 - run.credits


def test_patience_ends(submitted: Submit, fault: Fault, alice: User) -> None:
    run = submitted()
    fault("overloaded")
    Generation.objects.update(created_at=timezone.now() - timedelta(minutes=11))  # it waited long for its turn
    [frame] = work(run)
    assert frame.status == Status.QUEUED
    Generation.objects.update(attempts=MOST_TRIES - 1, due_at=None)
    [frame] = work(run)
    assert (frame.status, frame.error_code) == (Status.FAILED, "overloaded")
    assert balance(alice) == 100


def forget_client() -> None:
    """The next call makes a new one, by the settings that hold then."""
    image_api._clients()[1].close()
    image_api._made_clients.cache_clear()


@pytest.fixture
def impatient(settings: Any) -> Iterator[Any]:
    """Settings for a client of this test's own, which waits a second for an answer."""
    forget_client()
    settings.IMAGE_TIMEOUT_S = 1
    yield settings
    forget_client()


def test_nobody_listens_at_the_models_address(submitted: Submit, impatient: Any, alice: User) -> None:
    impatient.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    [frame] = work(submitted())
    assert (frame.status, frame.attempts) == (Status.QUEUED, 1)


def test_silence_is_an_unknown_outcome(submitted: Submit, impatient: Any, fault: Fault, alice: User) -> None:
    run = submitted()
    fault("silence")
    [frame] = work(run)
    assert (frame.status, frame.error_code, frame.outcome_unknown) == (Status.FAILED, "lost_touch", True)
    assert balance(alice) == 100


def test_billing_stops_the_model(submitted: Submit, fault: Fault) -> None:
    run = submitted()
    fault("quota")
    work(run)
    assert ImageModel.objects.get(position=0).stopped_reason == "billing"


def test_a_full_disk_loses_no_picture(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**kwargs: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(spool, "keep", full)
    [frame] = work(submitted())
    assert frame.status == Status.SUCCEEDED
