import pytest
import stripe


@pytest.fixture
def intent(stage, checkout):
    return stage.pay(checkout().id)["payment_intent"]


def test_refund_in_part_and_whole(api, stage, intent):
    part = api.refunds.create({"payment_intent": intent, "amount": 300, "reason": "requested_by_customer"})
    charge = api.charges.retrieve(part.charge)
    assert (charge.amount_refunded, charge.refunded) == (300, False)
    assert stage.events()[-1]["data"]["previous_attributes"] == {"amount_refunded": 0}
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        api.refunds.create({"charge": charge.id, "amount": 701})
    api.refunds.create({"charge": charge.id})
    charge = api.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert charge.refunded
    assert [one.amount for one in charge.refunds.data] == [700, 300]
    assert [one["type"] for one in stage.events()[-2:]] == ["refund.created", "charge.refunded"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("won", [True, False])
def test_dispute(api, stage, intent, won):
    charge = api.charges.list({"payment_intent": intent}).data[0]
    opened = stage.dispute(charge.id)
    assert api.disputes.retrieve(opened["id"]).status == "needs_response"
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        api.refunds.create({"charge": charge.id})
    stage.close_dispute(opened["id"], won=won)
    told = [event["type"] for event in stage.events(*DISPUTES)]
    assert told == [one for one in DISPUTES if won or "reinstated" not in one]
    assert stage.events()[-1]["data"]["object"]["status"] == ("won" if won else "lost")


DISPUTES = (
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
