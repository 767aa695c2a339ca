"""Checkout Sessions before they are paid: made, checked, counted, expired."""

import time

from credits.sandbox import errors, money
from credits.sandbox.books import Books
from credits.sandbox.calls import call, metadata_of
from credits.sandbox.shapes import Thing, fresh_id

_KNOWN = (
    "mode*:payment|subscription success_url* cancel_url line_items.price line_items.quantity:int customer "
    "customer_email client_reference_id allow_promotion_codes:bool automatic_tax.enabled:bool "
    "adaptive_pricing.enabled:bool metadata:map subscription_data.metadata:map subscription_data.description "
    "payment_intent_data.metadata:map payment_intent_data.description payment_intent_data.receipt_email "
    "payment_intent_data.setup_future_usage:off_session|on_session invoice_creation.enabled:bool "
    "customer_creation:always|if_required customer_update.address:auto|never customer_update.name:auto|never "
    "tax_id_collection.enabled:bool billing_address_collection:auto|required discounts.coupon "
    "discounts.promotion_code expires_at:int locale ui_mode:hosted_page submit_type:auto|book|donate|pay "
    "payment_method_types"
)
_ECHOED = (
    *("mode", "success_url", "cancel_url", "client_reference_id", "allow_promotion_codes", "locale", "submit_type"),
    *("billing_address_collection", "payment_method_types", "customer_email"),
)
_DAY_S, _LEAST_S = 86400, 1800


@call("POST", "checkout/sessions", _KNOWN)
def create(books: Books, said: Thing, _: str) -> Thing:
    """A session that waits for its buyer."""
    customer = _check(books, said)
    prices = [_price(books, said["mode"], one, place) for place, one in enumerate(said.get("line_items") or [])]
    if not prices:
        raise errors.missing_parameter("line_items")
    if said["mode"] == "subscription" and not any(price["recurring"] for price, _ in prices):
        message = "You must provide at least one recurring price in `subscription` mode when using prices."
        raise errors.invalid(message, param="line_items")
    if len({price["currency"] for price, _ in prices}) > 1:
        raise errors.invalid("All prices of a Checkout Session must have the same currency.", param="line_items")
    given = (said.get("discounts") or [{}])[0]
    discounts = [_discount(books, given, param="discounts[0]")] if given else []
    creation = "always" if said["mode"] == "subscription" or _on(said, "invoice_creation") else "if_required"
    echoed: Thing = {name: said[name] for name in _ECHOED if said.get(name) is not None}
    session = books.add(
        "checkout.session",
        automatic_tax=_taxing(_on(said, "automatic_tax")),
        adaptive_pricing={"enabled": _on(said, "adaptive_pricing")},
        currency=prices[0][0]["currency"],
        customer=customer["id"] if customer else None,
        customer_details=details_of(customer, said),
        customer_creation=None if customer else said.get("customer_creation", creation),
        discounts=discounts,
        expires_at=said.get("expires_at") or int(time.time()) + _DAY_S,
        invoice_creation=_invoicing(said),
        metadata=metadata_of(said),
        payment_method_collection="if_required" if said["mode"] == "payment" else "always",
        tax_id_collection={"enabled": _on(said, "tax_id_collection"), "required": "never"},
        _prices=[(price["id"], quantity) for price, quantity in prices],
        _said={name: said.get(name) or {} for name in ("subscription_data", "payment_intent_data", "customer_update")},
        **echoed,
    )
    session["url"] = f"{books.address}/c/pay/{session['id']}"
    count(books, session)
    return session


def _on(said: Thing, name: str) -> bool:
    return bool((said.get(name) or {}).get("enabled"))


def _taxing(taxed: bool) -> Thing:
    liability, provider, status = ({"type": "self"}, "stripe", "complete") if taxed else (None, None, None)
    return {"enabled": taxed, "liability": liability, "provider": provider, "status": status}


def _invoicing(said: Thing) -> Thing | None:
    if said["mode"] == "subscription":
        return None
    data = dict.fromkeys(("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options"))
    return {"enabled": _on(said, "invoice_creation"), "invoice_data": {**data, "metadata": {}}}


def details_of(customer: Thing | None, said: Thing) -> Thing | None:
    """Who buys, as far as it is known."""
    email = customer["email"] if customer else said.get("customer_email")
    if not customer and not email:
        return None
    name, address = (customer["name"], customer["address"]) if customer else (None, None)
    return {"address": address, "email": email, "name": name, "phone": None, "tax_exempt": "none", "tax_ids": []}


def _check(books: Books, said: Thing) -> Thing | None:
    """The customer, if the parameters go together."""
    for first, second in (("customer", "customer_email"), ("allow_promotion_codes", "discounts")):
        if said.get(first) and said.get(second):
            raise errors.only_one_of(first, second)
    foreign = "payment_intent_data" if said["mode"] == "subscription" else "subscription_data"
    if said.get(foreign):
        raise errors.invalid(f"You can not pass `{foreign}` in `{said['mode']}` mode.", param=foreign)
    if said["mode"] == "subscription" and said.get("invoice_creation"):
        message = "You can only enable `invoice_creation` when `mode` is set to `payment`."
        raise errors.invalid(message, param="invoice_creation")
    left_s = (said.get("expires_at") or time.time() + _DAY_S) - time.time()
    if not _LEAST_S - 5 <= left_s <= _DAY_S + 5:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
        raise errors.invalid(message, param="expires_at")
    updates = said.get("customer_update") or {}
    if not said.get("customer"):
        if updates:
            raise errors.invalid("`customer_update` can only be used with `customer`.", param="customer_update")
        return None
    customer = books.get("customer", said["customer"], param="customer")
    if _on(said, "automatic_tax") and not customer["address"] and updates.get("address") != "auto":
        message = (
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to "
            "the Customer or set `customer_update[address]` to 'auto' to save the address entered in Checkout."
        )
        raise errors.invalid(message, code="customer_tax_location_invalid")
    if _on(said, "tax_id_collection") and updates.get("name") != "auto":
        message = "Tax ID collection requires updating business name on the customer: set `customer_update[name]`."
        raise errors.invalid(message, param="customer_update[name]")
    return customer


def _price(books: Books, mode: str, line: Thing, place: int) -> tuple[Thing, int]:
    param = f"line_items[{place}][price]"
    if not line.get("price"):
        raise errors.missing_parameter(param)
    price = books.get("price", line["price"], param=param)
    if not price["active"]:
        message = "The price specified is inactive. This field only accepts active prices."
        raise errors.invalid(message, param=param)
    if price["recurring"] and mode == "payment":
        message = (
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
            "only one-time prices."
        )
        raise errors.invalid(message, param=param)
    quantity = line.get("quantity")
    if quantity is None:
        raise errors.missing_parameter(f"line_items[{place}][quantity]")
    return price, quantity


def _discount(books: Books, given: Thing, *, param: str) -> Thing:
    if code := given.get("promotion_code"):
        promotion = books.get("promotion_code", code, param=f"{param}[promotion_code]")
        return {"coupon": promotion["promotion"]["coupon"], "promotion_code": promotion["id"]}
    return {"coupon": books.get("coupon", given.get("coupon"), param=f"{param}[coupon]")["id"], "promotion_code": None}


def count(books: Books, session: Thing) -> None:
    """The lines and the sums, with the discount and the tax of now."""
    discounts, taxed = session["discounts"], session["automatic_tax"]["enabled"]
    coupon = books.get("coupon", discounts[0]["coupon"]) if discounts else None
    prices = [(books.get("price", name), quantity) for name, quantity in session["_prices"]]
    amounts = [price["unit_amount"] * quantity for price, quantity in prices]
    parts = money.shares(amounts, coupon=coupon, taxed=taxed)
    session["_line_items"] = [
        {
            "id": fresh_id("li_"),
            "object": "item",
            "amount_discount": part.discount,
            "amount_subtotal": amount,
            "amount_tax": part.tax,
            "amount_total": amount - part.discount + part.tax,
            "currency": price["currency"],
            "description": books.get("product", price["product"])["name"],
            "metadata": {},
            "price": dict(price),
            "quantity": quantity,
        }
        for (price, quantity), amount, part in zip(prices, amounts, parts, strict=True)
    ]
    off, tax = sum(part.discount for part in parts), sum(part.tax for part in parts)
    session["amount_subtotal"], session["amount_total"] = sum(amounts), sum(amounts) - off + tax
    session["total_details"] = {"amount_discount": off, "amount_shipping": 0, "amount_tax": tax}


@call("POST", "checkout/sessions/{id}/expire")
def expire(books: Books, said: Thing, name: str) -> Thing:
    """Nobody can pay it any more."""
    session = books.get("checkout.session", name)
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
        raise errors.invalid(message)
    return books.change(session, "checkout.session.expired", status="expired", url=None)


def expire_due(books: Books) -> bool:
    """Those whose time is over; whether there were any."""
    due = [one for one in books.find("checkout.session", status="open") if one["expires_at"] <= time.time()]
    for session in due:
        expire(books, {}, session["id"])
    return bool(due)


def _goes(promotion: Thing) -> bool:
    used_up = promotion["max_redemptions"] and promotion["times_redeemed"] >= promotion["max_redemptions"]
    return not used_up and (promotion["expires_at"] or time.time() + 1) > time.time()


def promote(books: Books, session: Thing, code: str) -> None:
    """Take a promotion code's discount; raises where there is no such code or none is taken."""
    wanted = code.strip().lower()
    found = [one for one in books.find("promotion_code", active=True) if one["code"].lower() == wanted and _goes(one)]
    customer = found[0]["customer"] if found else None
    if not found or not session["allow_promotion_codes"] or customer not in (None, session["customer"]):
        raise errors.invalid("This code is invalid.", param="promotion_code")
    session["discounts"] = [{"coupon": found[0]["promotion"]["coupon"], "promotion_code": found[0]["id"]}]
    count(books, session)
