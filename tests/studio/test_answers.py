"""Every answer a model can give, over the real wire: kept, or failed with the credits back once; never paid twice."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from credits import audit
from credits.models import Entry
from studio import failures, generations, image_api, storage
from studio.models import Generation, Image, ImageModel, Run, Status
from studio.sandbox.behaviour import FAULTS, REFUSALS
from tests.backstage import sandbox
from tests.conftest import balance, work
from tests.listening import ROOT
from tests.studio import answers
from tests.studio.answers import KEPT, PAST_PATIENCE, TABLE, Row

Submit = Callable[..., Run]
Fault = Callable[..., None]
NEVER = ("silence", "trickle")
UNNAMED = ("silence", "reset")  # no answer began, so that it names no request


class Model(NamedTuple):
    address: str
    log: Path

    def paid(self, frame: Generation) -> list[dict[str, Any]]:
        """The calls that a frame cost."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [call for call in map(json.loads, lines) if call["seed"] == str(frame.pk)]


@pytest.fixture(scope="module")
def own_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    log = tmp_path_factory.mktemp("model") / "calls"
    process, address = sandbox("--latency", "0.05", "--canned", "--calls", str(log))
    for stream in (True, False):
        pack_the_bomb(address, stream=stream)
    yield Model(address, log)
    process.terminate()
    process.wait()


def pack_the_bomb(address: str, *, stream: bool) -> None:
    """It takes a second, once, and then lies ready."""
    asked = {"model": "sandbox", "prompt": "a cup", "stream": stream}
    headers = {"Authorization": "Bearer x", "X-Sandbox-Fault": "gzip_bomb", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/images/generations", json.dumps(asked).encode(), headers)
    urllib.request.urlopen(request).close()


def forget_client() -> None:
    image_api._clients()[1].close()
    image_api._made_clients.cache_clear()


@pytest.fixture
def model(own_model: Model, row: Row, settings: Any) -> Iterator[Model]:
    """A model of these tests' own; one that answers nothing is waited for a second."""
    forget_client()
    settings.OPENAI_BASE_URL = own_model.address
    settings.IMAGE_TIMEOUT_S = 1 if row.answer in NEVER else 30
    yield own_model
    forget_client()


def test_the_table_knows_every_answer() -> None:
    assert sorted(row.answer for row in TABLE) == sorted(FAULTS)
    assert {row.end for row in TABLE} - {KEPT} <= set(failures.KINDS)


def test_the_table_stands_in_the_docs() -> None:
    assert (ROOT / "docs/ANSWERS.md").read_text() == answers.markdown()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.answer)
def test_an_answer(row: Row, model: Model, submitted: Submit, fault: Fault, alice: User) -> None:
    for previews in (2, 0):
        ImageModel.objects.update(stopped_reason="")
        cache.clear()  # what the model said of its pace
        before = balance(alice)
        run = submitted(previews=previews, quality="low")
        fault(row.answer)
        [frame] = work(run)
        if row.end == KEPT:
            kept(frame)
        elif failures.KINDS[row.end].retry and row.answer != PAST_PATIENCE:
            asked_again(frame, fault)
        else:
            failed(frame, row.end)
        assert balance(alice) == before - (run.credits if run.generations.get().status == Status.SUCCEEDED else 0)
        calls = model.paid(frame)
        assert len(calls) == (row.answer not in REFUSALS or run.generations.get().status == Status.SUCCEEDED)
        if calls and row.answer not in UNNAMED:
            assert run.generations.get().request_id == calls[0]["request_id"]
    assert audit.findings() == []


def kept(frame: Generation) -> None:
    assert (frame.status, frame.error_code) == (Status.SUCCEEDED, "")
    assert storage.exists(key=Image.objects.get(generation=frame).object_key)


def failed(frame: Generation, code: str) -> None:
    kind = failures.KINDS[code]
    assert (frame.status, frame.error_code, frame.outcome_unknown) == (Status.FAILED, code, kind.unknown)
    assert bool(frame.model.stopped_reason) == kind.stops
    assert not Image.objects.filter(generation=frame).exists()
    assert not generations.fail(generation=frame, failure=failures.Failure(code)), "it is at its end"
    assert Entry.objects.filter(cause=f"generation:{frame.uuid}").count() == 1


def asked_again(frame: Generation, fault: Fault) -> None:
    assert (frame.status, frame.sent_at, frame.attempts) == (Status.QUEUED, None, 1)
    assert frame.due_at
    assert timezone.now() < frame.due_at < timezone.now() + timedelta(seconds=5)
    fault(None)
    cache.clear()  # what the model said of its pace, too
    Generation.objects.filter(pk=frame.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    [frame] = work(frame.run)
    kept(frame)
