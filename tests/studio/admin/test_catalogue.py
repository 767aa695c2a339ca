"""Models in the admin: what they can do is edited, a stopped one is offered again."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from studio import catalogue as studio_catalogue
from studio import price_list
from studio.models import ImageModel, Price

LIST = "admin:studio_imagemodel_changelist"


@pytest.fixture
def stopped(catalogue: list[ImageModel]) -> ImageModel:
    studio_catalogue.stop(model=catalogue[0], reason="billing")
    return ImageModel.objects.get(pk=catalogue[0].pk)


def again(model: ImageModel) -> str:
    return reverse("admin:studio_imagemodel_offer_again", args=[model.pk])


def form(model: ImageModel, **changes: object) -> dict[str, object]:
    names = (
        "api_name", "label", "note", "position", "most_previews", "longest_side_px", "most_pixels", "least_pixels",
        "speed", "cost", "fidelity", "typical_s", "text_in_cents", "image_in_cents", "image_out_cents",
        "qualities", "formats", "backgrounds", "most_references",
    )  # fmt: skip
    return {**{name: getattr(model, name) for name in names}, "enabled": "on", "takes_markup": "on", **changes}


def test_a_stopped_model_says_why(finance: Client, stopped: ImageModel) -> None:
    listed = finance.get(reverse(LIST)).content.decode()
    assert "Stopped: account on hold." in listed
    assert f'formaction="{again(stopped)}"' in listed
    page = finance.get(reverse("admin:studio_imagemodel_change", args=[stopped.pk])).content.decode()
    assert "A call stopped it: account on hold." in page
    assert again(stopped) in page
    assert 'name="enabled"' not in page


def test_a_model_that_is_not_stopped_has_a_switch(finance: Client, catalogue: list[ImageModel]) -> None:
    page = finance.get(reverse("admin:studio_imagemodel_change", args=[catalogue[0].pk])).content.decode()
    assert 'name="enabled"' in page


def test_it_is_offered_again_from_the_list(finance: Client, stopped: ImageModel) -> None:
    answer = finance.post(reverse(LIST), {"action": "offer_again", "_selected_action": [stopped.pk]}, follow=True)
    assert f"Offered again: {stopped}." in answer.content.decode()
    assert stopped in studio_catalogue.offered()
    assert "account on hold" in LogEntry.objects.get().get_change_message()


def test_it_is_offered_again_from_its_page(finance: Client, stopped: ImageModel) -> None:
    assert finance.get(again(stopped)).status_code == 405
    finance.post(again(stopped))
    assert stopped in studio_catalogue.offered()


def test_what_was_not_stopped_stays_as_it_is(finance: Client, catalogue: list[ImageModel]) -> None:
    answer = finance.post(again(catalogue[0]), follow=True)
    assert "None of them was stopped, down or found to have a limit." in answer.content.decode()
    assert not LogEntry.objects.exists()


def test_support_looks_on(support: Client, stopped: ImageModel) -> None:
    page = support.get(reverse("admin:studio_imagemodel_change", args=[stopped.pk])).content.decode()
    assert "A call stopped it: account on hold." in page
    assert again(stopped) not in page
    assert again(stopped) not in support.get(reverse(LIST)).content.decode()
    assert support.post(again(stopped)).status_code == 403
    support.post(reverse(LIST), {"action": "offer_again", "_selected_action": [stopped.pk]})
    assert stopped not in studio_catalogue.offered()


def test_what_it_can_do_is_edited(finance: Client, catalogue: list[ImageModel]) -> None:
    model = catalogue[0]
    page = reverse("admin:studio_imagemodel_change", args=[model.pk])
    answer = finance.post(page, form(model, qualities=["low", "high"], image_out_cents=3100))
    assert answer.status_code == 302
    model.refresh_from_db()
    assert (model.qualities, model.image_out_cents) == (["low", "high"], 3100)


def test_the_form_does_not_clear_what_stopped_it(finance: Client, stopped: ImageModel) -> None:
    page = reverse("admin:studio_imagemodel_change", args=[stopped.pk])
    assert finance.post(page, form(stopped, stopped_reason="")).status_code == 302
    stopped.refresh_from_db()
    assert stopped.stopped_reason == "billing"


@pytest.mark.parametrize(
    "change",
    [
        {"qualities": []},
        {"qualities": ["splendid"]},
        {"speed": 9},
        {"api_name": ""},
        {"typical_s": "soon"},
        {"longest_side_px": 999_999},
        {"most_pixels": 8_294_401},
    ],
)
def test_bad_input_changes_nothing(finance: Client, catalogue: list[ImageModel], change: dict[str, object]) -> None:
    model = catalogue[0]
    page = finance.post(reverse("admin:studio_imagemodel_change", args=[model.pk]), form(model, **change))
    assert page.status_code == 200
    assert page.context["adminform"].form.errors.keys() == change.keys()


def test_a_rise_of_the_providers_prices_is_told(finance: Client, catalogue: list[ImageModel], settings: Any) -> None:
    settings.CREDIT_VALUE_MICROUSD = 1_000_000
    model = catalogue[0]
    page = reverse("admin:studio_imagemodel_change", args=[model.pk])
    assert "below cost now" not in finance.post(page, form(model), follow=True).content.decode()
    dearer = finance.post(page, form(model, image_out_cents=100_000_000), follow=True).content.decode()
    found = price_list.sold_below_cost()
    assert {price.model for price in found} == {model}
    assert f"{len(found)} prices of {model} are below cost now" in dearer
    front = finance.get(reverse("admin:index")).content.decode()
    assert f"<b>{len(found)}</b> prices below cost" in front
    where = re.search(r'href="([^"]+cost=below)"', front)
    assert where
    listed = finance.get(where[1].replace("&amp;", "&")).context["cl"].result_list
    assert {price.pk for price in listed} == {price.pk for price in found}
    Price.objects.filter(model=model).update(sell_below_cost=True)
    assert price_list.sold_below_cost() == []


def test_a_new_model_is_added_by_a_superuser(boss: Client, catalogue: list[ImageModel]) -> None:
    answer = boss.post(reverse("admin:studio_imagemodel_add"), form(catalogue[0], api_name="gpt-image-9", label="9"))
    assert answer.status_code == 302
    assert ImageModel.objects.get(api_name="gpt-image-9").stopped_reason == ""


def test_models_are_not_deleted(boss: Client, catalogue: list[ImageModel]) -> None:
    address = reverse("admin:studio_imagemodel_delete", args=[catalogue[0].pk])
    assert boss.post(address, {"post": "yes"}).status_code == 403


def test_what_it_takes_along_is_edited(finance: Client, catalogue: list[ImageModel]) -> None:
    model = catalogue[0]
    assert "16 pictures along; marks" in finance.get(reverse(LIST)).content.decode()
    changed = form(model, most_references=4)
    del changed["takes_markup"]
    assert finance.post(reverse("admin:studio_imagemodel_change", args=[model.pk]), changed).status_code == 302
    model.refresh_from_db()
    assert (model.most_references, model.takes_markup) == (4, False)
