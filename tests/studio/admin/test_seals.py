"""Sealed runs in the admin: closed to support, finance and superusers alike, open by name, with a reason, once."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from credits.models import Entry
from studio import disclosures, generations, seals
from studio.models import Disclosure, Outcome, Run, Seal
from tests.conftest import brief, give, person, signed_in
from tests.studio.admin.conftest import fail, frame_of, make, member

SECRET = "An unmistakable sentence about somebody"
REASON = "the review of 24 November"
LIST = "admin:studio_seal_changelist"


@pytest.fixture
def seal(run: Run, alice: User) -> Seal:
    """A run of alice's with a picture from before it was sealed, and frames in every state."""
    secret = generations.submit(user=alice, brief=brief(count=3, prompt=SECRET), key=uuid.uuid4())
    make(frame_of(secret, 1))
    fail(frame_of(secret, 2), "lost_touch")
    Run.objects.filter(pk=secret.pk).update(refused_for=["sexual"])
    seals.close(run=secret, categories=("sexual", "sexual/minors"))
    return Seal.objects.select_related("run").get()


@pytest.fixture
def ines(catalogue: list[object]) -> User:
    return member("ines", "Child safety")


@pytest.fixture
def safety(ines: User) -> Client:
    return signed_in(ines)


def at(act: str, seal: Seal) -> str:
    return reverse(f"admin:studio_seal_{act}", args=[seal.pk])


def routes(patterns: list[object], prefix: str = "/") -> Iterator[str]:
    """Every route of the site, as it is written."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


def addresses(seal: Seal) -> list[str]:
    """Every page of the administration about rows that have to do with the run, acts included, by their routes."""
    keys = {
        "studio/run": seal.run.pk,
        "studio/generation": frame_of(seal.run, 2).pk,
        "studio/seal": seal.pk,
        "studio/disclosure": Disclosure.objects.values_list("pk", flat=True).last(),
        "accounts/user": seal.run.owner_id,
        "credits/wallet": seal.run.wallet_id,
        "credits/entry": Entry.objects.get(cause=f"run:{seal.run.uuid}").pk,
    }
    found = ["/admin/", reverse("admin:stuck")]
    for route in routes(get_resolver().url_patterns):
        key = keys.get("/".join(route.split("/")[2:4]))
        if route.startswith("/admin/") and key and not route.endswith("/add/") and route[-17:] != "<path:object_id>/":
            found.append(re.sub(r"<[^>]+>", str(key), route))
    return found


def shown(client: Client, address: str, seal: Seal, *, post: bool) -> list[str]:
    """What of the sealed run an address tells, whatever the answer's status."""
    answer = client.post(address, {"reason": REASON}, follow=True) if post else client.get(address)
    pictures = [] if "/generation/" in address else [frame_of(seal.run, 1).images.get().object_key]
    told = [SECRET, "sexual/minors", "before it was sealed", *pictures]
    return [f"{address}: {each}" for each in told if each in answer.content.decode()]


@pytest.fixture
def old_looks(seal: Seal, sue: User, charlie: User) -> None:
    for user in (sue, charlie):
        Disclosure.objects.create(run=seal.run, by=user, reason="a look from before it was sealed")


def test_a_superuser_reads_it_nowhere(boss: Client, seal: Seal, old_looks: None) -> None:
    walked = addresses(seal)
    assert {address.split("/")[3] for address in walked if address.count("/") > 3} >= {"run", "generation", "seal"}
    assert len(walked) > 20
    assert [each for address in walked for each in shown(boss, address, seal, post=False)] == []


def test_support_reads_it_nowhere(support: Client, seal: Seal, old_looks: None) -> None:
    run = seal.run
    opening = reverse("admin:studio_run_open", args=[run.pk])
    assert shown(support, opening, seal, post=True) == []
    for name, query in (("run", run.number), ("generation", run.uuid), ("disclosure", run.owner.email)):
        assert shown(support, f"{reverse(f'admin:studio_{name}_changelist')}?q={query}", seal, post=False) == []
    assert shown(support, reverse("admin:studio_generation_change", args=[frame_of(run, 2).pk]), seal, post=False) == []
    assert Disclosure.objects.count() == 2


def test_a_run_says_that_it_is_sealed_and_has_no_form(boss: Client, seal: Seal) -> None:
    html = boss.get(reverse("admin:studio_run_change", args=[seal.run.pk])).content.decode()
    assert "They are sealed." in html
    assert reverse("admin:studio_run_open", args=[seal.run.pk]) not in html


@pytest.mark.parametrize("lookup", ["seal__isnull", "seal__categories__contains", "seal"])
def test_the_address_does_not_ask_what_is_sealed(lookup: str, support: Client, seal: Seal) -> None:
    assert support.get(reverse("admin:studio_run_changelist"), {lookup: "1"}).status_code == 400


def test_nobody_else_acts(support: Client, finance: Client, boss: Client, seal: Seal) -> None:
    for client in (support, finance, boss):
        for act in ("look", "report", "release", "suspend"):
            assert client.post(at(act, seal), {"reason": REASON, "reference": "CT-1234"}).status_code == 403
        assert client.get(reverse(LIST)).status_code == 403


def test_strangers_and_customers_stay_out(seal: Seal, alice: User) -> None:
    for client in (Client(), signed_in(alice)):
        for address in (reverse(LIST), at("change", seal)):
            assert client.get(address).status_code == 302
        assert client.post(at("look", seal), {"reason": REASON}).status_code == 302
    assert not Disclosure.objects.exists()


def test_who_left_the_staff_is_no_member_any_more(safety: Client, ines: User, seal: Seal) -> None:
    User.objects.filter(pk=ines.pk).update(is_staff=False)
    ines.refresh_from_db()
    assert not seals.may_handle(ines)
    assert safety.post(at("look", seal), {"reason": REASON}).status_code == 302


def test_a_superuser_who_is_put_into_the_group_may(boss: Client, charlie: User, seal: Seal) -> None:
    charlie.groups.add(Group.objects.get(name="Child safety"))
    assert boss.get(reverse(LIST)).status_code == 200


def test_the_list_tells_who_and_when_and_no_words(safety: Client, seal: Seal) -> None:
    html = safety.get(reverse(LIST)).content.decode()
    assert "alice@example.com" in html
    assert "To be reviewed" in html
    assert "Sealed runs, 1 to review" in html
    for address in (reverse(LIST), at("change", seal), reverse("admin:index")):
        page = safety.get(address)
        assert page.status_code == 200
        assert SECRET not in page.content.decode()


def test_each_look_is_kept(safety: Client, ines: User, seal: Seal) -> None:
    for _ in range(2):
        html = safety.post(at("look", seal), {"reason": REASON}).content.decode()
        for part in (SECRET, "alice@example.com", str(seal.run.owner.uuid), str(seal.run.uuid), "sexual/minors"):
            assert part in html
    assert "the studio keeps none" in html
    assert frame_of(seal.run, 1).images.get().object_key in html
    assert [(look.run, look.by, look.reason) for look in Disclosure.objects.all()] == [(seal.run, ines, REASON)] * 2
    page = safety.get(at("change", seal)).content.decode()
    assert page.count(REASON) == 2
    assert SECRET not in page
    assert safety.get(at("look", seal)).status_code == 405


def test_without_a_reason_nothing_is_shown(safety: Client, seal: Seal) -> None:
    html = safety.post(at("look", seal), {"reason": "x"}, follow=True).content.decode()
    assert "Say it in two words" in html
    assert SECRET not in html
    assert not Disclosure.objects.exists()


def test_looks_are_told_to_those_who_may_read(safety: Client, support: Client, seal: Seal, ines: User) -> None:
    safety.post(at("look", seal), {"reason": REASON})
    ines.groups.add(Group.objects.get(name="support"))
    for client, told in ((safety, True), (support, False)):
        for address in (
            reverse("admin:studio_disclosure_changelist"),
            reverse("admin:studio_run_change", args=[seal.run.pk]),
        ):
            assert (REASON in client.get(address).content.decode()) == told
    page = safety.get(reverse("admin:studio_run_change", args=[seal.run.pk])).content.decode()
    assert "<h2>Opened by</h2>" in page and SECRET not in page
    page = safety.get(at("change", seal)).content.decode()
    assert "<h2>Read by</h2>" in page and REASON in page


def test_looks_at_other_runs_are_told_as_before(support: Client, run: Run, sue: User) -> None:
    disclosures.open_run(run=run, by=sue, reason="asked by mail")
    assert "asked by mail" in support.get(reverse("admin:studio_disclosure_changelist")).content.decode()


def test_it_is_marked_as_reported_once(safety: Client, ines: User, seal: Seal) -> None:
    assert "at least 4" in safety.post(at("report", seal), {"reference": "1"}, follow=True).content.decode()
    html = safety.post(at("report", seal), {"reference": "CT-1234"}, follow=True).content.decode()
    assert "Marked as reported: CT-1234." in html
    assert "It needs no report" not in html
    again = safety.post(at("release", seal), {"reason": REASON}, follow=True).content.decode()
    assert "It was decided before. Nothing was changed." in again
    seal.refresh_from_db()
    assert (seal.outcome, seal.decided_by, seal.reference) == (Outcome.REPORTED, ines, "CT-1234")
    assert seal.decided_at
    assert seals.holds(owner_id=seal.run.owner_id)


def test_what_needs_no_report_lets_its_owner_go_on(safety: Client, seal: Seal, alice: User) -> None:
    html = safety.post(at("release", seal), {"reason": "about a school bus"}, follow=True).content.decode()
    assert "alice@example.com gets pictures again." in html
    assert generations.submit(user=alice, brief=brief(), key=uuid.uuid4())


def test_the_account_is_suspended_by_one_press(safety: Client, seal: Seal, alice: User) -> None:
    client = signed_in(alice)
    html = safety.post(at("suspend", seal), follow=True).content.decode()
    assert "alice@example.com is suspended" in html
    assert client.get(reverse("studio:home")).status_code == 302
    assert "Suspend alice@example.com" not in html
    assert LogEntry.objects.count() == 2
    assert "is suspended already" in safety.post(at("suspend", seal), follow=True).content.decode()


def test_a_superuser_is_not_suspended_from_there(safety: Client, seal: Seal, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    assert "another superuser has to do it" in safety.post(at("suspend", seal), follow=True).content.decode()
    alice.refresh_from_db()
    assert alice.is_active


def test_nobody_handles_a_run_of_their_own(safety: Client, ines: User, seal: Seal) -> None:
    give(ines, 10)
    own = generations.submit(user=ines, brief=brief(prompt=SECRET), key=uuid.uuid4())
    seals.close(run=own, categories=("sexual/minors",))
    mine = Seal.objects.get(run=own)
    assert safety.post(at("look", mine), {"reason": REASON}).status_code == 404
    assert safety.get(at("change", mine)).status_code == 302
    assert [row.pk for row in safety.get(reverse(LIST)).context["cl"].result_list] == [seal.pk]


def test_rows_are_not_changed_or_deleted(safety: Client, seal: Seal) -> None:
    for act in ("change", "delete"):
        assert safety.post(at(act, seal), {"post": "yes", "outcome": "no_report"}).status_code == 403
    assert Seal.objects.get().outcome == Outcome.OPEN
    assert safety.get(reverse("admin:studio_seal_add")).status_code == 403


def test_the_group_is_made_by_seed_and_opens_nothing_else(safety: Client, seal: Seal) -> None:
    for name in ("run", "generation", "price", "disclosure"):
        assert safety.get(reverse(f"admin:studio_{name}_changelist")).status_code == 403
    group = Group.objects.get(name="Child safety")
    assert [permission.codename for permission in group.permissions.all()] == ["handle_seal"]
    for name in ("support", "finance"):
        assert not Group.objects.get(name=name).permissions.filter(codename="handle_seal").exists()


def test_a_person_with_every_right_but_this(seal: Seal) -> None:
    assert not seals.may_handle(person("root", is_staff=True, is_superuser=True))
