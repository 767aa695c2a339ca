"""credits:statement, the page, and the words of its entries."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from credits import holdings, ledger, statements
from credits.models import Entry, Lot, LotKind, Wallet
from credits.statements import Description
from tests.conftest import signed_in

URL = "/credits/"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the words of apps above: they have tests of their own."""
    monkeypatch.setattr(statements, "describers", {"welcome": statements.describers["welcome"]})


@pytest.fixture
def browser(alice: User, wallet: Wallet) -> Client:
    return signed_in(alice)


@pytest.fixture
def story(wallet: Wallet) -> Wallet:
    """Welcomed, spent, one picture came back, given something for the trouble."""
    end = timezone.now() + timedelta(days=400)
    ledger.grant(wallet=wallet, credits=40, cause=f"welcome:{wallet.owner.uuid}")
    ledger.debit(wallet=wallet, credits=16, cause="run:118")
    ledger.refund(wallet=wallet, credits=4, cause="generation:118-3", reverses="run:118")
    ledger.grant(wallet=wallet, credits=20, cause="grant:1", note="for the trouble", expires_at=end)
    return wallet


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A describer of runs, as the studio has one; what it was asked for."""
    asked: list[list[str]] = []

    def describe(references: list[str]) -> dict[str, Description]:
        asked.append(references)
        return {
            reference: Description(
                title="A stoneware cup <b>on a table</b>",
                detail="4 × 2.6 Flare, medium",
                url=f"/runs/{reference}",
                thumb_url=f"/thumbs/{reference}.webp",
                number=reference,
            )
            for reference in references
            if reference != "unknown"
        }

    monkeypatch.setitem(statements.describers, "run", describe)
    return asked


def text(page: str) -> str:
    """What a reader sees of the page's main part, in one line."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def test_it_works(browser: Client, story: Wallet) -> None:
    page = browser.get(URL)
    assert page.status_code == 200
    assert page.templates[0].name == "credits/statement.html"
    seen = text(page.content.decode())
    assert "Balance 48 Ends next 20 on" in seen
    assert "At this pace 120 days 0.4 a day since " in seen
    assert "16 credits since " in seen
    assert "Given spent first" in seen
    assert "20 of 20" in seen
    assert "28 of 40 no end" in seen
    assert re.search(r"Today Given \d\d:\d\d\. for the trouble\. Ends \d+ \w+ \d{4} \d\d:\d\d \+20 48 ", seen)
    assert re.search(r"Came back \d\d:\d\d\. Back to Welcome credits \d\d:\d\d \+4 28 ", seen)
    assert re.search(r"Spent \d\d:\d\d\. From Welcome credits \d\d:\d\d −16 24 ", seen)
    assert re.search(r"Welcome credits \d\d:\d\d\. \d\d:\d\d \+40 40 ", seen)


def test_the_words_of_the_app_that_knows(browser: Client, story: Wallet, described: list[list[str]]) -> None:
    ledger.debit(wallet=story, credits=1, cause="run:unknown")
    page = browser.get(URL).content.decode()
    assert described == [["unknown", "118"]]
    assert '<a class="clip" href="/runs/118">' in page
    assert 'src="/thumbs/118.webp"' in page
    assert "<b>118</b>&ensp;A stoneware cup &lt;b&gt;on a table&lt;/b&gt;" in page
    assert "4 × 2.6 Flare, medium. From Welcome credits" in text(page)
    assert "Spent" in text(page)


def test_it_has_no_inline_style_or_handler(browser: Client, story: Wallet) -> None:
    page = browser.get(URL).content.decode()
    assert not re.search(r"""\s(style|on\w+)=["']""", page)


def test_an_empty_wallet(browser: Client) -> None:
    seen = text(browser.get(URL).content.decode())
    assert "Balance 0 No lot holds credits now" in seen
    assert "Nothing has moved yet" in seen


def test_a_reader_without_a_wallet_gets_one(bob: User) -> None:
    assert signed_in(bob).get(URL).status_code == 200
    assert Wallet.objects.get(owner=bob).balance == 0


@pytest.mark.parametrize(
    ("show", "kinds"),
    [
        ("all", ["grant", "refund", "debit", "grant"]),
        ("spent", ["debit"]),
        ("back", ["refund"]),
        ("given", ["grant", "grant"]),
        ("", ["grant", "refund", "debit", "grant"]),
        ("nonsense", ["grant", "refund", "debit", "grant"]),
    ],
)
def test_filters(browser: Client, story: Wallet, show: str, kinds: list[str]) -> None:
    page = browser.get(URL, {"show": show})
    assert [row.entry.kind for row in page.context["page"].rows] == kinds


def test_a_filter_that_finds_nothing_says_so(browser: Client, wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=4, cause="a")
    assert "No entry of this kind. Show all" in text(browser.get(URL, {"show": "spent"}).content.decode())


def test_pages_follow_without_gap_or_double(browser: Client, wallet: Wallet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "PAGE", 3)
    ledger.grant(wallet=wallet, credits=100, cause="a")
    for number in range(7):
        ledger.debit(wallet=wallet, credits=1, cause=f"run:{number}")
    seen: list[int] = []
    address = URL
    pages = 0
    while address:
        page = browser.get(address)
        pages += 1
        seen += [row.entry.pk for row in page.context["page"].rows]
        if pages == 1:  # what comes meanwhile moves nothing on the older pages
            ledger.debit(wallet=wallet, credits=1, cause="run:later")
        older = re.search(r'href="(\?show=all&amp;period=all&amp;before=\d+)#statement"', page.content.decode())
        address = URL + older[1].replace("&amp;", "&") if older else ""
    assert pages == 3
    assert seen == list(Entry.objects.exclude(cause="run:later").order_by("-id").values_list("pk", flat=True))
    assert 'href="?show=all&amp;period=all#statement">Newest' in page.content.decode()


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30, ""])
def test_a_place_that_makes_no_sense_is_the_newest(browser: Client, story: Wallet, before: str) -> None:
    page = browser.get(URL, {"before": before})
    assert page.status_code == 200
    assert len(page.context["page"].rows) == 4


def test_a_page_of_fifty_takes_as_many_queries_as_one_of_three(
    browser: Client, wallet: Wallet, described: list[list[str]]
) -> None:
    ledger.grant(wallet=wallet, credits=100, cause="a")
    ledger.debit(wallet=wallet, credits=1, cause="run:0")
    browser.get(URL)
    with CaptureQueriesContext(connection) as few:
        browser.get(URL)
    for number in range(1, 49):
        ledger.debit(wallet=wallet, credits=1, cause=f"run:{number}")
    with CaptureQueriesContext(connection) as many:
        assert len(browser.get(URL).context["page"].rows) == 50
    assert len(many) == len(few) <= 22


def test_a_lot_that_is_over_is_shown_and_not_counted(browser: Client, wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=5, cause="a", note="the rest")
    ledger.grant(wallet=wallet, credits=7, cause="b")
    past = timezone.now() - timedelta(days=1)
    Lot.objects.filter(allocations__entry__cause="a").update(starts_at=past - timedelta(days=9), expires_at=past)
    seen = text(browser.get(URL).content.decode())
    assert "Balance 7 " in seen
    assert re.search(r"Given over, can’t be spent Given on \d+ \w+ 5 of 5 \d+ \w+", seen)


def test_what_came_back_after_its_lots_end_has_a_name(browser: Client, wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=5, cause="a")
    ledger.debit(wallet=wallet, credits=5, cause="run:1")
    past = timezone.now() - timedelta(days=1)
    Lot.objects.update(starts_at=past - timedelta(days=9), expires_at=past)
    ledger.refund(wallet=wallet, credits=5, cause="generation:1", reverses="run:1")
    assert "Came back" in text(browser.get(URL).content.decode()).split("Statement")[0]


def test_the_bar_draws_what_is_left_of_each_lot(browser: Client, wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=40, cause="a")
    ledger.debit(wallet=wallet, credits=30, cause="run:1")
    ledger.grant(wallet=wallet, credits=60, cause="b")
    first, second = browser.get(URL).context["holdings"].lots
    assert (first.bar_x, first.bar_width, first.bar_left) == ("0.00", "40.00", "10.00")
    assert second.bar_left == second.bar_width


def test_it_says_whom_to_ask_for_credits(browser: Client) -> None:
    assert "Credits are given by whoever runs this studio" in browser.get(URL).content.decode()


def test_the_bar_is_as_wide_as_the_lots(browser: Client, wallet: Wallet) -> None:
    for number, credits in enumerate((10, 30, 60, 1, 1, 1, 1)):
        ledger.grant(wallet=wallet, credits=credits, cause=f"grant:{number}", kind=LotKind.PAID)
    lots = browser.get(URL).context["holdings"].lots
    assert float(lots[0].bar_x) == 0
    assert float(lots[-1].bar_x) + float(lots[-1].bar_width) == pytest.approx(100, abs=0.01)
    assert [lot.shade for lot in lots] == [0, 1, 2, 3, 4, 4, 4]
    assert float(lots[2].bar_x) == pytest.approx(100 * 40 / 104 + holdings.GAP, abs=0.01)


def test_thousands_are_grouped(wallet: Wallet) -> None:
    ledger.grant(wallet=wallet, credits=12_000, cause="a")
    assert [row.amount for row in statements.page(wallet=wallet).rows] == ["+12,000"]


def test_a_stranger_sees_only_their_own(story: Wallet, bob: User, described: list[list[str]]) -> None:
    other = signed_in(bob)
    ledger.grant(wallet=ledger.wallet_of(user=bob), credits=3, cause="b")
    page = other.get(URL, {"before": Entry.objects.latest("id").pk + 1})
    assert [row.entry.credits for row in page.context["page"].rows] == [3]
    assert described == []


def test_a_visitor_is_sent_to_sign_in(db: None) -> None:
    page = Client().get(URL)
    assert page.status_code == 302
    assert page["Location"].startswith(reverse("account_login"))
    assert not Wallet.objects.exists()


def test_it_is_only_read(browser: Client) -> None:
    assert browser.post(URL).status_code == 405


def test_it_is_not_kept_by_caches(browser: Client) -> None:
    assert "no-store" in browser.get(URL)["Cache-Control"]
