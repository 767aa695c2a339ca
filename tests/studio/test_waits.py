"""What a frame that waits is told: its place, and about how long it takes."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from studio import frames, generations, waits
from studio.models import Generation, ImageModel, Run, Status
from tests.conftest import brief, give

Submit = Callable[..., Run]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "about 5 s"), (11, "about 10 s"), (56, "about 55 s"), (57, "about 1 min"), (100, "about 2 min"),
        (3200, "about 53 min"), (3500, "about an hour"), (7000, "about 2 hours"),
    ],
)  # fmt: skip
def test_times_are_told_as_nobody_knows_them_better(seconds: float, words: str) -> None:
    assert waits.about(seconds) == words


def told(run: Run) -> list[tuple[str, str]]:
    return [(frame.words, frame.time) for frame in frames.of_runs([run])[0].frames if frame.state == "queued"]


def test_it_works(submitted: Submit, settings: Any) -> None:
    settings.IN_FLIGHT_PER_USER = 2
    run = submitted(count=6)  # nine seconds each
    assert told(run) == [
        ("Next in line.", "about 15 s"),
        ("Number 2 in line.", "about 20 s"),
        ("Number 3 in line.", "about 20 s"),
        ("Number 4 in line.", "about 25 s"),
        ("Number 5 in line.", "about 30 s"),
        ("Number 6 in line.", "about 35 s"),
    ]
    before = frames.of_runs([run])[0].frames[5].token
    ids = [row.pk for row in run.generations.order_by("id")]
    Generation.objects.filter(pk__in=ids[:4]).update(status=Status.RUNNING)
    assert told(run) == [("Next in line.", "about 10 s"), ("Number 2 in line.", "about 15 s")]
    assert frames.of_runs([run])[0].frames[5].token != before, "pages that poll see it move"


def test_a_slow_model_makes_the_wait_longer(submitted: Submit) -> None:
    ImageModel.objects.update(per_minute=2)
    assert [time for _words, time in told(submitted(count=5))][2:] == ["about 1 min", "about 1 min", "about 2 min"]


def test_the_line_takes_turns_by_user(submitted: Submit, bob: User, settings: Any) -> None:
    settings.IN_FLIGHT_PER_USER = 2
    many = submitted(count=8)
    give(bob, 100)
    few = generations.submit(user=bob, brief=brief(count=4), key=uuid.uuid4())
    rows = [*many.generations.order_by("id"), *few.generations.order_by("id")]
    places = generations.places(generations=rows)
    # The broker has two of each; then two of each come, though alice pressed first.
    assert [places[row.pk] for row in rows] == [1, 2, 5, 6, 9, 10, 11, 12, 3, 4, 7, 8]


def test_nothing_is_counted_for_pages_where_nothing_waits(
    submitted: Submit, django_assert_num_queries: Callable[[int], Any]
) -> None:
    submitted()
    with django_assert_num_queries(0):
        assert waits.of(generations=[]) == {}
