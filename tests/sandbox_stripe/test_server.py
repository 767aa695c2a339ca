import http.server
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
import stripe

from tests.stripe_stage import stripe_stage


def test_idempotency(api, stage):
    first = api.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})
    again = api.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert stage.events("customer.created")[0]["request"]["idempotency_key"] == "one"
    with pytest.raises(stripe.IdempotencyError):
        api.customers.create({"email": "b@example.com"}, {"idempotency_key": "one"})


def test_errors(api, stage, price):
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_test_other", base_addresses={"api": stage.url}).v1.customers.list()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.customers.retrieve("cus_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert refused.value.request_id.startswith("req_")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.products.create({})
    assert (refused.value.code, refused.value.param) == ("parameter_missing", "name")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.prices.update(price().id, {"unit_amount": 5})
    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "unit_amount")
    api.customers.create({})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        api.customers.list({"expand": ["data.nothing"]})
    stage.behave(fault="rate_limit")
    with pytest.raises(stripe.RateLimitError):
        api.customers.list()
    stage.behave(fault="down")
    with pytest.raises(stripe.APIError):
        api.customers.list()


def test_lists_and_lookup_keys(api, price):
    made = [api.customers.create({"email": f"{n}@example.com"}).id for n in range(3)]
    first = api.customers.list({"limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (made[:0:-1], True)
    assert [one.id for one in first.auto_paging_iter()] == made[::-1]
    assert [one.id for one in api.customers.list({"email": "1@example.com"}).data] == [made[1]]
    assert not api.customers.list({"created": {"lt": int(time.time()) - 60}}).data
    old, new = price(lookup_key="pack"), price(lookup_key="pack", transfer_lookup_key=True)
    assert [one.id for one in api.prices.list({"lookup_keys": ["pack"]}).data] == [new.id]
    with pytest.raises(stripe.InvalidRequestError, match="already uses"):
        api.prices.update(old.id, {"lookup_key": "pack"})


def test_state_outlives_the_process(tmp_path):
    kept = tmp_path / "stripe.json"
    with stripe_stage(state=kept) as stage:
        made = stage.client.v1.customers.create({"metadata": {"1": "digit"}}, {"idempotency_key": "k"})
    with stripe_stage(state=kept) as stage:
        assert stage.client.v1.customers.retrieve(made.id).metadata["1"] == "digit"
        assert stage.client.v1.customers.create({"metadata": {"1": "digit"}}, {"idempotency_key": "k"}).id == made.id


def test_webhooks_are_signed_held_and_sent_again():
    taken, statuses = [], [500]

    class Taker(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((body, self.headers["Stripe-Signature"]))
            self.send_response(statuses.pop() if statuses else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with stripe_stage(webhook_url=f"http://127.0.0.1:{server.server_port}/", deliver=False) as stage:
            stage.client.v1.customers.create({"email": "a@example.com"})
            (event,) = stage.events()
            assert (event["pending_webhooks"], taken) == (1, [])
            stage.behave(deliver=True)
            end = time.monotonic() + 5
            while stage.events()[0]["pending_webhooks"] and time.monotonic() < end:
                time.sleep(0.05)
            assert stage.deliver(event["id"]) == 200
        server.shutdown()
    assert len(taken) == 3  # refused, taken, asked for
    body, signed = taken[0]
    told = stripe.Webhook.construct_event(body, signed, stage.webhook_secret)
    assert (told.id, told.type, told.data.object.email) == (event["id"], "customer.created", "a@example.com")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body.replace(b"a@", b"b@"), signed, stage.webhook_secret)
    body, headers = stage.signed(event)
    assert stripe.Webhook.construct_event(body, headers["Stripe-Signature"], stage.webhook_secret).id == event["id"]


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def visit(url, **fields):
    """Status, markup and where it leads to."""
    data = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        with urllib.request.build_opener(Stay).open(url, data) as answer:
            return answer.status, answer.read().decode(), None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers["Location"]


def test_hosted_checkout(api, checkout):
    coupon = api.coupons.create({"amount_off": 250, "currency": "eur", "duration": "once"})
    api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "LESS"})
    session = checkout(allow_promotion_codes=True)
    status, page, _ = visit(session.url)
    assert status == 200
    assert "sandbox, not Stripe" in page
    assert "1 × Pack" in page
    assert 'href="http://shop.test/back"' in page
    assert "This code is invalid" in visit(session.url, promotion_code="MORE", do="apply")[1]
    assert visit(session.url, promotion_code="LESS", do="apply")[0] == 303
    assert "Pay 7.50 EUR" in visit(session.url)[1]
    paying = {"method": "card", "email": "ada@example.com", "country": "DE", "do": "pay"}
    status, page, _ = visit(session.url, card="4000 0000 0000 0002", **paying)
    assert status == 402
    assert re.search(r'id="card-error"[^>]*>Your card was declined', page)
    status, _, where = visit(session.url, card="4242 4242 4242 4242", **paying)
    assert (status, where) == (303, f"http://shop.test/done?s={session.id}")
    status, page, _ = visit(session.url, card="4242 4242 4242 4242", **paying)
    assert status == 409
    assert "has been paid" in page
    assert api.checkout.sessions.retrieve(session.id).customer_details.email == "ada@example.com"


def test_portal(api, stage, price, subscribe):
    subscription = subscribe(price(1000, monthly=True))
    dear, cheap = price(3000, monthly=True), price(500, monthly=True)
    portal = api.billing_portal.sessions.create(
        {
            "customer": subscription.customer,
            "return_url": "http://shop.test/",
            "flow_data": {"type": "payment_method_update"},
        }
    )
    said = {"subscription": subscription.id}
    assert "Invoices" in visit(portal.url)[1]
    assert visit(portal.url, do="cancel", **said)[0] == 303
    assert api.subscriptions.retrieve(subscription.id).cancel_at_period_end
    visit(portal.url, do="keep", **said)
    visit(portal.url, do="switch", price=dear.id, **said)
    visit(portal.url, do="switch", price=cheap.id, **said)
    assert api.subscriptions.retrieve(subscription.id)["items"].data[0].price.id == dear.id
    stage.renew(subscription.id)
    assert api.subscriptions.retrieve(subscription.id)["items"].data[0].price.id == cheap.id
    assert "declined" in visit(portal.url, do="card", card="4000000000000002")[1]
    visit(portal.url, do="card", card="4000000000000341")
    assert "ending in 0341" in visit(portal.url)[1]
    stage.renew(subscription.id)
    assert api.subscriptions.retrieve(subscription.id).status == "past_due"


def test_portal_configuration(api):
    configurations = api.billing_portal.configurations
    made = configurations.create({"features": {"invoice_history": {"enabled": True}}})
    changed = configurations.update(made.id, {"features": {"subscription_cancel": {"enabled": False}}})
    assert (changed.features.invoice_history.enabled, changed.features.subscription_cancel.enabled) == (True, False)
    assert configurations.list({"is_default": True}).data[0].id == made.id
