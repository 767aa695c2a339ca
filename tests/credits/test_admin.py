"""The admin's ledger: to read for support, to give for finance, to change for nobody."""

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from credits import ledger
from credits.models import Entry, Wallet
from tests.conftest import person, signed_in
from tests.credits.conftest import held

VIEWS = ("view_wallet", "view_entry", "view_lot")


def staff(name: str, *permissions: str) -> User:
    user = person(name)
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="credits", codename__in=permissions))
    return user


@pytest.fixture
def support(db: None) -> Client:
    return signed_in(staff("support", *VIEWS))


@pytest.fixture
def teller(db: None) -> User:
    return staff("finance", *VIEWS, "grant_credits")


@pytest.fixture
def finance(teller: User) -> Client:
    return signed_in(teller)


def address(wallet: Wallet) -> str:
    """Where the wallet's page sends one who wants to give."""
    return reverse("admin:credits_wallet_grant", args=[wallet.pk])


def form(**changes: object) -> dict[str, object]:
    return {"credits": "20", "reason": "for the trouble", "ends_on": "", "key": str(uuid.uuid4()), **changes}


def test_a_grant_works(finance: Client, teller: User, wallet: Wallet) -> None:
    page = finance.get(address(wallet))
    assert page.status_code == 200
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', page.content.decode())
    assert key
    answer = finance.post(address(wallet), form(key=key[1]), follow=True)
    assert answer.redirect_chain == [(reverse("admin:credits_wallet_change", args=[wallet.pk]), 302)]
    assert "20 credits given to alice@example.com." in answer.content.decode()
    entry = Entry.objects.get()
    assert (entry.kind, entry.credits, entry.note, entry.by) == ("grant", 20, "for the trouble", teller)
    assert entry.cause == f"grant:{key[1]}"
    assert held(wallet) == 20


def test_each_form_has_a_key_of_its_own(finance: Client, wallet: Wallet) -> None:
    keys = [re.findall(r'name="key" value="([^"]+)"', finance.get(address(wallet)).content.decode()) for _ in "12"]
    assert keys[0] != keys[1]


def test_a_doubled_post_gives_once(finance: Client, wallet: Wallet) -> None:
    same = form()
    for _ in range(2):
        assert finance.post(address(wallet), same).status_code == 302
    assert held(wallet) == 20


def test_a_form_that_gave_is_not_used_for_another_amount(finance: Client, wallet: Wallet) -> None:
    same = form()
    finance.post(address(wallet), same)
    page = finance.post(address(wallet), {**same, "credits": "30"})
    assert page.status_code == 200
    assert "This form has given 20 credits already. Open it anew." in page.content.decode()
    assert held(wallet) == 20


def test_a_last_day_lasts_to_its_end(finance: Client, wallet: Wallet) -> None:
    day = timezone.localdate() + timedelta(days=3)
    finance.post(address(wallet), form(ends_on=day.isoformat()))
    end = wallet.lots.get().expires_at
    assert end is not None
    assert timezone.localdate(end) == day
    assert timezone.localdate(end + timedelta(seconds=1)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"credits": ""}, "This field is required."),
        ({"credits": "0"}, "greater than or equal to 1"),
        ({"credits": "-5"}, "greater than or equal to 1"),
        ({"credits": "x"}, "Enter a whole number."),
        ({"credits": "1000001"}, "less than or equal to 1000000"),
        ({"credits": "10001"}, "10,001 credits at once: tick it if you mean it."),
        ({"reason": "  "}, "This field is required."),
        ({"reason": "x"}, "Say it in two words and 10 characters at least"),
        ({"reason": "troublesome"}, "Say it in two words and 10 characters at least"),
        ({"ends_on": (timezone.now() - timedelta(days=2)).date().isoformat()}, "That day is over."),
        ({"ends_on": "soon"}, "Enter a valid date."),
        ({"key": "x"}, "Enter a valid UUID."),
    ],
)
def test_bad_input_gives_nothing(finance: Client, wallet: Wallet, change: dict[str, str], error: str) -> None:
    page = finance.post(address(wallet), form(**change))
    assert page.status_code == 200
    assert error in page.content.decode()
    assert held(wallet) == 0


def test_support_sees_and_gives_nothing(support: Client, wallet: Wallet) -> None:
    page = support.get(reverse("admin:credits_wallet_change", args=[wallet.pk]))
    assert page.status_code == 200
    assert address(wallet) not in page.content.decode()
    assert support.get(address(wallet)).status_code == 403
    assert support.post(address(wallet), form()).status_code == 403
    assert held(wallet) == 0


def test_finance_finds_the_way(finance: Client, wallet: Wallet) -> None:
    page = finance.get(reverse("admin:credits_wallet_change", args=[wallet.pk])).content.decode()
    assert address(wallet) in page


def test_a_superuser_may_give(charlie: User, wallet: Wallet) -> None:
    assert signed_in(charlie).post(address(wallet), form()).status_code == 302
    assert held(wallet) == 20


def test_the_right_to_give_without_the_right_to_see_is_none(wallet: Wallet) -> None:
    blind = signed_in(staff("blind", "grant_credits"))
    assert blind.post(address(wallet), form()).status_code == 403


@pytest.mark.parametrize("who", ["alice", None])
def test_readers_and_visitors_stay_out(alice: User, wallet: Wallet, who: str | None) -> None:
    client = signed_in(alice) if who else Client()
    assert client.post(address(wallet), form()).status_code in (302, 403)
    assert held(wallet) == 0


def test_a_wallet_that_is_none(finance: Client) -> None:
    assert finance.get(reverse("admin:credits_wallet_grant", args=[999_999_999])).status_code == 404


@pytest.mark.parametrize("model", ["wallet", "entry", "lot"])
def test_lists_and_pages_can_be_read_and_not_written(charlie: User, wallet: Wallet, model: str) -> None:
    ledger.grant(wallet=wallet, credits=5, cause="a", note="for the trouble", by=charlie)
    ledger.debit(wallet=wallet, credits=2, cause="run:1")
    client = signed_in(charlie)
    listed = client.get(reverse(f"admin:credits_{model}_changelist"))
    assert listed.status_code == 200
    assert "alice@example.com" in listed.content.decode()
    row = {"wallet": wallet, "entry": Entry.objects.earliest("id"), "lot": wallet.lots.get()}[model]
    change = reverse(f"admin:credits_{model}_change", args=[row.pk])
    page = client.get(change)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert client.post(change, {"balance": "1000", "credits": "1000"}).status_code == 403
    assert client.post(reverse(f"admin:credits_{model}_delete", args=[row.pk])).status_code == 403
    assert client.get(reverse(f"admin:credits_{model}_add")).status_code == 403
    assert held(wallet) == 3


@pytest.mark.parametrize("model", ["entry", "lot"])
def test_a_wallets_page_leads_to_its_own_rows(finance: Client, wallet: Wallet, bob: User, model: str) -> None:
    ledger.grant(wallet=wallet, credits=5, cause="a")
    ledger.grant(wallet=ledger.wallet_of(user=bob), credits=6, cause="b")
    page = finance.get(reverse("admin:credits_wallet_change", args=[wallet.pk])).content.decode()
    link = re.search(rf'href="(/admin/credits/{model}/\?wallet__id__exact=\d+)"', page)
    assert link
    listed = finance.get(link[1])
    assert [row.wallet for row in listed.context["cl"].result_list] == [wallet]


def test_an_entry_says_which_lots(finance: Client, wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=5, cause="a")
    entry = ledger.debit(wallet=wallet, credits=2, cause="run:1")
    page = finance.get(reverse("admin:credits_entry_change", args=[entry.pk])).content.decode()
    assert f"#{wallet.lots.get().pk}: -2" in page


def test_a_large_grant_is_given_where_it_is_meant(finance: Client, wallet: Wallet) -> None:
    assert 'name="sure"' not in finance.get(address(wallet)).content.decode()
    for slip in (" 20000", "+20000", "20000.0"):
        assert 'name="sure"' in finance.post(address(wallet), form(credits=slip)).content.decode()
    assert finance.post(address(wallet), form(credits="9" * 5000)).status_code == 200
    assert 'name="sure"' in finance.post(address(wallet), form(credits="20000")).content.decode()
    assert finance.post(address(wallet), form(credits="20000", sure="on")).status_code == 302
    assert held(wallet) == 20_000


def taking(entry: Entry) -> str:
    return reverse("admin:credits_entry_take_back", args=[entry.pk])


def entry_page(entry: Entry) -> str:
    return reverse("admin:credits_entry_change", args=[entry.pk])


def test_a_grant_is_taken_back_once(finance: Client, teller: User, wallet: Wallet) -> None:
    entry = ledger.grant(wallet=wallet, credits=50, cause="grant:1")
    ledger.debit(wallet=wallet, credits=20, cause="run:1")
    assert taking(entry) in finance.get(entry_page(entry)).content.decode()
    assert "50 credits, and 30 of them are left" in finance.get(taking(entry)).content.decode()
    for _ in range(2):
        answer = finance.post(taking(entry), {"credits": "40", "reason": "wrong wallet"}, follow=True)
    html = answer.content.decode()
    assert "Nothing of it can be taken back" in html
    assert "undone by Corrected, -30" in html
    assert taking(entry) not in html
    assert held(wallet) == 0
    taken = Entry.objects.get(kind="adjustment")
    assert (taken.credits, taken.note, taken.by) == (-30, "wrong wallet", teller)
    assert entry_page(entry) in finance.get(entry_page(taken)).content.decode()


@pytest.mark.parametrize("change", [{"credits": "0"}, {"credits": ""}, {"reason": ""}, {"reason": "oops"}])
def test_bad_input_takes_nothing(finance: Client, wallet: Wallet, change: dict[str, str]) -> None:
    entry = ledger.grant(wallet=wallet, credits=50, cause="grant:1")
    assert finance.post(taking(entry), {"credits": "5", "reason": "wrong wallet", **change}).status_code == 200
    assert held(wallet) == 50


def test_only_a_grant_with_something_left_is_taken_back(finance: Client, wallet: Wallet) -> None:
    entry = ledger.grant(wallet=wallet, credits=5, cause="grant:1")
    for row in (entry, ledger.debit(wallet=wallet, credits=5, cause="run:1")):
        assert taking(row) not in finance.get(entry_page(row)).content.decode()
        answer = finance.post(taking(row), {"credits": "5", "reason": "wrong wallet"}, follow=True)
        assert "Nothing of it can be taken back" in answer.content.decode()
    assert held(wallet) == 0


def test_support_takes_nothing_back(support: Client, wallet: Wallet) -> None:
    entry = ledger.grant(wallet=wallet, credits=5, cause="grant:1")
    assert taking(entry) not in support.get(entry_page(entry)).content.decode()
    assert support.post(taking(entry), {"credits": "5", "reason": "wrong wallet"}).status_code == 403
    assert held(wallet) == 5


@pytest.mark.parametrize("cause", ["run:1b2", "generation:1b2"])
def test_an_entry_leads_to_its_run(finance: Client, wallet: Wallet, cause: str) -> None:
    ledger.grant(wallet=wallet, credits=5, cause="a")
    entry = ledger.debit(wallet=wallet, credits=2, cause=cause)
    link = f"{reverse('admin:studio_run_changelist')}?q=1b2"
    for where in (reverse("admin:credits_entry_changelist"), entry_page(entry)):
        assert link in finance.get(where).content.decode()


def test_a_lot_leads_to_its_entry(finance: Client, wallet: Wallet) -> None:
    entry = ledger.grant(wallet=wallet, credits=5, cause="a")
    page = finance.get(reverse("admin:credits_lot_change", args=[wallet.lots.get().pk])).content.decode()
    assert entry_page(entry) in page


def test_what_nobody_changed_has_a_history_that_says_so(finance: Client, wallet: Wallet) -> None:
    html = finance.get(reverse("admin:credits_wallet_history", args=[wallet.pk])).content.decode()
    assert "No operator has changed this" in html


def test_an_empty_list_invites_to_nothing(finance: Client, wallet: Wallet) -> None:
    html = finance.get(reverse("admin:credits_entry_changelist")).content.decode()
    assert "Create a new item" not in html
    assert "Nothing here." in html
