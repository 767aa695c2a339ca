"""A picture made over the real wire: database, broker, store and sandbox."""

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pillow

from accounts.models import User
from studio import image_api, live, spool, storage
from studio.models import Image, Run, Status
from studio.replies import Answer
from tests.backstage import sandbox
from tests.conftest import balance, work
from tests.studio.test_failed_calls import forget_client

Submit = Callable[..., Run]
Fault = Callable[..., None]


def test_it_works(submitted: Submit, alice: User) -> None:
    run = submitted(count=2)
    assert balance(alice) == 100 - run.credits
    frames = work(run)
    assert [frame.status for frame in frames] == [Status.SUCCEEDED] * 2
    image = Image.objects.get(generation=frames[0])
    stored = storage.get(key=image.object_key)
    assert stored[:4] == b"\x89PNG"
    assert len(stored) == image.size_bytes
    assert (image.width, image.height) == (run.width, run.height) == (816, 816)
    assert image.object_key.startswith(f"{alice.uuid}/")
    assert image.widths == [320, 640, 816]
    assert storage.get(key=image.copy_key(320))[8:12] == b"WEBP"
    assert frames[0].cost_microusd
    assert frames[0].usage["output_tokens"] > 0
    assert frames[0].request_id
    assert balance(alice) == 100 - run.credits


def test_original_is_stored_as_it_came(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Answer] = []
    plain = image_api.generate
    monkeypatch.setattr(
        image_api,
        "generate",
        lambda call, **hooks: answers.append(plain(call, **hooks)) or answers[-1],
    )
    [frame] = work(submitted(output_format="webp", compression=70))
    assert storage.get(key=frame.object_key) == answers[0].data


def test_formats_sizes_and_transparency_are_as_asked(submitted: Submit) -> None:
    [frame] = work(submitted(output_format="webp", compression=80, background="transparent", width=1120, height=896))
    picture = Pillow.open(BytesIO(storage.get(key=frame.object_key)))
    assert (picture.format, picture.size) == ("WEBP", (1120, 896))
    assert picture.convert("RGBA").getextrema()[3][0] == 0


def test_four_frames_of_a_run_differ(submitted: Submit, settings: Any) -> None:
    process, settings.OPENAI_BASE_URL = sandbox("--latency", "0")  # the tests' own paints the same picture once
    forget_client()
    try:
        frames = work(submitted(count=4, previews=0))
    finally:
        forget_client()
        process.terminate()
        process.wait()
    assert len({storage.get(key=frame.object_key) for frame in frames}) == 4


def test_previews_arrive_before_the_picture(submitted: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(live, "publish", lambda **event: told.append(event))
    kept: list[int] = []
    monkeypatch.setattr(live, "keep_preview", lambda generation, index, data: kept.append(index))
    work(submitted(previews=2))
    assert kept == [0, 1]
    states = [event["state"] for event in told if event["kind"] == "frame"]
    assert states == ["running", "running", "running", "saving", "succeeded", "copies"]


def test_spool_round_trip(settings: Any, tmp_path: Any) -> None:
    settings.SPOOL_DIR = tmp_path / "spool"
    name = uuid.uuid4()
    answer = Answer(data=b"\x00\xff" * 500, got={"size": "1x1"}, usage={"a": 1}, request_id="r")
    spool.keep(generation=name, answer=answer)
    assert spool.read(generation=name) == answer
    spool.drop(generation=name)
    assert spool.read(generation=name) is None
