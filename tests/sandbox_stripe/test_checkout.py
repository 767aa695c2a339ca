import pytest
import stripe


def test_it_works(api, stage, checkout):
    session = checkout(client_reference_id="me", metadata={"pack": "small"})
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 1000)
    assert session.url.startswith(stage.url)
    stage.pay(session.id)
    session = api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge", "line_items"]})
    assert (session.status, session.payment_status, session.client_reference_id) == ("complete", "paid", "me")
    assert session.payment_intent.latest_charge.amount == 1000
    assert session.line_items.data[0].price.unit_amount == 1000
    assert session.metadata["pack"] == "small"
    told = [event["type"] for event in stage.events()]
    assert told[-3:] == ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
    assert api.checkout.sessions.list({"payment_intent": session.payment_intent.id}).data[0].id == session.id
    assert "cannot be paid" in stage.pay(session.id)["error"]["message"]


def test_declined_card_may_be_followed_by_a_good_one(api, stage, checkout):
    session = checkout()
    assert stage.pay(session.id, "declined")["error"]["code"] == "card_declined"
    assert api.checkout.sessions.retrieve(session.id).status == "open"
    intent = stage.pay(session.id)["payment_intent"]
    assert len(api.charges.list({"payment_intent": intent})) == 2
    assert len(stage.events("payment_intent.created")) == 1


@pytest.mark.parametrize(("succeed", "status", "paid"), [(True, "succeeded", "paid"), (False, None, "unpaid")])
def test_bank_debit_is_settled_later(api, stage, checkout, succeed, status, paid):
    session = stage.pay(checkout().id, "debit")
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    assert api.payment_intents.retrieve(session["payment_intent"]).status == "processing"
    stage.settle(session["payment_intent"], succeed=succeed)
    assert api.payment_intents.retrieve(session["payment_intent"]).status == (status or "requires_payment_method")
    last = stage.events()[-1]
    assert last["type"] == f"checkout.session.async_payment_{'succeeded' if succeed else 'failed'}"
    assert last["data"]["object"]["payment_status"] == paid


def test_tax_discount_and_invoice(api, stage, price, checkout):
    coupon = api.coupons.create({"percent_off": 10, "duration": "once"})
    api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "TEN"})
    customer = api.customers.create({"email": "ada@example.com"})
    session = checkout(
        customer=customer.id,
        allow_promotion_codes=True,
        automatic_tax={"enabled": True},
        customer_update={"address": "auto", "name": "auto"},
        tax_id_collection={"enabled": True},
        invoice_creation={"enabled": True},
        payment_intent_data={"metadata": {"order": "7"}},
    )
    assert session.amount_total == 1190
    paid = stage.pay(session.id, promotion_code="ten", country="DE")
    assert (paid["amount_subtotal"], paid["amount_total"]) == (1000, 1071)
    assert paid["total_details"]["amount_discount"] == 100
    assert paid["total_details"]["amount_tax"] == 171
    assert api.customers.retrieve(customer.id).address.country == "DE"
    assert api.payment_intents.retrieve(paid["payment_intent"]).metadata["order"] == "7"
    invoice = api.invoices.retrieve(paid["invoice"], {"expand": ["payments"]})
    assert (invoice.total, invoice.status, invoice.parent) == (1071, "paid", None)
    assert invoice.payments.data[0].payment.payment_intent == paid["payment_intent"]
    assert api.coupons.retrieve(coupon.id).times_redeemed == 1


def test_free_with_a_coupon(api, stage, checkout):
    coupon = api.coupons.create({"percent_off": 100, "duration": "once"})
    paid = stage.pay(checkout(discounts=[{"coupon": coupon.id}]).id)
    assert (paid["payment_status"], paid["payment_intent"]) == ("no_payment_required", None)


def test_expired(api, stage, checkout):
    session = api.checkout.sessions.expire(checkout().id)
    assert (session.status, session.url) == ("expired", None)
    assert stage.events()[-1]["type"] == "checkout.session.expired"
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        api.checkout.sessions.expire(session.id)


def test_what_does_not_go_together(api, price, checkout):
    customer = api.customers.create({})
    for said, word in (
        ({"customer": customer.id, "customer_email": "a@b.c"}, "only specify one"),
        ({"subscription_data": {"metadata": {"a": "b"}}}, "payment` mode"),
        ({"customer": customer.id, "automatic_tax": {"enabled": True}}, "valid address"),
        ({"expires_at": 1}, "30 minutes"),
        ({"mode": "subscription"}, "recurring"),
        ({"line_items": [{"price": price(monthly=True).id, "quantity": 1}]}, "recurring price"),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, "No such price"),
    ):
        with pytest.raises(stripe.InvalidRequestError, match=word):
            checkout(**said)
