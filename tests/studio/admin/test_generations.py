"""What an operator does about a frame: a second try that the house pays, a picture's credits given back."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from credits import audit
from credits.models import Entry
from studio import facts, generations, reports
from studio.models import Generation, Run, Status
from tests.conftest import balance
from tests.studio.admin.conftest import fail, frame_of, make

LIST = "admin:studio_generation_changelist"
CONFIRMED = {"confirmed": "1", "reason": "asked by mail"}


def page(frame: Generation, act: str = "change") -> str:
    return reverse(f"admin:studio_generation_{act}", args=[frame.pk])


def listed(client: Client, **query: str) -> list[str]:
    return sorted(row.frame for row in client.get(reverse(LIST), query).context["cl"].result_list)


def test_the_list_is_filtered_and_searched(support: Client, run: Run) -> None:
    fail(frame_of(run, 3), "lost_touch", request_id="req_abc")
    assert listed(support) == ["1-1", "1-2", "1-3"]
    assert listed(support, status__exact="succeeded") == ["1-1"]
    assert listed(support, error="broken") == ["1-2"]
    assert listed(support, outcome_unknown__exact="1") == ["1-3"]
    assert listed(support, q="1-2") == ["1-2"]
    assert listed(support, q="req_abc alice@example.com") == ["1-3"]
    assert listed(support, q=str(frame_of(run, 1).uuid)) == ["1-1"]
    assert listed(support, q="req_none") == []


def test_the_page_tells_the_call(support: Client, run: Run) -> None:
    fail(frame_of(run, 3), "lost_touch", request_id="req_abc")
    html = support.get(page(frame_of(run, 3))).content.decode()
    assert "req_abc" in html
    assert "We lost touch with the model half way." in html
    assert "credits came back" in html
    made = support.get(page(frame_of(run, 1))).content.decode()
    assert "$0.065" in made  # 1000 tokens in at $5, 2000 out at $30 a million
    assert "Nothing came back" in made


def test_a_retry_asks_first(support: Client, run: Run) -> None:
    html = support.get(page(frame_of(run, 2), "retry_one")).content.decode()
    assert "1 failed frame gets a second try in its own run. The house pays for it" in html
    assert run.generations.count() == 3


def test_a_retry_makes_a_frame_that_the_house_pays(support: Client, run: Run, alice: User) -> None:
    failed, before = frame_of(run, 2), balance(alice)
    answer = support.post(page(failed, "retry_one"), CONFIRMED, follow=True)
    assert "1 frame is tried again: 1-4." in answer.content.decode()
    again = frame_of(run, 4)
    assert (again.retry_of, again.credits, again.status) == (failed, 0, Status.QUEUED)
    assert "tried again as 1-4" in support.get(page(failed)).content.decode()
    assert "second try of 1-2" in support.get(page(again)).content.decode()
    make(again)
    assert balance(alice) == before
    assert LogEntry.objects.get().get_change_message() == "Tried again as 1-4, paid by the house: asked by mail"


def test_twice_is_one_retry(support: Client, run: Run) -> None:
    first, second = (support.post(page(frame_of(run, 2), "retry_one"), CONFIRMED, follow=True) for _ in range(2))
    assert run.generations.count() == 4
    assert "1 frame is tried again" in first.content.decode()
    html = second.content.decode()
    assert "1-2 was tried again as 1-4 already." in html
    assert "tried again: " not in html
    assert page(frame_of(run, 2), "retry_one") not in html
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "x", "because"])
def test_a_retry_asks_for_a_reason(support: Client, run: Run, reason: str) -> None:
    asked = support.post(page(frame_of(run, 2), "retry_one"), {"confirmed": "1", "reason": reason})
    assert asked.context["form"].errors.keys() == {"reason"}
    assert run.generations.count() == 3


def test_an_unknown_outcome_is_settled(support: Client, run: Run) -> None:
    frame = frame_of(run, 3)
    fail(frame, "lost_touch")
    assert page(frame, "settle_one") in support.get(page(frame)).content.decode()
    assert "Say what you found out" in support.get(page(frame, "settle_one")).content.decode()
    assert support.post(page(frame, "settle_one"), {"confirmed": "1", "reason": "no"}).status_code == 200
    assert reports.stuck().unknown.count == 1
    settled = support.post(page(frame, "settle_one"), {**CONFIRMED, "reason": "not on the bill"}, follow=True)
    html = settled.content.decode()
    assert "Settled: 1-3." in html
    assert "unknown; settled" in html
    assert page(frame, "settle_one") not in html
    assert reports.stuck().unknown.count == 0
    again = support.post(page(frame, "settle_one"), CONFIRMED, follow=True).content.decode()
    assert "No outcome to settle" in again
    assert LogEntry.objects.get().get_change_message() == "Settled: not on the bill"


def test_many_are_settled_from_the_list(support: Client, run: Run) -> None:
    fail(frame_of(run, 3), "lost_touch")
    ticked = {"action": "settle", "_selected_action": [row.pk for row in run.generations.all()]}
    assert "2 frames are left out" in support.post(reverse(LIST), ticked).content.decode()
    answer = support.post(reverse(LIST), {**ticked, **CONFIRMED}, follow=True)
    assert "Settled: 1-3." in answer.content.decode()
    assert reports.stuck().unknown.count == 0


def test_a_picture_that_turns_up_after_that_is_kept(support: Client, run: Run) -> None:
    frame = frame_of(run, 3)
    fail(frame, "lost_touch")
    support.post(page(frame, "settle_one"), CONFIRMED)
    make(frame)
    assert frame.status == Status.SUCCEEDED


@pytest.mark.parametrize(
    ("sent", "facts", "words"),
    [
        (True, {"error": "worker lost"}, "none: killed before an answer"),
        (True, {"error": "APIConnectionError"}, "none: the line broke before an answer"),
        (False, {}, "none: nothing was sent"),
    ],
)
def test_a_missing_request_id_says_why(
    support: Client, run: Run, sent: bool, facts: dict[str, str], words: str
) -> None:
    frame = frame_of(run, 3)
    fail(frame, "lost_touch")
    sent_at = timezone.now() if sent else None
    Generation.objects.filter(pk=frame.pk).update(sent_at=sent_at, error_params=facts)
    for address in (page(frame), reverse("admin:stuck")):
        assert words in support.get(address).content.decode()


def test_codes_and_json_are_words(support: Client, run: Run) -> None:
    for address in (reverse(LIST), page(frame_of(run, 2)), reverse("admin:index")):
        html = support.get(address).content.decode()
        assert "provider failed" in html.lower()
        assert ">broken<" not in html
    made = support.get(page(frame_of(run, 1))).content.decode()
    assert "input tokens: 1,000; output tokens: 2,000" in made


def test_many_are_tried_from_the_list(support: Client, run: Run) -> None:
    fail(frame_of(run, 3), "blocked")
    ticked = {"action": "retry", "_selected_action": [row.pk for row in run.generations.all()]}
    asked = support.post(reverse(LIST), ticked).content.decode()
    assert "2 failed frames get a second try" in asked
    assert "1 frame is left out" in asked
    assert "will most likely be refused again" in asked
    assert run.generations.count() == 3
    answer = support.post(reverse(LIST), {**ticked, **CONFIRMED}, follow=True)
    assert "2 frames are tried again: 1-4, 1-5." in answer.content.decode()
    twice = support.post(reverse(LIST), {**ticked, **CONFIRMED}, follow=True).content.decode()
    assert "1-2 was tried again as 1-4 already. 1-3 was tried again as 1-5 already." in twice
    assert "tried again: " not in twice
    assert list(run.generations.filter(position__gt=3).values_list("retry_of__position", flat=True)) == [2, 3]


@pytest.mark.parametrize("position", [1, 3])
def test_only_failed_frames_are_tried_again(support: Client, run: Run, position: int) -> None:
    frame = frame_of(run, position)
    assert page(frame, "retry_one") not in support.get(page(frame)).content.decode()
    answer = support.post(page(frame, "retry_one"), CONFIRMED, follow=True)
    assert "did not fail: only failed frames are tried again." in answer.content.decode()
    with pytest.raises(generations.NotFailed):
        generations.retry(generation=frame)
    assert run.generations.count() == 3


def test_a_retry_that_fails_is_tried_again_itself(run: Run) -> None:
    again = generations.retry(generation=frame_of(run, 2))
    fail(frame_of(run, again.position))
    third = generations.retry(generation=frame_of(run, again.position))
    assert (third.frame, third.retry_of) == ("1-5", again)


def test_repaying_asks_for_a_reason(finance: Client, run: Run) -> None:
    frame = frame_of(run, 1)
    assert page(frame, "repay") in finance.get(page(frame)).content.decode()
    html = finance.get(page(frame, "repay")).content.decode()
    assert f"alice@example.com keeps picture 1-1 and gets its {frame.credits} credits back, once." in html
    for reason in ("", "  ", "x", "hands " * 60):
        assert finance.post(page(frame, "repay"), {"reason": reason}).status_code == 200
    assert not Entry.objects.filter(cause=f"generation:{frame.uuid}").exists()


def test_a_picture_is_repaid_once(finance: Client, fay: User, run: Run, alice: User) -> None:
    frame, before = frame_of(run, 1), balance(alice)
    answer = finance.post(page(frame, "repay"), {"reason": "six fingers"}, follow=True)
    assert f"1-1: {frame.credits} credits are back with alice@example.com." in answer.content.decode()
    second = finance.post(page(frame, "repay"), {"reason": "six fingers"}, follow=True)
    assert "1-1 has no credits to give back." in second.content.decode()
    assert balance(alice) == before + frame.credits
    entry = Entry.objects.get(cause=f"generation:{frame.uuid}")
    assert (entry.kind, entry.note, entry.by) == ("refund", "six fingers", fay)
    assert audit.findings() == []
    html = finance.get(page(frame)).content.decode()
    assert page(frame, "repay") not in html
    assert "six fingers, fay@example.com" in html


def test_repaying_twice_returns_the_first_entry(run: Run, alice: User, fay: User) -> None:
    frame = frame_of(run, 1)
    first = generations.repay(generation=frame, by=fay, reason="six fingers")
    assert generations.repay(generation=frame, by=fay, reason="seven") == first
    assert balance(alice) == 100 - run.credits + 2 * frame.credits  # this one and the failed one


def test_the_receipt_tells_it_from_a_frame_that_failed(run: Run, fay: User) -> None:
    frame = frame_of(run, 1)
    generations.repay(generation=frame, by=fay, reason="six fingers")
    words = [line.words for line in facts.receipt(image=frame.images.get())]
    assert words == ["Taken", "Back, 1-2 not made", "Back for 1-1"]


def test_the_whole_run_repaid_is_the_whole_run(run: Run, alice: User, fay: User) -> None:
    make(frame_of(run, 3))
    for position in (1, 3):
        generations.repay(generation=frame_of(run, position), by=fay, reason="none was usable")
    assert balance(alice) == 100
    assert audit.findings() == []


@pytest.mark.parametrize("position", [2, 3])
def test_what_was_not_made_is_not_repaid(finance: Client, fay: User, run: Run, position: int) -> None:
    frame = frame_of(run, position)
    with pytest.raises(generations.NothingToRepay):
        generations.repay(generation=frame, by=fay, reason="why not")
    answer = finance.post(page(frame, "repay"), {"reason": "why not"}, follow=True)
    assert "has no credits to give back." in answer.content.decode()


def test_what_the_house_paid_is_not_repaid(finance: Client, fay: User, run: Run) -> None:
    again = generations.retry(generation=frame_of(run, 2))
    make(again)
    with pytest.raises(generations.NothingToRepay):
        generations.repay(generation=again, by=fay, reason="why not")


def test_a_picture_that_turned_up_is_free_already(fay: User, run: Run, alice: User) -> None:
    fail(frame_of(run, 3), "lost_touch")
    before = balance(alice)
    Generation.objects.filter(pk=frame_of(run, 3).pk).update(status=Status.SUCCEEDED)
    entry = generations.repay(generation=frame_of(run, 3), by=fay, reason="again")
    assert (entry.by, balance(alice)) == (None, before)


def test_support_repays_nothing(support: Client, run: Run) -> None:
    frame = frame_of(run, 1)
    assert page(frame, "repay") not in support.get(page(frame)).content.decode()
    assert support.get(page(frame, "repay")).status_code == 403
    assert support.post(page(frame, "repay"), {"reason": "six fingers"}).status_code == 403


def test_looking_is_not_acting(support: Client, sue: User, run: Run) -> None:
    group = sue.groups.get()
    group.permissions.remove(group.permissions.get(codename="retry_generation"))
    frame = frame_of(run, 2)
    assert page(frame, "retry_one") not in support.get(page(frame)).content.decode()
    assert support.post(page(frame, "retry_one"), CONFIRMED).status_code == 403
    support.post(reverse(LIST), {"action": "retry", "_selected_action": [frame.pk], **CONFIRMED})
    assert run.generations.count() == 3


@pytest.mark.parametrize("act", ["retry_one", "repay"])
def test_a_frame_that_is_none(finance: Client, act: str) -> None:
    assert finance.post(reverse(f"admin:studio_generation_{act}", args=[999_999]), {}).status_code == 404
