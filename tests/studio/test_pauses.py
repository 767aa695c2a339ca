"""Words that are refused again and again: all credits come back, and then no more words are taken for a while."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from studio import generations, pauses
from studio.failures import Failure
from studio.models import Generation, ImageModel, Run
from tests.conftest import balance, signed_in
from tests.studio.pages import posted

Submit = Callable[..., Run]
WORDS = "The safety check has refused 2 of your frames within a day, and all their credits are back."


@pytest.fixture(autouse=True)
def _two_a_day(settings: Any) -> None:
    settings.REFUSED_REFUNDS_A_DAY = 2


def refuse(run: Run, *codes: str) -> None:
    for frame, code in zip(run.generations.order_by("id"), codes, strict=True):
        assert generations.fail(generation=frame, failure=Failure(code))


def test_it_works(stage: Client, catalogue: list[ImageModel], alice: User, bob: User) -> None:
    stage.post("/studio/runs/", posted(catalogue, count=2, quoted=8))
    assert WORDS not in stage.get("/studio/").content.decode()
    refuse(Run.objects.get(), "blocked", "blocked_output")
    assert balance(alice) == 100
    page = stage.get("/studio/").content.decode()
    assert WORDS in page
    assert re.search(r'<button class="button primary large"[^>]* disabled', page)
    quoted = stage.get("/studio/quote", posted(catalogue)).content.decode()
    assert re.search(r'id="error-run" hx-swap-oob="true" data-holds', quoted)
    for headers in ({}, {"HX-Request": "true"}):
        refused = stage.post("/studio/runs/", posted(catalogue, prompt="Kept words"), headers=headers)
        assert refused.status_code == 422
        assert WORDS in refused.content.decode()
        assert ("Kept words" in refused.content.decode()) == (not headers)
    frame = Generation.objects.order_by("id")[0].uuid
    again = stage.post(f"/studio/frames/{frame}/again", {"quoted": 4}, headers={"HX-Request": "true"})
    assert (again.status_code, WORDS in again.content.decode()) == (422, True)
    assert Run.objects.count() == 1
    assert balance(alice) == 100
    assert pauses.until(user=bob) is None


def test_it_ends_when_the_first_is_a_day_old(submitted: Submit, alice: User) -> None:
    refuse(submitted(count=3), "blocked", "blocked", "broken")
    until = pauses.until(user=alice)
    assert until
    assert timedelta(hours=23, minutes=59) < until - timezone.now() < timedelta(hours=24)
    assert f"from {until:%H:%M} on {until.day} {until:%B}" in pauses.words(until)
    with pytest.raises(generations.Paused):
        submitted()
    oldest = Generation.objects.order_by("id")[0]
    Generation.objects.filter(pk=oldest.pk).update(ended_at=timezone.now() - timedelta(hours=25))
    assert pauses.until(user=alice) is None
    assert pauses.refused_today(user=alice) == 1
    assert submitted()


def test_a_try_at_the_houses_cost_does_not_count(submitted: Submit, alice: User) -> None:
    run = submitted()
    refuse(run, "blocked")
    second = generations.retry(generation=run.generations.get())
    assert generations.fail(generation=second, failure=Failure("blocked"))
    assert pauses.refused_today(user=alice) == 1


def test_an_operator_sees_it_on_the_users_page(submitted: Submit, alice: User, charlie: User) -> None:
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    boss = signed_in(charlie)
    assert "presses are refused until" not in boss.get(page).content.decode()
    refuse(submitted(count=2), "blocked", "blocked")
    assert "2: presses are refused until" in boss.get(page).content.decode()
