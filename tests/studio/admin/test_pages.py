"""Every page of the admin's studio: who gets in, and with which policy."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from studio import disclosures
from studio.models import ImageModel, Price, Run
from tests.conftest import signed_in
from tests.studio.admin.conftest import WORDS

LISTS = ("imagemodel", "price", "run", "generation", "disclosure", "upload")


def addresses(run: Run) -> dict[str, str]:
    rows = {
        "imagemodel": ImageModel.objects.earliest("id").pk,
        "price": Price.objects.earliest("id").pk,
        "run": run.pk,
        "generation": run.generations.earliest("position").pk,
    }
    pages = {f"{name} list": reverse(f"admin:studio_{name}_changelist") for name in LISTS}
    pages |= {f"{name} page": reverse(f"admin:studio_{name}_change", args=[pk]) for name, pk in rows.items()}
    return {**pages, "front": reverse("admin:index"), "stuck": reverse("admin:stuck")}


@pytest.mark.parametrize("who", ["boss", "support", "finance"])
def test_staff_see_every_page_and_no_words(who: str, run: Run, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)
    for name, address in addresses(run).items():
        page = client.get(address)
        assert page.status_code == 200, name
        assert WORDS not in page.content.decode(), name


def test_others_stay_out(run: Run, alice: User) -> None:
    for name, address in addresses(run).items():
        for client in (Client(), signed_in(alice)):
            assert client.get(address).status_code == 302, name
    assert signed_in(alice).get(reverse("admin:index"), follow=True).status_code == 403


def test_staff_without_a_group_see_nothing(run: Run, bob: User) -> None:
    bob.is_staff = True
    bob.save()
    client = signed_in(bob)
    pages = addresses(run)
    front = client.get(pages.pop("front"))
    assert front.status_code == 200
    assert "Frames made" not in front.content.decode()
    for name, address in pages.items():
        assert client.get(address).status_code == 403, name


@pytest.mark.parametrize(
    ("name", "support_may", "finance_may"),
    [("price", False, True), ("imagemodel", False, False), ("run", False, False), ("disclosure", False, False)],
)
def test_who_may_add(name: str, support_may: bool, finance_may: bool, support: Client, finance: Client) -> None:
    address = reverse(f"admin:studio_{name}_add")
    assert support.get(address).status_code == (200 if support_may else 403)
    assert finance.get(address).status_code == (200 if finance_may else 403)


@pytest.mark.parametrize("name", ["run", "generation", "price"])
def test_rows_are_not_changed_or_deleted_even_by_a_superuser(name: str, boss: Client, run: Run) -> None:
    address = addresses(run)[f"{name} page"]
    assert 'name="_save"' not in boss.get(address).content.decode()
    assert boss.post(address, {"credits": "1", "prompt": "x", "status": "failed"}).status_code == 403
    assert boss.post(address.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_the_sidebar_leads_where_one_may_go(support: Client, boss: Client, run: Run) -> None:
    titles = [
        "Today",
        "Users",
        "Wallets",
        "Entries",
        "Models",
        "Prices",
        "Runs",
        "Generations",
        "Stuck, unknown, failing",
    ]
    for client in (support, boss):
        [group] = client.get(reverse("admin:index")).context["sidebar_navigation"]
        assert [item["title"] for item in group["items"]] == [*titles, "Disclosures", "Refused pictures"]
        for item in group["items"]:
            assert client.get(item["link"]).status_code == 200, item["title"]


def test_the_admin_has_a_policy_of_its_own(boss: Client, catalogue: list[ImageModel]) -> None:
    header = boss.get(reverse("admin:index")).headers["Content-Security-Policy"]
    policy = {name: values for name, *values in (part.split() for part in header.split(";"))}
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert policy["script-src"] == ["'self'", "'unsafe-eval'"]
    assert settings.S3_PUBLIC_URL in policy["img-src"]


def test_the_product_keeps_the_strict_policy(boss: Client, catalogue: list[ImageModel]) -> None:
    header = boss.get(reverse("studio:home")).headers["Content-Security-Policy"]
    assert "unsafe" not in header


def test_pages_of_the_admin_hold_no_script_that_the_policy_refuses(boss: Client, run: Run) -> None:
    for name, address in addresses(run).items():
        html = boss.get(address).content.decode()
        for tag in html.split("<script")[1:]:
            assert " src=" in tag.split(">")[0], name
        assert " onclick=" not in html, name


def test_a_disclosure_is_listed(boss: Client, support: Client, run: Run, sue: User) -> None:
    disclosures.open_run(run=run, by=sue, reason="asked by mail, 24 November")
    for client in (boss, support):
        html = client.get(reverse("admin:studio_disclosure_changelist")).content.decode()
        assert "asked by mail, 24 November" in html
        assert WORDS not in html


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_no_more_for_more_rows(
    name: str, boss: Client, run: Run, sue: User, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(5):
        disclosures.open_run(run=run, by=sue, reason="asked by mail")
    with django_assert_max_num_queries(10):
        assert boss.get(reverse(f"admin:studio_{name}_changelist")).status_code == 200
