"""What a frame that was not made offers: a second try at its price, or words and the way to another model."""

from collections.abc import Callable

import pytest
from django.test import Client

from studio.models import ImageModel, Run
from tests.conftest import work
from tests.studio.pages import posted
from tests.studio.test_breaker import take_down

pytestmark = pytest.mark.django_db
Fault = Callable[..., None]


@pytest.fixture
def failed(stage: Client, catalogue: list[ImageModel], fault: Fault) -> Run:
    """A run of alice's whose only frame the model failed."""
    stage.post("/studio/runs/", posted(catalogue))
    fault("server_error")
    run = Run.objects.get()
    work(run)
    return run


def test_it_works(failed: Run, stage: Client) -> None:
    page = stage.get("/studio/").content.decode()
    assert "Try again<" in page
    assert "Use another model" not in page


def test_a_silent_model_is_not_tried_again(failed: Run, stage: Client, catalogue: list[ImageModel]) -> None:
    take_down(catalogue[0])
    page = stage.get("/studio/").content.decode()
    assert "Try again<" not in page
    assert "<p>2.6 Flare is not answering at the moment.</p>" in page
    assert "Use another model" in page
    assert f'id="model-{catalogue[2].pk}" checked' in stage.get("/studio/", {"run": failed.uuid}).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stopped_reason": "billing"}, "2.6 Flare is not on offer just now."),
        ({"enabled": False}, "2.6 Flare is not offered any more."),
    ],
)
def test_a_withdrawn_model_is_not_tried_again(
    change: dict[str, object], words: str, failed: Run, stage: Client, catalogue: list[ImageModel]
) -> None:
    ImageModel.objects.filter(pk=catalogue[0].pk).update(**change)
    page = stage.get("/studio/").content.decode()
    assert "Try again<" not in page
    assert f"<p>{words}</p>" in page
    assert "Use another model" in page


def test_with_no_other_model_there_is_nothing_to_press(failed: Run, stage: Client) -> None:
    ImageModel.objects.update(stopped_reason="billing")
    page = stage.get("/studio/").content.decode()
    assert "2.6 Flare is not on offer just now." in page
    assert "Use another model" not in page


def test_a_stale_press_is_told_and_finds_no_button(failed: Run, stage: Client, catalogue: list[ImageModel]) -> None:
    ImageModel.objects.filter(pk=catalogue[0].pk).update(stopped_reason="billing")
    again = f"/studio/frames/{failed.generations.get().uuid}/again"
    answer = stage.post(again, {"quoted": 4}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2.6 Flare is not on offer just now. Choose another one, such as 2.5 Flare. Nothing was charged." in page
    assert "Try again<" not in page
    assert Run.objects.count() == 1
