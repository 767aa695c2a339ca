"""The limit that a model was found to have, as operators see it and forget it."""

from datetime import timedelta

import pytest
import redis
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio import learned, live, pace
from studio.models import Generation, ImageModel, Run, WaitsFor

LIST = reverse("admin:studio_imagemodel_changelist")
STUCK = reverse("admin:stuck")


@pytest.fixture
def limited(catalogue: list[ImageModel]) -> ImageModel:
    """Its answers name a limit."""
    pace.told(model=catalogue[0].pk, headers={"x-ratelimit-limit-requests": "2"})
    return catalogue[0]


def again(model: ImageModel) -> str:
    return reverse("admin:studio_imagemodel_offer_again", args=[model.pk])


def test_it_works(limited: ImageModel, catalogue: list[ImageModel]) -> None:
    [(pk, found)] = learned.of(catalogue).items()
    assert (pk, found.per_minute, found.guessed, found.shut_until) == (limited.pk, 2, False, None)
    assert found.heard_at
    assert timezone.now() - found.heard_at < timedelta(seconds=10)
    pace.refused(model=catalogue[1].pk, wait_s=30)
    guess = learned.of(catalogue)[catalogue[1].pk]
    assert (guess.per_minute, guess.guessed) == (pace.FIRST_GUESS, True)
    assert guess.shut_until
    assert timedelta(seconds=20) < guess.shut_until - timezone.now() <= timedelta(seconds=31)


def test_a_limit_that_holds_nobody_up_is_none(catalogue: list[ImageModel]) -> None:
    pace.told(model=catalogue[0].pk, headers={"x-ratelimit-limit-requests": "90000"})
    assert learned.of(catalogue) == {}


def test_while_valkey_is_away_nothing_is_known(
    limited: ImageModel, finance: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def pipeline(self, transaction: bool) -> None:
            raise redis.ConnectionError

    monkeypatch.setattr(live, "connection", Away)
    assert learned.of([limited]) == {}
    assert finance.get(LIST).status_code == 200


def test_list_and_page_show_it_and_forget_it(limited: ImageModel, finance: Client, support: Client) -> None:
    page = reverse("admin:studio_imagemodel_change", args=[limited.pk])
    for address in (LIST, page):
        html = finance.get(address).content.decode()
        assert "Held to 2 calls a minute: its answers say so, last at" in html
        assert again(limited) in html
        assert again(limited) not in support.get(address).content.decode()
    told = finance.post(again(limited), follow=True).content.decode()
    assert f"Offered again: {limited}." in told
    assert "Held to" not in told
    assert learned.of([limited]) == {}


def test_the_page_of_what_is_stuck_shows_it_where_it_holds_something_up(
    limited: ImageModel, finance: Client, run: Run
) -> None:
    assert 'id="limited"' not in finance.get(STUCK).content.decode()
    Generation.objects.filter(run=run, position=3).update(waits_for=WaitsFor.PLACE)
    html = finance.get(STUCK).content.decode()
    assert "Held to 2 calls a minute" in html
    assert again(limited) in html
    ImageModel.objects.filter(pk=limited.pk).update(per_minute=1)
    pace.forget(model=limited.pk)
    html = finance.get(STUCK).content.decode()
    assert "Held to 1 call a minute by an operator." in html
    assert again(limited) not in html, "there is nothing to forget"


def test_a_refused_model_is_shown_there_at_once(catalogue: list[ImageModel], support: Client) -> None:
    pace.refused(model=catalogue[1].pk, wait_s=30)
    html = support.get(STUCK).content.decode()
    assert "Held to about 60 calls a minute, a guess" in html
    assert "It asked to wait: no call before" in html
