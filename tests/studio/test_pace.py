"""The model's own limit: learned from its answers, shared by all workers, and waited for without a failed try."""

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import User
from studio import catalogue as studio_catalogue
from studio import frames, generations, image_api, live, pace
from studio.models import Generation, ImageModel, Run, Status, WaitsFor
from tests.backstage import sandbox
from tests.conftest import balance, brief, give, person, work
from tests.studio.test_failed_calls import forget_client

Submit = Callable[..., Run]
Fault = Callable[..., None]
HEADERS = "x-ratelimit-{}-requests"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1), ("6m0s", 360), ("120ms", 0.12), ("1h2m3.5s", 3600), ("2m", 120), ("1m500ms", 60.5), ("7", 7),
        ("0s", 0), ("", 0), ("soon", 0), ("-3", 0), ("nan", 0), ("9" * 5000, 0), ("99999h", 0), ("٣s", 0),
    ],
)  # fmt: skip
def test_how_long_a_header_asks_to_wait(text: str, seconds: float) -> None:
    assert pace.duration_s(text) == seconds


def take(**asked: Any) -> float:
    return pace.take(**{"model": 1, "per_minute": None, "behind": 0, **asked})


def test_it_works() -> None:
    assert [take(per_minute=2) for _call in range(2)] == [0, 0]
    assert 55 < take(per_minute=2) < 65
    assert take(per_minute=3) == 0
    assert take(model=2, per_minute=2) == 0, "another model has a bucket of its own"


def test_who_waited_longer_goes_first() -> None:
    assert take(per_minute=3, behind=2) == 0
    assert take(per_minute=3, behind=2) > 0, "the two places left are theirs"
    assert 110 < take(per_minute=3, behind=5) < 130
    assert [take(per_minute=3), take(per_minute=3)] == [0, 0]


def test_an_answer_tells_the_limit_and_when_there_is_room_again() -> None:
    pace.told(model=1, headers={HEADERS.format("limit"): "2", HEADERS.format("remaining"): "1"})
    assert pace.most(model=1, per_minute=None) == 2
    assert [take(), take()] == [0, 0]
    assert take() > 50
    pace.told(model=2, headers={"x-ratelimit-remaining-images": "0", "x-ratelimit-reset-images": "2m"})
    assert 100 < take(model=2) <= 120
    assert pace.most(model=2, per_minute=None) is None
    pace.told(model=3, headers={HEADERS.format("limit"): "50", "x-ratelimit-limit-images": "4"})
    assert pace.most(model=3, per_minute=30) == 4, "the tightest counts"
    assert pace.most(model=3, per_minute=2) == 2


@pytest.mark.parametrize("value", ["", "0", "-1", "many", "9" * 30, "1.5", "٣"])
def test_headers_that_say_nothing_change_nothing(value: str) -> None:
    pace.told(model=1, headers={HEADERS.format("limit"): value, HEADERS.format("remaining"): "0"})
    assert pace.most(model=1, per_minute=None) is None
    assert take() == 0


def test_a_model_that_names_no_limit_is_felt_for() -> None:
    pace.refused(model=1, wait_s=30)
    pace.refused(model=1, wait_s=10)  # sent before the first was refused: it says nothing new
    assert pace.most(model=1, per_minute=None) == pace.FIRST_GUESS
    assert 25 < take() <= 30, "who asks for more patience counts"
    live.connection().delete("pace:1:shut")
    pace.refused(model=1, wait_s=1)
    assert pace.most(model=1, per_minute=None) == pace.FIRST_GUESS // 2
    pace.went_well(model=1)
    assert pace.most(model=1, per_minute=None) == pace.FIRST_GUESS // 2 + 1
    pace.told(model=1, headers={HEADERS.format("limit"): "7"})
    assert pace.most(model=1, per_minute=None) == 7, "told is better than guessed"


def test_without_valkey_calls_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    away = redis.Redis.from_url("redis://127.0.0.1:9/0", retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(live, "connection", lambda: away)
    monkeypatch.setattr(pace, "_take", lambda: away.register_script(pace.TAKE))
    assert [take(per_minute=1), take(per_minute=1)] == [0, 0]
    pace.told(model=1, headers={HEADERS.format("limit"): "2"})
    pace.refused(model=1, wait_s=10)
    pace.went_well(model=1)
    pace.forget(model=1)
    assert pace.most(model=1, per_minute=None) is None


def test_an_operators_word_forgets_what_was_learned(catalogue: list[ImageModel]) -> None:
    model = catalogue[0].pk
    pace.refused(model=model, wait_s=600)
    assert take(model=model) > 500
    studio_catalogue.offer_again(model=catalogue[0])
    assert take(model=model) == 0


def test_a_frame_waits_for_a_place_and_says_so(submitted: Submit, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ImageModel.objects.update(per_minute=1)
    run = submitted(count=2)
    first, second = work(run)
    assert (first.status, second.status) == (Status.SUCCEEDED, Status.QUEUED)
    assert (second.attempts, second.waits_for, second.sent_at) == (0, WaitsFor.PLACE, None)
    assert second.due_at
    assert timedelta(seconds=50) < second.due_at - timezone.now() < timedelta(seconds=80)
    shown = frames.of_runs([run])[0].frames[1]
    assert (shown.state, shown.words) == ("queued", "Waits for the model, which takes only so many a minute.")
    assert shown.time == "about 1 min"
    assert shown.time in shown.token
    cache.clear()  # a minute later
    Generation.objects.filter(pk=second.pk).update(due_at=timezone.now())
    assert work(run)[1].status == Status.SUCCEEDED
    assert balance(alice) == 100 - run.credits


def test_frames_that_wait_for_a_place_hold_up_none_for_another_model(
    submitted: Submit, catalogue: list[ImageModel], settings: Any
) -> None:
    settings.IN_FLIGHT_PER_USER = 2
    limited, free = catalogue[:2]
    ImageModel.objects.filter(pk=limited.pk).update(per_minute=1)
    busy = submitted(count=5, model_id=limited.pk)
    other = submitted(count=3, model_id=free.pk)
    assert handed(other) == [False, False, False], "two of the first run go before"
    frames_ = list(busy.generations.order_by("position"))
    for frame in frames_[:3]:
        generations.run(generation_uuid=frame.uuid)
    assert [frame.waits_for for frame in busy.generations.order_by("position")] == ["", "place", "place", "", ""]
    assert handed(other) == [True, True, False]
    assert handed(busy) == [True, True, True, False, False], "one that waits at a model holds back the others of it"
    shown = [frame.words for frame in frames.of_runs([other])[0].frames]
    assert shown == ["Next in line.", "Number 2 in line.", "Number 3 in line."]


def test_one_that_waits_and_whose_message_was_not_sent_is_handed_over_again(
    submitted: Submit, catalogue: list[ImageModel]
) -> None:
    run = submitted(count=6)
    run.generations.update(waits_for=WaitsFor.PLACE, due_at=timezone.now(), handed_at=None)  # the broker was away
    generations.recover()
    assert handed(run) == [True, True, True, True, False, False]


def handed(run: Run) -> list[bool]:
    return [bool(frame.handed_at) for frame in run.generations.order_by("position")]


def test_a_limit_that_rises_is_noticed_soon(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    run = submitted()
    monkeypatch.setattr(pace, "take", lambda **_: 600.0)  # at the pace of a limit that was guessed too low
    [frame] = work(run)
    assert frame.waits_for == WaitsFor.PLACE
    assert frame.due_at - timezone.now() < timedelta(seconds=90)


def test_after_a_429_the_others_are_not_sent(submitted: Submit, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    run = submitted(count=4)
    fault("rate_limit")
    sent: list[str] = []
    plain = image_api.generate

    def counted(call: image_api.Call, **hooks: Any) -> image_api.Answer:
        sent.append(call.seed)
        return plain(call, **hooks)

    monkeypatch.setattr(image_api, "generate", counted)
    frames_ = work(run)
    assert {frame.status for frame in frames_} == {Status.QUEUED}
    assert {frame.waits_for for frame in frames_} == {WaitsFor.PLACE}
    assert len(sent) == 1
    assert [frame.attempts for frame in frames_] == [1, 0, 0, 0]


def test_a_frame_that_waited_its_turn_for_long_outlives_a_429(submitted: Submit, fault: Fault) -> None:
    run = submitted()
    Generation.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    fault("rate_limit")
    assert work(run)[0].status == Status.QUEUED


@pytest.fixture
def limited(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A model of this test's own that takes three calls a minute, of a minute that lasts a second."""
    process, address = sandbox("--latency", "0", "--canned", "--per-minute", "3", "--minute", "1")
    monkeypatch.setattr(pace, "MINUTE_S", 1.0)
    forget_client()
    settings.OPENAI_BASE_URL = address
    yield
    forget_client()
    process.terminate()
    process.wait()


def test_a_limited_model_makes_all_pictures_with_few_refusals(
    transactional_db: None, catalogue: list[ImageModel], limited: None, caplog: pytest.LogCaptureFixture
) -> None:
    runs = []
    for number in range(2):
        give(user := person(f"user-{number}"), 100)
        asked = brief(count=4, previews=0, quality="low")
        runs.append(generations.submit(user=user, brief=asked, key=uuid.uuid4()))
    due = Generation.objects.filter(status=Status.QUEUED, handed_at__isnull=False)
    end = time.monotonic() + 30
    with ThreadPoolExecutor(12) as pool:
        while rows := list(due.all()):
            assert time.monotonic() < end
            ready = [row.uuid for row in rows if row.due_at is None or row.due_at <= timezone.now()]
            list(pool.map(one, ready))
            time.sleep(0.02)
    assert Generation.objects.filter(status=Status.SUCCEEDED).count() == 8
    assert caplog.text.count("rate_limited") < 6
    assert {balance(run.owner) for run in runs} == {100 - runs[0].credits}


def one(generation: uuid.UUID) -> None:
    """A worker's thread."""
    try:
        generations.run(generation_uuid=generation)
    finally:
        connection.close()
