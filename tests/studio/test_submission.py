"""A press of Generate, a cancel and a second try: what is charged, what is not."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from credits import ledger
from credits.models import Entry
from studio import generations
from studio.generations.submission import NotSold
from studio.models import ImageModel, Price, Run, Status
from tests.conftest import balance, brief, give, work

Submit = Callable[..., Run]
Fault = Callable[..., None]


def test_the_same_press_twice_is_one_run(submitted: Submit, alice: User) -> None:
    give(alice, 50)
    key = uuid.uuid4()
    first = generations.submit(user=alice, brief=brief(), key=key)
    again = generations.submit(user=alice, brief=brief(), key=key)
    assert first == again
    assert Entry.objects.filter(kind="debit").count() == 1
    other = generations.submit(user=alice, brief=brief(prompt="Another"), key=key)
    assert other.number == first.number + 1


def test_too_few_credits_says_how_many_and_takes_none(transactional_db: None, catalogue: Any, alice: User) -> None:
    give(alice, 5)
    with pytest.raises(ledger.NotEnough) as refused:
        generations.submit(user=alice, brief=brief(count=4), key=uuid.uuid4())
    assert (refused.value.balance, refused.value.missing) == (5, 11)
    assert not Run.objects.exists()
    assert balance(alice) == 5


def test_a_changed_price_is_not_charged(submitted: Submit, alice: User) -> None:
    before = Price.objects.get(model__position=0, quality="medium", band="s")
    Price.objects.create(model=before.model, quality="medium", band="s", credits=9, output_tokens=before.output_tokens)
    with pytest.raises(generations.QuoteChanged) as changed:
        generations.submit(user=alice, brief=brief(), key=uuid.uuid4(), quoted=before.credits)
    assert changed.value.now == 9
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


def test_the_sum_on_the_button_is_the_most_that_is_taken(submitted: Submit, alice: User) -> None:
    with pytest.raises(generations.QuoteChanged) as changed:
        generations.submit(user=alice, brief=brief(count=10), key=uuid.uuid4(), quoted=4)
    assert changed.value.now == 40
    assert not Run.objects.exists()


def test_a_withdrawn_model_is_not_sold_by_a_stale_page(submitted: Submit, alice: User) -> None:
    asked = brief()
    ImageModel.objects.filter(pk=asked.model_id).update(enabled=False)
    with pytest.raises(NotSold):
        generations.submit(user=alice, brief=asked, key=uuid.uuid4())
    assert not Run.objects.exists()


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
