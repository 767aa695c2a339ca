"""Customers, and what is sold to them: products, prices, coupons and promotion codes; settings of the portal."""

import time

from credits.sandbox import errors
from credits.sandbox.books import Books
from credits.sandbox.calls import call, merged, metadata_of
from credits.sandbox.shapes import Thing, fresh_id

_CUSTOMER = (
    "email name phone description address:tree preferred_locales metadata:map "
    "invoice_settings.default_payment_method tax_exempt:none|exempt|reverse"
)
_PRODUCT = "active:bool description images tax_code unit_label url statement_descriptor metadata:map"
_LINE = ("city", "country", "line1", "line2", "postal_code", "state")


def _fields(said: Thing) -> Thing:
    return {name: value for name, value in said.items() if name not in ("expand", "metadata")}


def _changed(books: Books, kind: str, name: str, said: Thing, event: str) -> Thing:
    """Update with what was said; no event where that changes nothing."""
    thing, fields = books.get(kind, name), _fields(said)
    if "metadata" in said:
        fields["metadata"] = merged(thing["metadata"], said["metadata"])
    fields = {name: value for name, value in fields.items() if thing[name] != value}
    if fields and "updated" in thing:
        fields["updated"] = int(time.time())
    return books.change(thing, event if fields else None, **fields)


def _customer_fields(books: Books, said: Thing, before: Thing | None) -> Thing:
    if said.get("address"):
        said["address"] = {**dict.fromkeys(_LINE), **said["address"]}
    if settings := said.get("invoice_settings"):
        if method := settings.get("default_payment_method"):
            books.get("payment_method", method, param="invoice_settings[default_payment_method]")
        said["invoice_settings"] = {**(before or {}).get("invoice_settings", {}), **settings}
    return said


@call("POST", "customers", _CUSTOMER)
def add_customer(books: Books, said: Thing, _: str) -> Thing:
    """Somebody who may buy."""
    fields = _fields(_customer_fields(books, said, None))
    return books.add("customer", "customer.created", metadata=metadata_of(said), **fields)


@call("POST", "customers/{id}", _CUSTOMER)
def change_customer(books: Books, said: Thing, name: str) -> Thing:
    """Other values."""
    said = _customer_fields(books, said, books.get("customer", name))
    return _changed(books, "customer", name, said, "customer.updated")


@call("POST", "products", f"id name* {_PRODUCT}")
def add_product(books: Books, said: Thing, _: str) -> Thing:
    """Something that prices can be for; its id may be said."""
    if said.get("id") in books.objects["product"]:
        raise errors.invalid("Product already exists.", param="id", code="resource_already_exists")
    fields = {"updated": int(time.time()), **_fields(said)}
    return books.add("product", "product.created", metadata=metadata_of(said), **fields)


@call("POST", "products/{id}", f"name default_price {_PRODUCT}")
def change_product(books: Books, said: Thing, name: str) -> Thing:
    """Other values."""
    return _changed(books, "product", name, said, "product.updated")


_PRICE = "active:bool lookup_key transfer_lookup_key:bool nickname metadata:map tax_behavior"


@call(
    "POST",
    "prices",
    f"currency* product* unit_amount:int recurring.interval:day|week|month|year recurring.interval_count:int "
    f"recurring.usage_type:licensed billing_scheme:per_unit {_PRICE}",
)
def add_price(books: Books, said: Thing, _: str) -> Thing:
    """An amount for a product, once or again and again; it never changes."""
    product = books.get("product", said["product"], param="product")
    if "unit_amount" not in said:
        raise errors.missing_parameter("unit_amount")
    if (said["unit_amount"] or 0) < 0:
        raise errors.invalid("Invalid non-negative integer", param="unit_amount")
    recurring = said.pop("recurring", None)
    if recurring is not None:
        if "interval" not in recurring:
            raise errors.missing_parameter("recurring[interval]")
        base = {"interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed"}
        recurring = {**base, **recurring}
    _take_lookup_key(books, said, None)
    fields = _fields(said) | {"product": product["id"], "currency": said["currency"].lower()}
    kind, amount = "recurring" if recurring else "one_time", str(said["unit_amount"])
    more = {"recurring": recurring, "type": kind, "unit_amount_decimal": amount}
    return books.add("price", "price.created", metadata=metadata_of(said), **more, **fields)


@call("POST", "prices/{id}", _PRICE)
def change_price(books: Books, said: Thing, name: str) -> Thing:
    """All but the amount."""
    _take_lookup_key(books, said, books.get("price", name))
    return _changed(books, "price", name, said, "price.updated")


def _take_lookup_key(books: Books, said: Thing, price: Thing | None) -> None:
    """A lookup key belongs to one price; another may take it over where it says so."""
    transfer, key = said.pop("transfer_lookup_key", False), said.get("lookup_key")
    for holder in books.find("price", lookup_key=key) if key else []:
        if holder is price:
            continue
        if not transfer:
            message = f"A price (`{holder['id']}`) already uses that lookup key."
            raise errors.invalid(message, param="lookup_key", code="resource_already_exists")
        books.change(holder, "price.updated", lookup_key=None)


@call(
    "POST",
    "coupons",
    "id name percent_off:float amount_off:int currency duration:once|forever|repeating duration_in_months:int "
    "max_redemptions:int redeem_by:int metadata:map",
)
def add_coupon(books: Books, said: Thing, _: str) -> Thing:
    """A share or an amount off."""
    if bool(said.get("percent_off")) == bool(said.get("amount_off")):
        raise errors.invalid("You must pass exactly one of percent_off or amount_off.", param="percent_off")
    if said.get("amount_off") and not said.get("currency"):
        raise errors.missing_parameter("currency")
    if said.get("id") in books.objects["coupon"]:
        raise errors.invalid("Coupon already exists.", param="id", code="resource_already_exists")
    return books.add("coupon", "coupon.created", metadata=metadata_of(said), **_fields(said))


@call(
    "POST",
    "promotion_codes",
    "promotion.type:coupon promotion.coupon code active:bool customer expires_at:int max_redemptions:int metadata:map",
)
def add_promotion_code(books: Books, said: Thing, _: str) -> Thing:
    """A word that gives a coupon."""
    if not said.get("promotion"):
        raise errors.missing_parameter("promotion")
    books.get("coupon", said["promotion"].get("coupon"), param="promotion[coupon]")
    code = said.get("code") or fresh_id("", 8).upper()
    if any(one["code"].lower() == code.lower() for one in books.find("promotion_code", active=True)):
        raise errors.invalid("An active promotion code with that code already exists.", param="code")
    fields = {**_fields(said), "code": code}
    return books.add("promotion_code", "promotion_code.created", metadata=metadata_of(said), **fields)


_SETTINGS = "business_profile:tree default_return_url login_page:tree metadata:map name"


@call("POST", "billing_portal/configurations", f"features*:tree {_SETTINGS}")
def add_configuration(books: Books, said: Thing, _: str) -> Thing:
    """What the portal offers."""
    first = not books.objects["billing_portal.configuration"]
    fields = {**_fields(said), "is_default": first, "updated": int(time.time())}
    event = "billing_portal.configuration.created"
    return books.add("billing_portal.configuration", event, metadata=metadata_of(said), **fields)


@call("POST", "billing_portal/configurations/{id}", f"active:bool features:tree {_SETTINGS}")
def change_configuration(books: Books, said: Thing, name: str) -> Thing:
    """Other settings; of the features, those that are said."""
    if said.get("features"):
        said["features"] = {**books.get("billing_portal.configuration", name)["features"], **said["features"]}
    return _changed(books, "billing_portal.configuration", name, said, "billing_portal.configuration.updated")


_FLOWS = "subscription_update|payment_method_update|subscription_cancel"


@call(
    "POST",
    "billing_portal/sessions",
    f"customer* return_url configuration locale flow_data.type:{_FLOWS} flow_data.subscription_update.subscription "
    "flow_data.subscription_cancel.subscription flow_data.after_completion:tree",
)
def open_portal(books: Books, said: Thing, _: str) -> Thing:
    """A page on which a customer manages what they have."""
    customer = books.get("customer", said["customer"], param="customer")
    if name := said.get("configuration"):
        books.get("billing_portal.configuration", name, param="configuration")
    flow = said.pop("flow_data", None)
    session = books.add("billing_portal.session", **{**_fields(said), "customer": customer["id"], "flow": flow})
    session["url"] = f"{books.address}/p/session/{session['id']}"
    return session
