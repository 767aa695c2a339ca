import time

import pytest
import stripe

DAY_S = 86400


def types(stage, after):
    return [event["type"] for event in stage.events(after=after)]


def last(stage):
    return stage.events()[-1]["id"]


def test_it_works(api, stage, subscribe):
    subscription = subscribe(subscription_data={"metadata": {"wallet": "9"}}, client_reference_id="me")
    item = subscription["items"].data[0]
    assert (subscription.status, subscription.metadata["wallet"]) == ("active", "9")
    assert 28 * DAY_S <= item.current_period_end - item.current_period_start <= 31 * DAY_S
    invoice = api.invoices.retrieve(subscription.latest_invoice, {"expand": ["payments"]})
    assert (invoice.billing_reason, invoice.status, invoice.total) == ("subscription_create", "paid", 1200)
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.parent.subscription_details.metadata["wallet"] == "9"
    line = invoice.lines.data[0]
    assert line.pricing.price_details.price == item.price.id
    assert (line.parent.subscription_item_details.proration, line.period.end) == (False, item.current_period_end)
    intent = invoice.payments.data[0].payment.payment_intent
    found = api.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}})
    assert [one.invoice for one in found.data] == [invoice.id]
    assert stage.events("checkout.session.completed")[0]["data"]["object"]["subscription"] == subscription.id


def test_renewal(api, stage, subscribe):
    subscription = subscribe()
    end, mark = subscription["items"].data[0].current_period_end, last(stage)
    stage.renew(subscription.id)
    assert api.subscriptions.retrieve(subscription.id)["items"].data[0].current_period_start == end
    told = types(stage, mark)
    assert told[0] == "customer.subscription.updated"
    assert {"invoice.created", "invoice.finalized", "invoice.paid", "charge.succeeded"} <= set(told)
    paid = api.invoices.list({"subscription": subscription.id, "status": "paid"}).data
    assert [one.billing_reason for one in paid] == ["subscription_cycle", "subscription_create"]


def test_renewal_that_fails_and_is_retried(api, stage, subscribe):
    subscription = subscribe(method="later")
    mark = last(stage)
    stage.renew(subscription.id)
    subscription = api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt > time.time()
    assert {"invoice.payment_failed", "payment_intent.payment_failed"} <= set(types(stage, mark))
    stage.retry(invoice.id, succeed=False)
    stage.retry(invoice.id)
    assert api.invoices.retrieve(invoice.id).status == "paid"
    assert api.subscriptions.retrieve(subscription.id).status == "active"


def test_upgrade_is_prorated_at_once(api, stage, price, subscribe):
    subscription = subscribe(price(1000, monthly=True))
    item = subscription["items"].data[0]
    half = (item.current_period_start + item.current_period_end) // 2
    dearer = price(3000, monthly=True)
    changed = api.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": item.id, "price": dearer.id}],
            "proration_behavior": "always_invoice",
            "proration_date": half,
        },
    )
    assert changed["items"].data[0].price.id == dearer.id
    assert changed["items"].data[0].current_period_end == item.current_period_end
    invoice = api.invoices.retrieve(changed.latest_invoice)
    assert [(line.amount, line.pricing.price_details.price) for line in invoice.lines.data] == [
        (-500, item.price.id),
        (1500, dearer.id),
    ]
    assert all(line.parent.subscription_item_details.proration for line in invoice.lines.data)
    assert all(line.period.start == half for line in invoice.lines.data)
    assert (invoice.billing_reason, invoice.total, invoice.status) == ("subscription_update", 1000, "paid")
    before = stage.events("customer.subscription.updated")[-1]["data"]["previous_attributes"]
    assert before["items"]["data"][0]["price"]["id"] == item.price.id


def test_downgrade_leaves_a_balance_or_waits_for_the_next_invoice(api, stage, price, subscribe):
    subscription, cheap = subscribe(price(3000, monthly=True)), price(1000, monthly=True)
    item = subscription["items"].data[0]
    said = {"items": [{"id": item.id, "price": cheap.id}], "proration_date": item.current_period_start}
    api.subscriptions.update(subscription.id, {**said, "proration_behavior": "always_invoice"})
    assert api.customers.retrieve(subscription.customer).balance == -2000
    stage.renew(subscription.id)
    renewed = api.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (renewed.total, renewed.starting_balance, renewed.amount_due, renewed.status) == (1000, -2000, 0, "paid")


def test_prorations_wait_for_the_next_invoice(api, stage, price, subscribe):
    subscription, dear = subscribe(price(1000, monthly=True)), price(3000, monthly=True)
    item = subscription["items"].data[0]
    said = {"items": [{"id": item.id, "price": dear.id}], "proration_date": item.current_period_start}
    api.subscriptions.update(subscription.id, said)
    stage.renew(subscription.id)
    renewed = api.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert [line.amount for line in renewed.lines.data] == [-1000, 3000, 3000]


def test_end_wished_and_come(api, stage, subscribe):
    subscription = subscribe()
    wished = api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert wished.cancel_at == wished["items"].data[0].current_period_end
    stage.renew(subscription.id)
    assert api.subscriptions.retrieve(subscription.id).status == "canceled"
    assert stage.events()[-1]["type"] == "customer.subscription.deleted"
    assert not api.subscriptions.list({"customer": subscription.customer}).data
    assert api.subscriptions.list({"customer": subscription.customer, "status": "all"}).data
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        api.subscriptions.cancel(subscription.id)


def test_pauses(api, stage, subscribe):
    subscription = subscribe()
    stage.pause(subscription.id)
    assert api.subscriptions.resume(subscription.id).status == "active"
    told = [event["type"] for event in stage.events()[-2:]]
    assert told == ["customer.subscription.paused", "customer.subscription.resumed"]
    api.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void"}})
    stage.renew(subscription.id)
    assert api.invoices.list({"subscription": subscription.id, "limit": 1}).data[0].status == "void"
    assert api.subscriptions.update(subscription.id, {"pause_collection": ""}).pause_collection is None


def test_debit_begins_active_and_may_fall_due(api, stage, subscribe):
    subscription = subscribe(method="debit")
    assert subscription.status == "active"
    invoice = api.invoices.retrieve(subscription.latest_invoice, {"expand": ["payments"]})
    assert invoice.status == "open"
    stage.settle(invoice.payments.data[0].payment.payment_intent, succeed=False)
    assert api.subscriptions.retrieve(subscription.id).status == "past_due"
