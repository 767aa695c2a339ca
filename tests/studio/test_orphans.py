"""Objects that no row names: adopted where they were paid for, removed where nobody owns them, left where not ours."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from studio import generations, seals, storage
from studio.models import Generation, Image, Run, Status
from tests.conftest import balance, work
from tests.studio.bringing import brought, edit, painted, received, speckled
from tests.studio.file_makers import made

Submit = Callable[..., Run]
NOW = timedelta(seconds=-5)  # no object is young: the store's clock may run a little ahead of ours


@pytest.fixture(autouse=True)
def _empty_store() -> Iterator[None]:
    for listed in storage.listing(at_once=500):
        storage.delete(keys=[key for key, _ in listed])


def kept() -> set[str]:
    return {key for listed in storage.listing(at_once=2) for key, _ in listed}


def put(key: str, data: bytes = b"x") -> str:
    storage.put(key=key, data=data, content_type="image/png")
    return key


def test_what_belongs_to_a_picture_stays(submitted: Submit) -> None:
    work(submitted(count=2))
    before = kept()
    assert len(before) == 2 * 4
    assert generations.sweep_store(young=NOW) == {"adopted": 0, "removed": 0}
    assert kept() == before


def test_what_nobody_owns_goes_once_it_is_a_day_old(alice: User) -> None:
    key = put(storage.new_key(owner=alice.uuid, suffix="png"))
    copy = put(f"{alice.uuid}/{uuid.uuid4()}-640.webp")
    foreign = put("backups/monday.tar")
    another_studios = put(storage.new_key(owner=uuid.uuid4(), suffix="png"))
    assert generations.sweep_store() == {"adopted": 0, "removed": 0}
    assert kept() == {key, copy, foreign, another_studios}
    assert generations.sweep_store(young=NOW) == {"adopted": 0, "removed": 2}
    assert kept() == {foreign, another_studios}


def test_a_picture_whose_row_was_given_up_is_adopted_and_stays_free(submitted: Submit, alice: User) -> None:
    [frame] = work(submitted())
    Image.objects.all().delete()
    generations.sweep_store(young=timedelta(days=1))
    Generation.objects.update(status=Status.RUNNING, ended_at=None, lease_until=timezone.now())
    assert generations.sweep_store(young=NOW)["removed"] == 3, "the copies; the picture is still being worked on"
    frame.refresh_from_db()
    assert generations.fail(generation=frame, failure=generations.endings.Failure("lost_touch"))
    assert generations.sweep_store(young=NOW) == {"adopted": 1, "removed": 0}
    assert Image.objects.get().object_key == frame.object_key
    assert Generation.objects.get().status == Status.SUCCEEDED
    assert balance(alice) == 100


def test_a_picture_that_was_purged_is_not_adopted_again(submitted: Submit) -> None:
    work(submitted())
    Image.objects.all().delete()
    assert generations.sweep_store(young=NOW) == {"adopted": 0, "removed": 4}
    assert kept() == set()


def test_what_belongs_to_a_sealed_run_stays(submitted: Submit) -> None:
    work(submitted())
    Image.objects.all().delete()
    seals.close(run=Run.objects.get(), categories=("sexual/minors",))
    assert generations.sweep_store(young=NOW)["removed"] == 3, "the copies, which show no more than the picture"
    assert kept() == {Generation.objects.get().object_key}


def test_the_command_tells_what_it_did(submitted: Submit, capsys: pytest.CaptureFixture[str]) -> None:
    submitted()
    call_command("recover", "--store")
    assert capsys.readouterr().out == "enqueued: 0, overdue: 0, offered: 0, settled: 0, adopted: 0, removed: 0\n"


def test_what_belongs_to_an_edit_stays(submitted: Submit, alice: User) -> None:
    source = brought(alice, made("JPEG", speckled((3900, 400)).convert("RGB")))
    waiting = received(alice, b"not read yet")
    run = submitted(**edit((source, "source"), mask_id=painted(source).pk, lock=True))
    work(run)
    before = kept()
    assert {key for image in Image.objects.all() for key in image.keys} | {waiting.quarantine_key} == before
    assert generations.sweep_store(young=NOW) == {"adopted": 0, "removed": 0}
    assert kept() == before
