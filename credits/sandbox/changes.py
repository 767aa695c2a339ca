"""How a subscription is changed: another price with its proration, an end that is wished, a pause of collection."""

import time

from credits.sandbox import errors, invoices, money, periods, subscriptions
from credits.sandbox.books import Books
from credits.sandbox.calls import call, merged
from credits.sandbox.shapes import Thing


@call(
    "POST",
    "subscriptions/{id}",
    "items.id items.price items.quantity:int proration_behavior:none|create_prorations|always_invoice "
    "billing_cycle_anchor:now|unchanged cancel_at_period_end:bool pause_collection.resumes_at:int metadata:map "
    "pause_collection.behavior:keep_as_draft|mark_uncollectible|void default_payment_method proration_date:int "
    "payment_behavior:allow_incomplete|error_if_incomplete cancellation_details.comment",
)
def update(books: Books, said: Thing, name: str) -> Thing:
    """Another price, or other settings."""
    subscription = books.get("subscription", name)
    if subscription["status"] == "canceled" and set(said) - {"metadata", "expand"}:
        raise errors.invalid("A canceled subscription can only update its cancellation_details and metadata.")
    changes: Thing = {}
    if "metadata" in said:
        changes["metadata"] = merged(subscription["metadata"], said["metadata"])
    if "pause_collection" in said:
        pause = said["pause_collection"]
        changes["pause_collection"] = pause and {"resumes_at": None, **pause}
    if method := said.get("default_payment_method"):
        changes["default_payment_method"] = books.get("payment_method", method, param="default_payment_method")["id"]
    if said.get("cancel_at_period_end") is not None:
        changes |= _ending(subscription, wished=said["cancel_at_period_end"])
    changes = {field: value for field, value in changes.items() if subscription[field] != value}
    if said.get("items"):
        _change_price(books, subscription, said, changes)
    elif changes:
        books.change(subscription, "customer.subscription.updated", **changes)
    return subscription


def _ending(subscription: Thing, *, wished: bool) -> Thing:
    details = {**subscription["cancellation_details"], "reason": "cancellation_requested" if wished else None}
    at, now = (subscriptions.period_of(subscription)[1], int(time.time())) if wished else (None, None)
    ends = {"cancel_at_period_end": wished, "cancel_at": at, "cancellation_details": details}
    return ends if wished and subscription["canceled_at"] else {**ends, "canceled_at": now}


def _change_price(books: Books, subscription: Thing, said: Thing, changes: Thing) -> None:
    """Unused time at the old price is given back and the rest charged at the new one, as `proration_behavior` says."""
    asked, item = said["items"][0], subscriptions.item_of(subscription)
    if asked.get("id") not in (None, item["id"]):
        raise errors.no_such("subscription_item", asked["id"], param="items[0][id]")
    if "id" not in asked:
        raise errors.invalid("This sandbox keeps one item in a subscription: name it.", param="items[0][id]")
    price = books.get("price", asked.get("price") or item["price"]["id"], param="items[0][price]")
    if not price["active"] or not price["recurring"]:
        message = "The price specified is inactive. This field only accepts active prices."
        raise errors.invalid(message if price["recurring"] else "The price must be recurring.", param="items[0][price]")
    behavior = said.get("proration_behavior", "create_prorations")
    method = subscription["default_payment_method"]
    strict = behavior == "always_invoice" and said.get("payment_behavior") == "error_if_incomplete"
    if strict and method and books.get("payment_method", method)["_nature"] != "good":
        raise errors.declined()
    anew = said.get("billing_cycle_anchor") == "now" or not _same_rhythm(item["price"], price)
    now, quantity = said.get("proration_date") or int(time.time()), asked.get("quantity") or item["quantity"]
    lines = [] if behavior == "none" else [_unused(subscription, at=now)]
    subscription.pop("_next_price", None)
    subscription.update(changes)  # one event tells of both
    if anew:
        subscription["billing_cycle_anchor"] = now
        subscriptions.move(books, subscription, price, start=now, quantity=quantity)
        lines.append(subscriptions.regular_line(subscription))
    else:
        priced = subscriptions.priced({**item, "quantity": quantity}, price, subscriptions.period_of(subscription))
        items = {**subscription["items"], "data": [priced]}
        books.change(subscription, "customer.subscription.updated", items=items)
        lines += [] if behavior == "none" else [_rest(subscription, at=now)]
    if anew or (lines and behavior == "always_invoice"):
        subscriptions.bill(books, subscription, lines=lines, reason="subscription_update")
    elif lines:
        subscription["_pending_lines"] = [*subscription.get("_pending_lines", []), *lines]


def _same_rhythm(one: Thing, other: Thing) -> bool:
    return all(one["recurring"][name] == other["recurring"][name] for name in ("interval", "interval_count"))


def _unused(subscription: Thing, *, at: int) -> Thing:
    return _part(subscription, at=at, sign=-1, word="Unused time on")


def _rest(subscription: Thing, *, at: int) -> Thing:
    return _part(subscription, at=at, sign=1, word="Remaining time on")


def _part(subscription: Thing, *, at: int, sign: int, word: str) -> Thing:
    """The share of the period that remains, at the price of now."""
    item, period = subscriptions.item_of(subscription), subscriptions.period_of(subscription)
    price, share = item["price"], periods.remaining(period, at)
    return invoices.line(
        price,
        amount=sign * money.rounded(price["unit_amount"] * item["quantity"] * share),
        period=(min(max(at, period[0]), period[1]), period[1]),
        quantity=item["quantity"],
        description=f"{word} {price['nickname'] or price['id']} after {periods.day(at)}",
        subscription=subscription,
        proration=True,
    )
