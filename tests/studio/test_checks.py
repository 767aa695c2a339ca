"""Nothing is sent that moderation has not read: once a run, refused with a refund, waited for, and sealed."""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from credits.models import Entry
from studio import disclosures, failures, frames, generations, image_api, library, moderation, seals
from studio.generations.work import MOST_TRIES
from studio.models import Disclosure, Generation, Image, Outcome, Run, Seal, Status
from tests.conftest import balance, brief, give, signed_in, work

Submit = Callable[..., Run]
Fault = Callable[[str | None], None]
CHILD = "A letter, sandbox: sexual/minors, that nobody else should read"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prompts that got as far as the image model."""
    plain, prompts = image_api.generate, []

    def generate(call: image_api.Call, **kwargs: Any) -> Any:
        prompts.append(call.prompt)
        return plain(call, **kwargs)

    monkeypatch.setattr(image_api, "generate", generate)
    return prompts


def due(run: Run) -> None:
    run.generations.update(due_at=timezone.now())


def test_four_frames_ask_once(submitted: Submit, checks: list[str], sent: list[str]) -> None:
    run = submitted(count=4, quality="low", previews=0)
    assert [frame.status for frame in work(run)] == [Status.SUCCEEDED] * 4
    assert checks == [run.prompt]
    assert sent == [run.prompt] * 4
    run.refresh_from_db()
    assert run.checked_at
    assert run.refused_for == []


def test_frames_that_race_ask_once_and_come_to_one_verdict(
    submitted: Submit, sent: list[str], checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submitted(count=3, prompt="sandbox: hate")
    plain, all_there = moderation.ask, threading.Barrier(3, timeout=20)

    def slow(words: str, *, seed: str) -> moderation.Verdict:
        time.sleep(0.5)  # the two others come meanwhile
        return plain(words, seed=seed)

    monkeypatch.setattr(seals, "holds", lambda owner_id: all_there.wait() < 0)
    monkeypatch.setattr(moderation, "ask", slow)
    frames_ = list(run.generations.all())

    def one(frame: Generation) -> None:
        try:
            generations.run(generation_uuid=frame.uuid)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(frame,)) for frame in frames_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {frame.error_code for frame in run.generations.all()} == {"blocked_words"}
    assert (checks, sent) == ([run.prompt], [])


def test_of_two_verdicts_the_one_that_refuses_counts(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    run = submitted(count=1)
    said = [moderation.Verdict(categories=("hate",)), moderation.Verdict(categories=())]
    stale = Run.objects.get(pk=run.pk)
    monkeypatch.setattr(moderation, "ask", lambda words, seed: said.pop(0))
    for each in (run, stale):
        with pytest.raises(failures.Failure, match="blocked_words"):
            generations.checks.check(run=each)
    assert said == []


def test_flagged_words_are_refused_refunded_and_never_sent(
    submitted: Submit, sent: list[str], alice: User, checks: list[str]
) -> None:
    run = submitted(count=2, prompt="A cup, sandbox: violence/graphic, sandbox: self-harm")
    rows = work(run)
    assert {(row.status, row.error_code, row.sent_at) for row in rows} == {(Status.FAILED, "blocked_words", None)}
    assert balance(alice) == 100
    assert Entry.objects.filter(kind="refund").count() == 2
    assert (sent, len(checks)) == ([], 1)
    html = signed_in(alice).get(reverse("studio:home")).content.decode()
    assert "Not allowed" in html
    assert "It reads as self-harm. Leave the wound or the act out. It reads as violence." in html
    assert "Change the words and try again." in html
    assert "Edit words" in html
    assert not Seal.objects.exists()


def test_a_second_try_of_refused_words_is_refused_by_the_same_verdict(
    submitted: Submit, sent: list[str], checks: list[str], settings: Any
) -> None:
    run = submitted(prompt="sandbox: hate")
    [frame] = work(run)
    settings.MODERATION = False
    again = generations.retry(generation=frame)
    work(run)
    again.refresh_from_db()
    assert (again.error_code, sent, len(checks)) == ("blocked_words", [], 1)


@pytest.mark.parametrize("how", ["overloaded", "rate_limit", "html"])
def test_an_outage_is_waited_for(
    how: str, submitted: Submit, sent: list[str], check_fault: Fault, alice: User, as_alice: Client
) -> None:
    run = submitted(quality="low", previews=0)
    check_fault(how)
    [frame] = work(run)
    assert (frame.status, frame.sent_at, frame.attempts) == (Status.QUEUED, None, 1)
    assert frame.due_at > timezone.now()
    page = as_alice.get(reverse("studio:home")).content.decode()
    assert "Waiting for the safety check, which does not answer just now." in page
    due(run)
    [frame] = work(run)
    assert frame.attempts == 2
    assert sent == []
    check_fault(None)
    due(run)
    [frame] = work(run)
    assert frame.status == Status.SUCCEEDED
    assert sent == [run.prompt]


def test_an_outage_that_lasts_gives_the_credits_back(
    submitted: Submit, sent: list[str], check_fault: Fault, alice: User
) -> None:
    run = submitted(count=2)
    check_fault("server_error")
    Generation.objects.update(attempts=MOST_TRIES - 1)
    rows = work(run)
    assert {(row.status, row.error_code, row.outcome_unknown) for row in rows} == {(Status.FAILED, "unchecked", False)}
    assert {row.cost_microusd for row in rows} == {None}
    assert (balance(alice), sent) == (100, [])


def test_a_server_without_moderation_makes_nothing_until_it_is_turned_off(
    submitted: Submit, sent: list[str], check_fault: Fault, settings: Any, checks: list[str], alice: User
) -> None:
    check_fault("forbidden")
    [frame] = work(submitted())
    assert (frame.error_code, sent, balance(alice)) == ("no_check", [], 100)
    settings.MODERATION = False
    run = submitted()
    [frame] = work(run)
    assert (frame.status, sent, len(checks)) == (Status.SUCCEEDED, [run.prompt], 1)
    assert not generations.awaits(run)


def test_waiting_for_the_model_is_not_waiting_for_the_check(submitted: Submit, fault: Callable[[str], None]) -> None:
    run = submitted()
    fault("overloaded")
    rows = work(run)
    assert "The model can’t be asked just now" in frames.of(rows)[0].words


def test_words_are_never_logged(submitted: Submit, check_fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="studio"):
        for name in ("server_error", "forbidden"):
            check_fault(name)
            work(submitted(prompt=CHILD))
        check_fault(None)
        work(submitted(prompt=CHILD))
    assert "unchecked" in caplog.text
    assert "is sealed" in caplog.text
    for part in (CHILD, "nobody else", "alice@"):
        assert part not in caplog.text


@pytest.fixture
def sealed(submitted: Submit) -> Run:
    run = submitted(count=2, prompt=CHILD)
    work(run)
    return run


def test_what_may_be_about_children_is_sealed_once(sealed: Run, sent: list[str], alice: User) -> None:
    seal = Seal.objects.get()
    assert (seal.run, seal.outcome) == (sealed, Outcome.OPEN)
    assert seal.categories == ["sexual", "sexual/minors"]
    rows = sealed.generations.all()
    assert {row.error_code for row in rows} == {"blocked_words"}
    assert {tuple(row.error_params["categories"]) for row in rows} == {("sexual",)}
    assert (sent, balance(alice)) == ([], 100)
    assert "It reads as sexual." in signed_in(alice).get(reverse("studio:home")).content.decode()


def test_its_owner_is_held_back_before_anything_is_charged(sealed: Run, alice: User, bob: User) -> None:
    give(bob, 10)
    with pytest.raises(generations.OnHold):
        generations.submit(user=alice, brief=brief(), key=uuid.uuid4())
    assert generations.submit(user=bob, brief=brief(), key=uuid.uuid4())
    assert balance(alice) == 100


def test_pressing_says_so_and_keeps_what_was_typed(sealed: Run, alice: User, catalogue: Any) -> None:
    from tests.studio.pages import posted

    client = signed_in(alice)
    answer = client.post(reverse("studio:generate"), posted(catalogue, prompt="A plain cup"))
    assert answer.status_code == 422
    assert "Your pictures are on hold" in answer.content.decode()
    assert "A plain cup" in answer.content.decode()
    frame = sealed.generations.first()
    assert frame
    again = client.post(reverse("studio:again", args=[frame.uuid]), {"quoted": 4}, headers={"HX-Request": "true"})
    assert (again.status_code, "Your pictures are on hold" in again.content.decode()) == (422, True)
    assert (balance(alice), Run.objects.count()) == (100, 1)


def test_what_already_waited_comes_back(submitted: Submit, sent: list[str], alice: User) -> None:
    waiting = submitted()
    work(submitted(prompt=CHILD))
    [frame] = work(waiting)
    assert (frame.error_code, sent, balance(alice)) == ("held_back", [], 100)


@pytest.mark.parametrize(("decide", "held"), [("report", True), ("release", False)])
def test_a_decision_is_made_once_and_frees_or_does_not(
    decide: str, held: bool, sealed: Run, alice: User, charlie: User
) -> None:
    seal = Seal.objects.get()
    act = {
        "report": lambda: seals.report(seal=seal, by=charlie, reference="CT-1234"),
        "release": lambda: seals.release(seal=seal, by=charlie, reason="about a school bus"),
    }
    assert act[decide]()
    assert not any(again() for again in act.values())
    assert seals.holds(owner_id=alice.pk) == held
    seal.refresh_from_db()
    assert (seal.decided_by, seal.reference, seal.reason) == (
        charlie,
        "CT-1234" if held else "",
        "" if held else "about a school bus",
    )


@pytest.mark.parametrize("values", [{"outcome": "reported"}, {"outcome": "no_report"}, {"reference": "CT-1"}])
def test_the_database_holds_that_somebody_decided(values: dict[str, str], sealed: Run) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.update(**values)


def test_no_reason_opens_it(sealed: Run, charlie: User) -> None:
    with pytest.raises(disclosures.Sealed):
        disclosures.open_run(run=sealed, by=charlie, reason="asked by mail")
    seals.look(seal=Seal.objects.get(), by=charlie, reason="reviewed on 24 November")
    assert disclosures.standing(run=sealed, by=charlie) is None
    assert Disclosure.objects.count() == 1


def test_nothing_of_it_is_purged_until_a_year_after_its_report(submitted: Submit, charlie: User) -> None:
    run = submitted()
    work(run)
    image = Image.objects.get()
    seals.close(run=run, categories=("sexual/minors",))
    Image.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    assert library.purge() == 0
    seal = Seal.objects.get()
    seals.report(seal=seal, by=charlie, reference="CT-1234")
    assert library.purge() == 0
    assert default_storage.exists(image.object_key)
    Seal.objects.update(decided_at=timezone.now() - timedelta(days=367))
    assert library.purge() == 1
    with pytest.raises(ProtectedError):
        Run.objects.filter(pk=run.pk).delete()


def test_what_needed_no_report_goes_like_anything_else(submitted: Submit, charlie: User) -> None:
    run = submitted()
    work(run)
    seals.close(run=run, categories=("sexual/minors",))
    Image.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    seals.release(seal=Seal.objects.get(), by=charlie, reason="about a school bus")
    assert library.purge() == 1
