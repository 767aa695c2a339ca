"""People in the admin: found and suspended; rights and second factors are a superuser's to give and take."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from studio.models import Run
from tests.conftest import person

LIST = "admin:accounts_user_changelist"
RIGHTS = {"is_active": "on", "is_staff": "on", "is_superuser": "on"}


def page(user: User, act: str = "change") -> str:
    return reverse(f"admin:accounts_user_{act}", args=[user.pk])


def test_people_are_found_by_address_and_uuid(support: Client, alice: User, bob: User) -> None:
    for words in ("alice", str(alice.uuid)):
        assert list(support.get(reverse(LIST), {"q": words}).context["cl"].result_list) == [alice]


def test_support_looks_on(support: Client, alice: User) -> None:
    assert 'name="_save"' not in support.get(page(alice)).content.decode()
    assert support.post(page(alice), {"is_active": ""}).status_code == 403


def test_a_superuser_suspends(boss: Client, alice: User) -> None:
    assert boss.post(page(alice), {"email": "other@example.com"}).status_code == 302
    alice.refresh_from_db()
    assert (alice.is_active, alice.email) == (False, "alice@example.com")


def test_who_may_change_people_gives_no_rights(support: Client, sue: User, alice: User) -> None:
    sue.user_permissions.add(Permission.objects.get(codename="change_user"))
    for user in (sue, alice):
        assert support.post(page(user), RIGHTS).status_code == 302
        user.refresh_from_db()
        assert not user.is_superuser
    assert not alice.is_staff
    assert sue.groups.exists()


def test_who_may_change_people_suspends_no_superuser(support: Client, sue: User, alice: User) -> None:
    sue.user_permissions.add(Permission.objects.get(codename="change_user"))
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    assert support.post(page(alice), {"is_active": ""}).status_code == 302
    alice.refresh_from_db()
    assert alice.is_active


def test_nobody_is_made_or_deleted(boss: Client, alice: User) -> None:
    assert boss.get(reverse("admin:accounts_user_add")).status_code == 403
    assert boss.post(page(alice, "delete"), {"post": "yes"}).status_code == 403


def test_a_lost_second_factor_is_taken_off(boss: Client, alice: User) -> None:
    act = page(alice, "take_factor_off")
    assert act not in boss.get(page(alice)).content.decode()
    RecoveryCodes.activate(alice)
    assert act in boss.get(page(alice)).content.decode()
    assert "alice@example.com then signs in" in boss.get(act).content.decode()
    assert Authenticator.objects.filter(user=alice).exists()
    answer = boss.post(act, follow=True)
    assert "alice@example.com signs in without a second factor now." in answer.content.decode()
    assert not Authenticator.objects.filter(user=alice).exists()
    assert LogEntry.objects.get().get_change_message() == "Took the second factor off."


def test_staff_take_no_factor_off(support: Client, sue: User, alice: User) -> None:
    sue.user_permissions.add(Permission.objects.get(codename="change_user"))
    RecoveryCodes.activate(alice)
    act = page(alice, "take_factor_off")
    assert act not in support.get(page(alice)).content.decode()
    assert support.post(act).status_code == 403
    assert Authenticator.objects.filter(user=alice).exists()


@pytest.mark.parametrize("name", RIGHTS)
def test_nobody_locks_themselves_out(boss: Client, charlie: User, name: str) -> None:
    person("another", is_staff=True, is_superuser=True)
    answer = boss.post(page(charlie), {right: on for right, on in RIGHTS.items() if right != name})
    assert answer.context["adminform"].form.errors == {
        name: ["This is your own account: another superuser has to take it from you."]
    }
    charlie.refresh_from_db()
    assert getattr(charlie, name)


@pytest.mark.parametrize("name", ["is_active", "is_staff", "is_superuser"])
def test_a_superuser_ends_another(boss: Client, name: str) -> None:
    other = person("another", is_staff=True, is_superuser=True)
    assert boss.post(page(other), {right: on for right, on in RIGHTS.items() if right != name}).status_code == 302
    other.refresh_from_db()
    assert not getattr(other, name)


def test_the_last_superuser_stays(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who end each other at once: by the time the second is asked, the first is none any more."""
    other = person("another", is_staff=True, is_superuser=True)
    monkeypatch.setattr("accounts.admin.others_than", lambda who: 0)
    answer = boss.post(page(other), {right: on for right, on in RIGHTS.items() if right != "is_superuser"})
    assert answer.context["adminform"].form.errors == {
        "is_superuser": ["another@example.com is the last superuser who can sign in."]
    }
    other.refresh_from_db()
    assert other.is_superuser


def test_staff_without_rights_still_suspend_customers(support: Client, sue: User, alice: User) -> None:
    sue.user_permissions.add(Permission.objects.get(codename="change_user"))
    assert support.post(page(alice), {}).status_code == 302
    alice.refresh_from_db()
    assert not alice.is_active


def test_a_persons_page_leads_to_wallet_and_runs(boss: Client, run: Run, alice: User) -> None:
    html = boss.get(page(alice)).content.decode()
    for name in ("credits_wallet", "credits_entry", "studio_run", "studio_generation"):
        where = f"{reverse(f'admin:{name}_changelist')}?q=alice%40example.com"
        assert where in html
        assert boss.get(where).context["cl"].result_count
