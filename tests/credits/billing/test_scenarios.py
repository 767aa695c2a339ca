"""What Stripe says, each once, twice, backwards, and with a crash between storing and working: always the same end."""

from collections.abc import Callable
from typing import Any

import pytest

from credits import audit, ledger, notices
from credits.billing import checkouts, events
from credits.models import Checkout, Entry, Payment, Repayment, StripeEvent, Subscription
from tests.credits.billing.conftest import Till

pytestmark = pytest.mark.django_db

News = list[dict[str, Any]]


def once(till: Till, news: News) -> None:
    till.hear(news)


def twice(till: Till, news: News) -> None:
    till.hear(news + news)


def backwards(till: Till, news: News) -> None:
    till.hear(news[::-1])


def after_a_crash(till: Till, news: News) -> None:
    """All stored, the first at work when its worker died; then the sweep."""
    for event in news:
        body, headers = till.stage.signed(event)
        events.receive(body=body, signature=headers["Stripe-Signature"])
    first = StripeEvent.objects.filter(event_id=news[0]["id"])
    first.update(state=StripeEvent.State.WORKING, tries=1, lease_until="2020-01-01T00:00:00Z")
    events.sweep()
    for row in StripeEvent.objects.filter(state=StripeEvent.State.STORED).order_by("id"):
        events.work(event_id=row.event_id)


WAYS = (once, twice, backwards, after_a_crash)


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def hear(request: pytest.FixtureRequest, till: Till) -> Callable[[], None]:
    def listen() -> None:
        request.param(till, till.news())
        assert audit.findings() == []

    return listen


def test_a_pack(till: Till, hear: Callable[[], None]) -> None:
    checkout = till.buy("300 credits")
    assert till.balance == 0
    hear()
    checkout.refresh_from_db()
    assert checkout.state == Checkout.State.PAID
    assert till.balance == 300
    lot = till.wallet.lots.get()
    assert (lot.cost_minor, lot.currency, lot.kind) == (1200, "usd", "paid")
    assert lot.expires_at is not None


def test_a_bank_that_takes_its_time(till: Till, hear: Callable[[], None]) -> None:
    checkout = till.buy("300 credits", method="debit")
    hear()
    checkout.refresh_from_db()
    assert (checkout.state, till.balance) == (Checkout.State.PROCESSING, 0)
    session = till.stage.client.v1.checkout.sessions.retrieve(str(checkout.session_id))
    till.stage.settle(str(session.payment_intent))
    hear()
    checkout.refresh_from_db()
    assert (checkout.state, till.balance) == (Checkout.State.PAID, 300)


def test_a_bank_that_says_no_after_days(till: Till, hear: Callable[[], None]) -> None:
    checkout = till.buy("300 credits", method="debit")
    session = till.stage.client.v1.checkout.sessions.retrieve(str(checkout.session_id))
    till.stage.settle(str(session.payment_intent), succeed=False)
    hear()
    checkout.refresh_from_db()
    assert (checkout.state, till.balance) == (Checkout.State.FAILED, 0)
    assert not Payment.objects.exists()


def test_a_plan_and_its_next_month(till: Till, hear: Callable[[], None]) -> None:
    checkout = till.buy("Solo", "month")
    hear()
    checkout.refresh_from_db()
    going = Subscription.objects.get()
    assert (checkout.state, going.status, till.balance) == (Checkout.State.PAID, "active", 500)
    till.stage.renew(going.stripe_id)
    hear()
    assert sorted(till.wallet.lots.values_list("credits", "cost_minor")) == [(500, 1800), (500, 1800)]


def test_a_plan_by_a_bank_that_takes_its_time(till: Till, hear: Callable[[], None]) -> None:
    checkout = till.buy("Solo", "month", method="debit")
    hear()
    checkout.refresh_from_db()
    assert (checkout.state, till.balance) == (Checkout.State.PROCESSING, 0)
    assert not Payment.objects.filter(failed_told_at__isnull=False).exists()
    intent = till.stage.client.v1.invoice_payments.list({"limit": 1}).data[0].payment.payment_intent
    till.stage.settle(str(intent))
    hear()
    checkout.refresh_from_db()
    assert (checkout.state, till.balance) == (Checkout.State.PAID, 500)


def test_a_year_comes_by_the_month(till: Till, hear: Callable[[], None]) -> None:
    till.buy("Solo", "year")
    hear()
    lots = till.wallet.lots.order_by("starts_at")
    assert [lot.credits for lot in lots] == [500] * 12
    assert sum(lot.cost_minor for lot in lots) == 18_000
    assert till.balance == 500


def test_a_payment_that_fails_is_told_once(till: Till, hear: Callable[[], None]) -> None:
    till.buy("Solo", "month")
    hear()
    going = Subscription.objects.get()
    till.stage.renew(going.stripe_id, fail=True)
    hear()
    going.refresh_from_db()
    payment = Payment.objects.get(state=Payment.State.OPEN)
    assert (going.status, till.balance) == ("past_due", 500)
    assert payment.failed_told_at is not None
    assert not notices.payment_failed(payment)
    till.stage.retry(str(payment.invoice_id))
    hear()
    payment.refresh_from_db()
    assert payment.state == Payment.State.PAID
    assert till.wallet.lots.count() == 2


@pytest.mark.parametrize("spent", [0, 100, 300])
def test_money_back_takes_what_is_unspent(till: Till, hear: Callable[[], None], spent: int) -> None:
    till.buy("300 credits")
    hear()
    if spent:
        ledger.debit(wallet=till.wallet, credits=spent, cause="run:1")
    payment = Payment.objects.get()
    till.stage.client.v1.refunds.create({"payment_intent": str(payment.payment_intent_id)})
    hear()
    assert till.balance == 0
    assert ledger.owed(wallet=till.wallet) == spent
    row = Repayment.objects.get()
    assert (row.amount_minor, row.credits, row.taken) == (1200, 300, 300 - spent)
    if spent:  # what comes back pays what is owed
        ledger.refund(wallet=till.wallet, credits=spent, cause="generation:1", reverses="run:1")
        assert (till.balance, ledger.owed(wallet=till.wallet)) == (0, 0)


def test_money_back_in_parts(till: Till, hear: Callable[[], None]) -> None:
    till.buy("300 credits")
    hear()
    payment = Payment.objects.get()
    for amount in (400, 1, 799):
        till.stage.client.v1.refunds.create({"payment_intent": str(payment.payment_intent_id), "amount": amount})
        hear()
    assert (till.balance, ledger.owed(wallet=till.wallet)) == (0, 0)
    assert sum(Repayment.objects.values_list("credits", flat=True)) == 300
    lot = till.wallet.lots.get()
    assert lot.released_minor == lot.cost_minor == 1200


def test_money_back_is_heard_before_the_payment(till: Till, hear: Callable[[], None]) -> None:
    checkout = till.buy("300 credits")
    session = till.stage.client.v1.checkout.sessions.retrieve(str(checkout.session_id))
    till.stage.client.v1.refunds.create({"payment_intent": str(session.payment_intent), "amount": 600})
    hear()
    assert till.balance == 150


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute(till: Till, hear: Callable[[], None], won: bool) -> None:
    till.buy("300 credits")
    hear()
    charge = till.stage.client.v1.charges.list({"limit": 1}).data[0]
    dispute = till.stage.dispute(charge.id)
    hear()
    assert till.balance == 0
    with pytest.raises(ledger.NotEnough):
        ledger.debit(wallet=till.wallet, credits=1, cause="run:1")
    till.stage.close_dispute(dispute["id"], won=won)
    hear()
    assert till.balance == (300 if won else 0)
    assert Entry.objects.filter(kind="clawback").count() == (0 if won else 1)


def test_a_plan_that_is_cancelled_keeps_what_is_paid(till: Till, hear: Callable[[], None]) -> None:
    till.buy("Solo", "month")
    hear()
    going = Subscription.objects.get()
    till.stage.client.v1.subscriptions.cancel(going.stripe_id)
    hear()
    going.refresh_from_db()
    assert (going.status, till.balance) == ("canceled", 500)


def test_a_plan_that_is_paused_is_not_bought_twice(till: Till) -> None:
    till.buy("Solo", "month")
    till.hear(till.news())
    till.stage.pause(Subscription.objects.get().stripe_id)
    till.hear(till.news())
    assert Subscription.objects.get().paused
    with pytest.raises(checkouts.Subscribed):
        till.open("Studio", "month")


def test_what_is_not_known_is_kept(till: Till) -> None:
    till.hear([{"id": "evt_1", "type": "tax.settings.updated", "created": 1, "data": {"object": {"id": "x"}}}])
    assert StripeEvent.objects.get().state == StripeEvent.State.IGNORED


def test_a_stranger_s_word_is_refused(till: Till) -> None:
    body, headers = till.stage.signed({"id": "evt_1"}, moment=1)
    with pytest.raises(events.Unsigned):
        events.receive(body=body, signature=headers["Stripe-Signature"])
    with pytest.raises(events.Unsigned):
        events.receive(body=body, signature="t=1,v1=00")
    assert not StripeEvent.objects.exists()


def test_two_pages_for_a_plan_cannot_both_be_paid(till: Till) -> None:
    first = till.open("Solo", "month")
    till.open("Solo", "month")
    first.refresh_from_db()
    assert first.state == Checkout.State.EXPIRED
    assert "error" in till.stage.pay(str(first.session_id))
