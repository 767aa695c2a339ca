"""The front page's figures and the page of everything stuck, from rows that are really so."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import User
from gptimage import away, health
from gptimage.health import Finding
from studio import advice, failures, generations, reports, tasks
from studio import catalogue as studio_catalogue
from studio.models import Generation, Image, ImageModel, Run, Status, WaitsFor
from tests.conftest import brief
from tests.studio.admin.conftest import fail, frame_of, make


def ago(**span: float) -> Any:
    return timezone.now() - timedelta(**span)


def change(frame: Generation, **values: object) -> None:
    Generation.objects.filter(pk=frame.pk).update(**values)


def test_a_day_in_figures(run: Run, fay: User) -> None:
    fail(frame_of(run, 3), "lost_touch")
    today, yesterday = reports.days(count=2)
    share = frame_of(run, 1).credits
    assert (today.made, today.failed, today.unknown, today.untold) == (1, 2, 1, 0)
    assert (today.spent, today.cost_microusd) == (share, 65_000)
    assert today.worth_microusd == share * settings.CREDIT_VALUE_MICROUSD
    assert yesterday == reports.Day(day=timezone.localdate() - timedelta(days=1))
    generations.repay(generation=frame_of(run, 1), by=fay, reason="six fingers")
    assert reports.days(count=1)[0].spent == 0


def test_a_call_that_did_not_say_is_counted(run: Run) -> None:
    change(frame_of(run, 1), cost_microusd=None)
    assert reports.days(count=1)[0].untold == 1
    make(frame_of(run, 3))
    assert reports.days(count=1)[0].cost_microusd == 65_000


def test_days_before_are_days_before(run: Run) -> None:
    change(frame_of(run, 1), ended_at=ago(days=1))
    assert [day.made for day in reports.days(count=3)] == [0, 1, 0]
    change(frame_of(run, 1), ended_at=ago(days=3))
    assert [day.made for day in reports.days(count=3)] == [0, 0, 0]


def test_failures_by_reason(run: Run) -> None:
    fail(frame_of(run, 3), "blocked")
    change(frame_of(run, 1), status=Status.FAILED, error_code="broken")
    assert reports.failures(since=ago(hours=1)) == [("broken", 2), ("blocked", 1)]
    assert reports.failures(since=timezone.now()) == []


def test_the_front_page_shows_them(support: Client, run: Run) -> None:
    html = support.get(reverse("admin:index")).content.decode()
    assert "0 being made, 1 waiting" in html
    assert "$0.07" in html
    assert "?error=broken" in html
    assert "Nothing is stuck, and every outcome is known." in html


def test_nothing_is_stuck_at_first(run: Run) -> None:
    found = reports.stuck()
    assert (found.urgent, found.unknown.count) == (0, 0)


def test_what_is_stuck(support: Client, run: Run, alice: User) -> None:
    other = frame_of(generations.submit(user=alice, brief=brief(), key=uuid.uuid4()), 1)
    again = generations.retry(generation=frame_of(run, 2))
    change(frame_of(run, 3), created_at=ago(minutes=3))
    change(again, status=Status.RUNNING, lease_until=ago(seconds=1))
    fail(other, "lost_touch", request_id="req_lost")
    Image.objects.update(created_at=ago(minutes=6))
    studio_catalogue.stop(model=again.model, reason="billing")
    found = reports.stuck()
    assert [row.frame for row in found.waiting] == ["1-3"]
    assert [row.frame for row in found.lapsed] == ["1-4"]
    assert [row.frame for row in found.unknown] == ["2-1"]
    assert list(found.stopped) == [again.model]
    assert [image.generation for image in found.uncopied] == [frame_of(run, 1)]
    assert found.urgent == 4
    html = support.get(reverse("admin:stuck")).content.decode()
    assert "req_lost" in html
    assert reverse("admin:sweep") in html
    assert "<b>1</b> frame waits too long" in support.get(reverse("admin:index")).content.decode()
    assert reverse("admin:studio_generation_retry_one", args=[other.pk]) in html
    assert reverse("admin:studio_imagemodel_offer_again", args=[again.model_id]) not in html


def test_a_safety_check_that_is_down_is_told(support: Client, run: Run, settings: Any) -> None:
    assert reports.stuck().unchecked.count == 0
    change(frame_of(run, 3), attempts=1, due_at=timezone.now() + timedelta(seconds=5))
    change(frame_of(run, 2), error_code="unchecked")
    assert [row.frame for row in reports.stuck().unchecked] == ["1-2", "1-3"]
    assert "Safety check down: <b>2</b> frames" in support.get(reverse("admin:index")).content.decode()
    assert 'id="unchecked"' in support.get(reverse("admin:stuck")).content.decode()
    change(frame_of(run, 2), ended_at=ago(minutes=16))
    Run.objects.update(checked_at=timezone.now())
    assert reports.stuck().unchecked.count == 0
    Run.objects.update(checked_at=None)
    settings.MODERATION = False
    assert reports.stuck().unchecked.count == 0


def test_a_frame_that_waits_for_a_limited_model_says_so(support: Client, run: Run) -> None:
    change(frame_of(run, 3), created_at=ago(minutes=3), waits_for=WaitsFor.PLACE)
    html = support.get(reverse("admin:stuck")).content.decode()
    assert "Queued: waits for a place at the model, which is limited" in html
    change(frame_of(run, 3), waits_for=WaitsFor.MODEL)
    assert "Queued: waits for the model to answer" in support.get(reverse("admin:stuck")).content.decode()


def test_stopped_models_stand_first_and_the_numbers_lead_there(
    finance: Client, run: Run, catalogue: list[ImageModel]
) -> None:
    change(frame_of(run, 3), created_at=ago(minutes=3))
    studio_catalogue.stop(model=catalogue[0], reason="billing")
    html = finance.get(reverse("admin:stuck")).content.decode()
    assert html.index('id="stopped"') < html.index('id="waiting"') < html.index('id="failing"')
    for name in ("stopped", "waiting"):
        assert f'<a href="#{name}">1</a>' in html
    assert '<a href="#lapsed">' not in html


def test_what_is_away_is_told_in_words(support: Client, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"database": Finding(1), "broker": Finding(1000, "Timeout"), "store": Finding(2, "ClientError")}
    monkeypatch.setattr(health.readiness, "findings", lambda: found)
    html = support.get(reverse("admin:stuck")).content.decode()
    assert "The broker does not answer. Presses are taken and wait" in html
    assert "The store does not answer." in html
    assert "The database does not answer" not in html
    assert "Nothing is stuck" not in html
    monkeypatch.setattr(health.readiness, "findings", lambda: {name: Finding(1) for name in health.CHECKS})
    html = support.get(reverse("admin:stuck")).content.decode()
    assert 'class="away"' not in html
    assert "Nothing is stuck" in html


def test_every_dependency_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    down = {name: Finding(1000, "Timeout") for name in health.CHECKS}
    monkeypatch.setattr(health.readiness, "findings", lambda: down)
    assert all(len(words.split(". ")) == 2 for words in away.words())


def test_finance_offers_a_model_again_from_there(finance: Client, catalogue: list[ImageModel]) -> None:
    studio_catalogue.stop(model=catalogue[0], reason="billing")
    html = finance.get(reverse("admin:stuck")).content.decode()
    assert reverse("admin:studio_imagemodel_offer_again", args=[catalogue[0].pk]) in html


def test_an_unknown_outcome_that_was_tried_again_is_no_more_open(support: Client, run: Run) -> None:
    fail(frame_of(run, 3), "lost_touch")
    assert [row.frame for row in reports.stuck().unknown] == ["1-3"]
    again = generations.retry(generation=frame_of(run, 3))
    assert reports.stuck().unknown.count == 0
    fail(frame_of(run, again.position), "lost_touch")
    assert [row.frame for row in reports.stuck().unknown] == ["1-4"]


def test_a_picture_that_turned_up_is_no_unknown_outcome(run: Run) -> None:
    fail(frame_of(run, 3), "lost_touch")
    change(frame_of(run, 3), status=Status.SUCCEEDED)
    assert reports.stuck().unknown.count == 0
    assert reports.days(count=1)[0].unknown == 0


@pytest.mark.parametrize(
    ("position", "values"),
    [
        (3, {"status": Status.RUNNING, "lease_until": timedelta(minutes=1)}),
        (3, {"created_at": timedelta(seconds=-100)}),
        (2, {"outcome_unknown": True, "created_at": timedelta(days=-31)}),
    ],
)
def test_what_is_not_stuck(run: Run, position: int, values: dict[str, Any]) -> None:
    now = timezone.now()
    change(
        frame_of(run, position),
        **{name: now + value if isinstance(value, timedelta) else value for name, value in values.items()},
    )
    found = reports.stuck()
    assert (found.urgent, found.unknown.count) == (0, 0)


def test_pictures_with_copies_and_deleted_ones_are_well(run: Run) -> None:
    Image.objects.update(created_at=ago(minutes=6), deleted_at=timezone.now())
    assert reports.stuck().uncopied.count == 0
    Image.objects.update(deleted_at=None, widths=[320])
    assert reports.stuck().uncopied.count == 0


def test_long_lists_say_what_they_leave_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "SHOWN", 2)
    some = reports.Some(Generation.objects.all())
    assert (some.count, len(list(some)), some.hidden) == (3, 2, 1)


def test_a_sweep_is_asked_of_a_worker(support: Client, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(tasks.recover, "delay", lambda: asked.append(True))
    answer = support.post(reverse("admin:sweep"), follow=True)
    assert asked == [True]
    assert "A worker was asked to sweep." in answer.content.decode()
    assert support.get(reverse("admin:sweep")).status_code == 405


def test_a_broker_that_is_down_is_told(support: Client, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.recover, "delay", down)
    assert "The broker does not answer." in support.post(reverse("admin:sweep"), follow=True).content.decode()


def test_looking_is_not_sweeping(support: Client, sue: User, run: Run) -> None:
    group = sue.groups.get()
    group.permissions.remove(group.permissions.get(codename="retry_generation"))
    assert support.post(reverse("admin:sweep")).status_code == 403


def test_what_fails_by_reason_and_what_to_do(support: Client, run: Run) -> None:
    fail(frame_of(run, 3), "misdirected")
    change(frame_of(run, 1), status=Status.FAILED, error_code="misdirected", ended_at=ago(hours=3))
    [first, *_more] = found = reports.failing()
    assert (first.error_code, first.last_hour, first.last_day) == ("misdirected", 1, 2)
    assert first.models == [run.generations.all()[0].model.label]
    assert [reason.error_code for reason in found] == ["misdirected", "broken"]
    html = support.get(reverse("admin:stuck")).content.decode()
    assert "?error=misdirected" in html
    assert "Check OPENAI_BASE_URL" in html
    change(frame_of(run, 3), ended_at=ago(days=2))
    assert reports.failing()[-1].last_hour == 0


def test_every_way_to_fail_has_advice() -> None:
    assert set(advice.ADVICE) == set(failures.KINDS)
    assert advice.on("an old code") == "–"


def test_pictures_that_are_not_as_asked(support: Client, finance: Client, run: Run) -> None:
    assert reports.unlike().count == 0
    assert "Not as asked" not in support.get(reverse("admin:stuck")).content.decode()
    Image.objects.update(width=1536, output_format="webp")
    assert [image.generation for image in reports.unlike()] == [frame_of(run, 1)]
    html = support.get(reverse("admin:stuck")).content.decode()
    assert "816 × 816, PNG" in html
    assert "1536 × 816, WebP" in html
    repay = reverse("admin:studio_generation_repay", args=[frame_of(run, 1).pk])
    assert repay not in html
    assert repay in finance.get(reverse("admin:stuck")).content.decode()
    Image.objects.update(created_at=ago(days=8))
    assert reports.unlike().count == 0
