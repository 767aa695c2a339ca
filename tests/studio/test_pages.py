"""The composer and its frames over HTTP, without a browser: what is posted, what is shown, what is refused."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from studio.models import Generation, Image, ImageModel, Price, Run, Status
from tests.conftest import balance, give, signed_in, work
from tests.studio.pages import form, posted

Fault = Callable[..., None]


def test_the_whole_story_without_javascript(stage: Client, catalogue: list[ImageModel], alice: User) -> None:
    page = stage.get("/studio/").content.decode()
    assert "Put a first picture on the table" in page
    priced = stage.post("/studio/runs/", posted(catalogue, page, count=2))  # the button said what four cost
    assert priced.status_code == 422
    page = priced.content.decode()
    assert "it is 8 credits and not what the button said. Nothing was charged." in page
    sent = stage.post("/studio/runs/", posted(catalogue, page, count=2))
    assert (sent.status_code, sent["Location"]) == (302, "/studio/?watch=1#run-1")
    run = Run.objects.get()
    waiting = stage.get("/studio/?watch=1").content.decode()
    assert "1-1" in waiting and "1-2" in waiting
    assert 'http-equiv="refresh"' in waiting
    assert 'http-equiv="refresh"' not in stage.get("/studio/").content.decode(), "nobody's words go while they write"
    work(run)
    done = stage.get("/studio/?watch=1").content.decode()
    assert 'http-equiv="refresh"' not in done
    assert balance(alice) == 92
    image = Image.objects.order_by("id").first()
    assert image
    detail = stage.get(f"/library/{image.uuid}/").content.decode()
    assert "A stoneware cup" in detail
    download = stage.get(f"/library/{image.uuid}/download")
    assert "attachment" in download["Location"] and "gptimage-1-1.png" in download["Location"]
    statement = stage.get("/credits/").content.decode()
    assert "A stoneware cup" in statement and "−8" in statement


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prompt": ""}, "Say what you want to see."),
        ({"prompt": "x" * 32_001}, "1 too many"),
        ({"count": "11"}, "Write a whole number from 1 to 10."),
        ({"count": "x"}, "Write a whole number from 1 to 10."),
        ({"count": None}, "Write a whole number from 1 to 10."),
        ({"model": "0"}, "not offered any more"),
        ({"model": None}, "Choose a model."),
        ({"shape": "heart"}, "heart is not one of the available choices"),
        ({"scale": "own", "width": "1000", "height": "x"}, "multiples of 16"),
        ({"quality": "best"}, "best is not one of the available choices"),
        ({"key": "no-uuid"}, ""),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_bad_input_is_said_beside_the_field_and_charges_nothing(
    htmx: bool, changes: dict[str, Any], words: str, stage: Client, catalogue: list[ImageModel], alice: User
) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    answer = stage.post("/studio/runs/", posted(catalogue, **{"prompt": "Kept words"} | changes), headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    if htmx:
        assert "<textarea" not in page  # only sentences: what somebody goes on typing is not replaced
    elif "prompt" not in changes:
        assert "Kept words" in page
    assert balance(alice) == 100
    assert not Run.objects.exists()


def test_too_few_credits_says_how_many_are_missing(stage: Client, catalogue: list[ImageModel], alice: User) -> None:
    answer = stage.post("/studio/runs/", posted(catalogue, count=10, quality="max", quoted=140))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This takes 140 credits and you have 100: 40 are missing. Make 7 frames." in page
    assert balance(alice) == 100


def test_a_price_that_changed_is_shown_again_and_not_charged(
    stage: Client, catalogue: list[ImageModel], alice: User
) -> None:
    values = posted(catalogue, stage.get("/studio/").content.decode(), count=4)
    Price.objects.create(model=catalogue[0], quality="medium", band="s", credits=5, output_tokens=1)
    answer = stage.post("/studio/runs/", values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "it is 20 credits and not what the button said" in page
    assert balance(alice) == 100
    assert stage.post("/studio/runs/", posted(catalogue, page, count=4)).status_code == 302
    assert balance(alice) == 80


def test_a_form_posted_twice_is_one_run(stage: Client, catalogue: list[ImageModel], alice: User) -> None:
    values = posted(catalogue)
    for _press in range(2):
        assert stage.post("/studio/runs/", values)["Location"] == "/studio/?watch=1#run-1"
    assert balance(alice) == 96


def test_htmx_gets_the_run_and_a_fresh_key(stage: Client, catalogue: list[ImageModel]) -> None:
    first = stage.post("/studio/runs/", posted(catalogue), headers={"HX-Request": "true", "HX-Target": "composer"})
    assert first["HX-Redirect"] == "/studio/"
    values = posted(catalogue, prompt="Second")
    second = stage.post("/studio/runs/", values, headers={"HX-Request": "true"}).content.decode()
    assert "Second" in second and "2-1" in second
    assert form(second)["key"] != values["key"]


def test_a_suggestion_is_one_press(stage: Client, alice: User) -> None:
    assert stage.post("/studio/runs/", {"suggestion": "0", "key": str(uuid.uuid4()), "quoted": "4"}).status_code == 302
    run = Run.objects.get()
    assert run.prompt == "A stoneware cup on a sunlit breakfast table"
    assert run.generations.count() == 1


def test_the_quote_follows_the_settings(stage: Client, catalogue: list[ImageModel]) -> None:
    values = posted(catalogue, count=3, quality="high", scale="large")
    page = stage.get("/studio/quote", values, headers={"HX-Request": "true"}).content.decode()
    assert "24" in page and "76" in page  # three pictures of 8 credits; 76 of 100 left after
    assert stage.get("/studio/quote", {"count": "x"}).status_code == 200


def test_a_failed_frame_can_be_asked_for_again(
    stage: Client, catalogue: list[ImageModel], fault: Fault, alice: User
) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    fault("moderation")
    [frame] = work(Run.objects.get())
    page = stage.get("/studio/").content.decode()
    assert "Not allowed" in page and "4 credits are back." in page
    fault(None)
    for _press in range(2):
        assert stage.post(f"/studio/frames/{frame.uuid}/again", {"quoted": 4}).status_code == 302
    assert Run.objects.count() == 2
    assert balance(alice) == 96
    waits = Generation.objects.get(run=Run.objects.latest("id"))
    answer = stage.post(f"/studio/frames/{waits.uuid}/again", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true", "a redirect would put the whole page among the runs"
    assert Run.objects.count() == 2


def test_cancelling_what_waits_gives_it_back(stage: Client, catalogue: list[ImageModel], alice: User) -> None:
    stage.post("/studio/runs/", posted(catalogue, count=3, quoted=12))
    run = Run.objects.get()
    assert stage.post(reverse("studio:cancel_run", args=[run.uuid])).status_code == 302
    assert {frame.status for frame in run.generations.all()} == {Status.CANCELLED}
    assert balance(alice) == 100
    assert "Cancelled" in stage.get("/studio/").content.decode()


def test_use_these_settings_fills_the_composer(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue, prompt="Moss on a stone", quality="high", shape="wide", quoted=6))
    work(Run.objects.get())
    stage.post("/studio/runs/", posted(catalogue, prompt="Another"))
    image = Image.objects.filter(generation__run__number=1).first()
    assert image
    for address in (f"/studio/?from={image.uuid}", f"/studio/?run={Run.objects.get(number=1).uuid}"):
        page = stage.get(address).content.decode()
        assert "Moss on a stone</textarea>" in page
        assert re.search(
            r'name="quality"[^>]*value="high"[^>]*checked|value="high"[^>]*name="quality"[^>]*checked', page
        )
    assert stage.get("/studio/?from=nonsense&run=nonsense").status_code == 200


def test_polling_tells_only_ones_own_frames(stage: Client, catalogue: list[ImageModel], bob: User) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    frame = Run.objects.get().generations.get()
    states = stage.get("/studio/frames", {"id": [str(frame.uuid), "nonsense"]}).json()["frames"]
    assert list(states) == [str(frame.uuid)]
    assert states[str(frame.uuid)].startswith("queued:")
    give(bob, 1)
    assert signed_in(bob).get("/studio/frames", {"id": str(frame.uuid)}).json()["frames"] == {}


def test_no_page_has_inline_scripts_or_styles(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    work(Run.objects.get())
    for address in (
        "/studio/",
        "/library/",
        f"/library/{Image.objects.get().uuid}/",
        "/library/compare/",
        "/credits/",
        "/account/",
    ):
        answer = stage.get(address)
        page = answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style(?![^>]*nonce)|<script(?![^>]*src=)(?![^>]*nonce)", page), (
            address
        )


def test_a_studio_whose_models_are_all_stopped_says_so(stage: Client, catalogue: list[ImageModel]) -> None:
    ImageModel.objects.update(stopped_reason="billing")
    page = stage.get("/studio/").content.decode()
    assert "No model can be asked just now." in page
    assert stage.get("/studio/quote", posted(catalogue)).status_code == 200
    answer = stage.post("/studio/runs/", posted(catalogue))
    assert answer.status_code == 422
    assert "2.6 Flare is not on offer just now. Nothing was charged." in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_press_for_a_stopped_model_finds_another_selected(
    headers: dict[str, str], stage: Client, catalogue: list[ImageModel], alice: User
) -> None:
    ImageModel.objects.filter(pk=catalogue[0].pk).update(stopped_reason="billing")
    answer = stage.post("/studio/runs/", posted(catalogue, prompt="Kept words", count=6, quoted=24), headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2.6 Flare is not on offer just now. Choose another one, such as 2.5 Flare. Nothing was charged." in page
    assert f'id="model-{catalogue[2].pk}" checked' in page
    assert f'id="model-{catalogue[0].pk}"' not in page
    assert ("Kept words" in page) == (not headers)
    assert "6 × 2.5 Flare, medium, 1024 × 1024" in page
    assert not Run.objects.exists()
    assert balance(alice) == 100
    price = int(form(page)["quoted"])
    assert f">{price} credits" in page
    stage.post("/studio/runs/", posted(catalogue, page, model=catalogue[2].pk, count=6))
    assert balance(alice) == 100 - price


def test_a_quote_for_a_stopped_model_takes_its_card_away(stage: Client, catalogue: list[ImageModel]) -> None:
    ImageModel.objects.filter(pk=catalogue[0].pk).update(stopped_reason="billing")
    page = stage.get("/studio/quote", posted(catalogue)).content.decode()
    assert f'id="model-{catalogue[2].pk}" checked' in page
    assert page.count('id="error-model"') == 1


@pytest.mark.parametrize("number", ["9" * 5000, "1e20", "-1", "٣", "nan"])
def test_numbers_that_no_row_has_are_no_failure(number: str, stage: Client, catalogue: list[ImageModel]) -> None:
    assert stage.get("/studio/", {"before": number}).status_code == 200
    assert stage.get("/library/", {"before": number}).status_code == 200
    assert stage.get("/studio/quote", posted(catalogue, count=number, quoted=number)).status_code == 200
    assert stage.post("/studio/runs/", posted(catalogue, count=number, quoted=number)).status_code in (302, 422)
    assert stage.post("/studio/runs/", {"suggestion": number}).status_code == 422


def test_a_frame_that_was_asked_for_again_offers_no_second_press(
    stage: Client, catalogue: list[ImageModel], fault: Fault
) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    fault("server_error")
    [frame] = work(Run.objects.get())
    again = f"/studio/frames/{frame.uuid}/again"
    assert again in stage.get("/studio/").content.decode()
    stage.post(again, {"quoted": 4})
    assert again not in stage.get("/studio/").content.decode()


def test_a_model_that_is_gone_gives_way_to_one_that_is_sold(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue))
    ImageModel.objects.filter(pk=catalogue[0].pk).update(enabled=False)
    page = stage.get("/studio/").content.decode()
    assert "2.6 Flare is not on offer just now. 2.5 Flare is chosen instead." in page
    assert form(page)["quoted"] == "3"


@pytest.mark.parametrize("changes", [{"count": "11"}, {"count": "0"}, {"scale": "own", "width": "1000", "height": "9"}])
def test_what_cannot_be_asked_for_has_no_price(
    changes: dict[str, str], stage: Client, catalogue: list[ImageModel]
) -> None:
    page = stage.get("/studio/quote", posted(catalogue, **changes)).content.decode()
    assert not form(page).get("quoted")
    assert 'class="cost"' not in page


def test_a_run_whose_pictures_are_all_deleted_leaves_the_table(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue, prompt="The one that goes"))
    work(Run.objects.get())
    stage.post("/studio/runs/", posted(catalogue, prompt="The one that stays"))
    stage.post(f"/library/{Image.objects.get().uuid}/delete")
    page = stage.get("/studio/").content.decode()
    assert 'id="run-2"' in page
    assert 'id="run-1"' not in page


def test_what_is_transparent_is_said_and_seen(stage: Client, catalogue: list[ImageModel]) -> None:
    stage.post("/studio/runs/", posted(catalogue, background="transparent"))
    work(Run.objects.get())
    page = stage.get("/studio/").content.decode()
    assert "PNG, transparent, previews on" in page
    assert 'class="see-through"' in page
