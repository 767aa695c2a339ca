"""A press, a poll, a download and a stream that come too often: told to wait, and nothing is lost or charged."""

import asyncio
import re
from typing import Any

import pytest
from django.test import Client

from studio import stream
from studio.models import Generation, Image, ImageModel, Run
from tests.conftest import balance, work
from tests.studio.pages import form, posted
from tests.studio.test_stream import Visitor

pytestmark = pytest.mark.usefixtures("no_minute_ends")
WORDS = "That was too often in a short time. Nothing was charged: wait a minute, then press again."


@pytest.fixture
def once(settings: Any) -> None:
    """Everything may be done once a minute."""
    settings.RATES = dict.fromkeys(settings.RATES, (1, 100))


def test_a_press_is_refused_with_everything_kept(stage: Client, catalogue: list[ImageModel], once: None) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    brief = posted(catalogue, prompt="A second cup", shape="wide", count=3, quoted=12)
    refused = stage.post("/studio/runs/", brief)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    shown = refused.content.decode()
    assert WORDS in shown
    assert "A second cup" in shown
    assert re.search(r'name="count"[^>]* value="3"', shown)
    assert re.search(r'name="shape" value="wide"[^>]* checked', shown)
    assert form(shown)["key"] == brief["key"]
    assert Run.objects.count() == 1
    assert balance(Run.objects.get().owner) == 96


def test_a_press_by_htmx_is_answered_on_the_page(stage: Client, catalogue: list[ImageModel], once: None) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    refused = stage.post("/studio/runs/", posted(catalogue), HTTP_HX_REQUEST="true")
    assert refused.status_code == 429
    assert WORDS in refused.content.decode()
    assert "<html" not in refused.content.decode()


def test_asking_again_is_a_press_too(stage: Client, catalogue: list[ImageModel], once: None) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    frame = f"/studio/frames/{Generation.objects.get().uuid}"
    stage.post(f"{frame}/cancel")
    refused = stage.post(f"{frame}/again", {"quoted": 4}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 429
    assert WORDS in refused.content.decode()
    assert refused.headers["HX-Retarget"] == "[data-toasts]"
    assert Run.objects.count() == 1


def test_what_pages_ask_for_is_bounded(stage: Client, catalogue: list[ImageModel], settings: Any) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    work(run := Run.objects.get())
    frame, image = Generation.objects.get().uuid, Image.objects.get().uuid
    for action, *paths in (
        ("quotes", "/studio/quote"),
        ("frames", "/studio/frames", f"/studio/frames/{frame}/", f"/studio/runs/{run.uuid}/"),
        ("previews", f"/studio/frames/{frame}/preview"),
        ("downloads", f"/library/{image}/download"),
    ):
        settings.RATES = dict.fromkeys(settings.RATES, (100, 100)) | {action: (1, 100)}
        first, *more = [stage.get(path).status_code for path in (*paths, paths[0])]
        assert first < 400
        assert set(more) == {429}


async def opened(session: str) -> Visitor:
    """What a browser gets that opens a stream and leaves."""
    visitor = Visitor(session)
    visitor.scope["client"] = ("198.51.100.1", "4711")
    serving = asyncio.create_task(stream.stream(visitor.scope, visitor.receive, visitor.send))
    while not visitor.status:
        await asyncio.sleep(0.01)
    visitor.gone.set()
    await serving
    return visitor


def test_streams_are_opened_now_and_then(stage: Client, once: None) -> None:
    session = stage.session.session_key
    assert session

    async def twice() -> list[int]:
        return [(await opened(session)).status for _turn in range(2)]

    assert asyncio.run(twice()) == [200, 429]


def test_a_user_has_so_many_streams(stage: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_OPEN", 0)
    session = stage.session.session_key
    assert session
    assert asyncio.run(opened(session)).status == 429
