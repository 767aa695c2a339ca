"""The price list: rows are added, never changed; below cost only where that is said."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio import catalogue as studio_catalogue
from studio import price_list
from studio.models import ImageModel, Price

ADD = "admin:studio_price_add"
LIST = "admin:studio_price_changelist"


@pytest.fixture
def row(catalogue: list[ImageModel], settings: Any) -> Price:
    """A row whose dearest call costs 40,000 + (2000 + 3 × 100) × 30 = 109,000 millionths of a dollar."""
    settings.CREDIT_VALUE_MICROUSD = 20_000
    price = Price.objects.filter(model=catalogue[0], quality="medium", band="s").get()
    Price.objects.filter(pk=price.pk).update(output_tokens=2000, credits=6)
    price.refresh_from_db()
    assert studio_catalogue.worst_case(price) == 109_000
    return price


def form(row: Price, **changes: object) -> dict[str, object]:
    names = ("mode", "quality", "band", "credits", "reference_credits", "preview_credits", "output_tokens")
    return {"model": row.model_id, **{name: getattr(row, name) for name in names}, **at(None), **changes}


def at(moment: datetime | None) -> dict[str, object]:
    """The two fields of `valid from`."""
    local = timezone.localtime(moment) if moment else None
    day, hour = (f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}") if local else ("", "")
    return {"valid_from_0": day, "valid_from_1": hour}


def added(client: Client, row: Price, **changes: object) -> Price | str:
    """The new row, or the page that refuses it."""
    before = set(Price.objects.values_list("pk", flat=True))
    answer = client.post(reverse(ADD), form(row, **changes))
    if answer.status_code == 200:
        assert set(Price.objects.values_list("pk", flat=True)) == before
        return answer.content.decode()
    return Price.objects.exclude(pk__in=before).get()


def test_a_new_row_takes_over_and_the_old_one_stays(finance: Client, row: Price) -> None:
    new = added(finance, row, credits=9)
    assert isinstance(new, Price)
    assert abs(new.valid_from - timezone.now()) < timedelta(seconds=20)
    now = studio_catalogue.price(model_id=row.model_id, mode="text", quality="medium", band="s")
    assert now is not None
    assert now.credits == 9
    row.refresh_from_db()
    assert row.credits == 6


def test_a_later_price_waits(finance: Client, row: Price) -> None:
    new = added(finance, row, credits=9, **at(timezone.now() + timedelta(days=2)))
    assert isinstance(new, Price)
    standing = dict(
        price_list.with_standing(Price.objects.filter(pk__in=(row.pk, new.pk))).values_list("pk", "standing")
    )
    assert standing == {row.pk: "now", new.pk: "later"}


def test_a_price_below_cost_is_refused_with_the_sums(finance: Client, row: Price) -> None:
    page = added(finance, row, credits=5)
    assert isinstance(page, str)
    assert "The dearest call costs up to $0.109, and 5 credits are worth $0.100 at least." in page
    assert "6 credits would cover it." in page


def test_below_cost_where_that_is_said(finance: Client, row: Price) -> None:
    new = added(finance, row, credits=5, sell_below_cost="on")
    assert isinstance(new, Price)
    assert new.credits == 5
    assert LogEntry.objects.get().get_change_message() == "Added, to be sold below cost."
    assert "below cost" in finance.get(reverse(LIST)).content.decode()


def test_previews_that_are_paid_for_count(row: Price) -> None:
    row.credits, row.preview_credits = 5, 1  # none: 100,000 at 100,000; all three: 160,000 at 109,000
    assert price_list.shortfall_microusd(row) == 0
    row.output_tokens += 1
    assert price_list.shortfall_microusd(row) == 30
    assert price_list.credits_to_cover(row) == 6


def test_the_past_is_not_rewritten(finance: Client, row: Price) -> None:
    page = added(finance, row, credits=9, **at(timezone.now() - timedelta(minutes=3)))
    assert isinstance(page, str)
    assert "That moment is over. A price can’t change what was sold already." in page
    assert isinstance(added(finance, row, credits=9, **at(timezone.now() - timedelta(seconds=20))), Price)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credits": "0"}, "credits"),
        ({"credits": "x"}, "credits"),
        ({"credits": "-4"}, "credits"),
        ({"quality": "splendid"}, "quality"),
        ({"model": "0"}, "model"),
        ({"output_tokens": ""}, "output_tokens"),
        ({"valid_from_0": "soon", "valid_from_1": ""}, "valid_from"),
    ],
)
def test_bad_input_adds_nothing(finance: Client, row: Price, change: dict[str, str], field: str) -> None:
    answer = finance.post(reverse(ADD), form(row, **change))
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_a_quality_that_the_model_lacks(finance: Client, row: Price) -> None:
    row.model.qualities = ["low"]
    row.model.save()
    page = added(finance, row, credits=9)
    assert isinstance(page, str)
    assert f"{row.model} has no such quality." in page


def test_one_credit_is_worth(finance: Client, row: Price) -> None:
    page = added(finance, row, credits=1)
    assert isinstance(page, str)
    assert "1 credit is worth $0.020 at least." in page


def test_a_price_to_come_is_withdrawn(finance: Client, support: Client, row: Price) -> None:
    later = added(finance, row, credits=9, **at(timezone.now() + timedelta(days=2)))
    assert isinstance(later, Price)
    for price, client, status in ((row, finance, 403), (later, support, 403), (later, finance, 302)):
        address = reverse("admin:studio_price_delete", args=[price.pk])
        listed = client.get(reverse(LIST), {"standing": "all"}).content.decode()
        assert (address in listed) == (status == 302)
        answer = client.post(address, {"post": "yes"})
        assert answer.status_code == status
    assert answer["Location"] == reverse(LIST)
    assert not Price.objects.filter(pk=later.pk).exists()
    assert LogEntry.objects.filter(action_flag=DELETION).count() == 1


def test_rows_are_immutable(boss: Client, row: Price) -> None:
    page = reverse("admin:studio_price_change", args=[row.pk])
    assert boss.post(page, form(row, credits=1, sell_below_cost="on")).status_code == 403
    row.refresh_from_db()
    assert row.credits == 6


def test_a_new_price_starts_from_a_row(finance: Client, row: Price) -> None:
    prefilled = finance.get(reverse("admin:studio_price_new_from", args=[row.pk]), follow=True)
    html = prefilled.content.decode()
    assert prefilled.request["PATH_INFO"] == reverse(ADD)
    assert 'name="output_tokens" value="2000"' in html
    assert f'<option value="{row.model_id}" selected>' in html
    assert (
        reverse("admin:studio_price_new_from", args=[row.pk])
        in finance.get(reverse("admin:studio_price_change", args=[row.pk])).content.decode()
    )


def test_support_reads_the_list_and_adds_nothing(support: Client, row: Price) -> None:
    assert reverse(ADD) not in support.get(reverse(LIST)).content.decode()
    assert support.post(reverse(ADD), form(row, credits=9)).status_code == 403
    assert support.get(reverse("admin:studio_price_new_from", args=[row.pk])).status_code == 403


def test_the_list_is_filtered_by_standing(finance: Client, row: Price) -> None:
    later = added(finance, row, credits=9, **at(timezone.now() + timedelta(days=2)))
    newer = added(finance, row, credits=8)
    assert isinstance(later, Price)
    assert isinstance(newer, Price)

    def listed(standing: str) -> set[int]:
        page = finance.get(reverse(LIST), {"standing": standing, "model__id__exact": row.model_id})
        return {price.pk for price in page.context["cl"].result_list} & {row.pk, later.pk, newer.pk}

    assert {name: listed(name) for name in ("", "now", "later", "past", "all")} == {
        "": {newer.pk}, "now": {newer.pk}, "later": {later.pk}, "past": {row.pk}, "all": {newer.pk, later.pk, row.pk}
    }  # fmt: skip


def test_prices_are_found_by_their_model(finance: Client, row: Price) -> None:
    found = finance.get(reverse(LIST), {"q": row.model.label}).context["cl"].result_list
    assert {price.model for price in found} == {row.model}


def test_the_list_shows_cost_beside_worth(finance: Client, row: Price) -> None:
    html = finance.get(reverse("admin:studio_price_change", args=[row.pk])).content.decode()
    assert "$0.109" in html
    assert "$0.120" in html


def test_a_new_studio_sells_nothing_below_cost(catalogue: list[ImageModel]) -> None:
    rows = Price.objects.select_related("model")
    assert [str(row) for row in rows if price_list.shortfall_microusd(row) > 0] == []


def test_a_kind_of_work_has_rows_of_its_own_or_those_of_text(finance: Client, row: Price) -> None:
    edits = added(finance, row, mode="image", credits=9)
    assert isinstance(edits, Price)
    assert "A kind without a row of its own costs" in finance.get(reverse(ADD)).content.decode()
    page = finance.get(reverse(LIST), {"mode__exact": "image"})
    assert list(page.context["cl"].result_list) == [edits]
    assert "Text, and the rest" in finance.get(reverse(LIST)).content.decode()
