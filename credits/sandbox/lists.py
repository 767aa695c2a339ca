"""Every kind of object that can be asked for: one by its id, or all by what its list can be narrowed with."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from credits.sandbox import errors, invoices
from credits.sandbox.books import Books, page
from credits.sandbox.calls import call
from credits.sandbox.shapes import Thing

_PAGE = "limit:int starting_after"
_CREATED = "created:int created.gt:int created.gte:int created.lt:int created.lte:int"
_READ: dict[str, tuple[str, str]] = {  # kind: (path, what its list can be narrowed with)
    "customer": ("customers", "email"),
    "product": ("products", "active:bool ids"),
    "price": ("prices", "active:bool currency lookup_keys product type:one_time|recurring"),
    "coupon": ("coupons", ""),
    "promotion_code": ("promotion_codes", "active:bool code coupon customer"),
    "checkout.session": ("checkout/sessions", "customer payment_intent status:open|complete|expired subscription"),
    "billing_portal.configuration": ("billing_portal/configurations", "active:bool is_default:bool"),
    "subscription": (
        "subscriptions",
        "customer price status:active|all|canceled|ended|incomplete|past_due|paused|trialing|unpaid",
    ),
    "invoice": ("invoices", "customer status:draft|open|paid|uncollectible|void subscription"),
    "invoice_payment": (
        "invoice_payments",
        "invoice status:open|paid|canceled payment.type:payment_intent payment.payment_intent",
    ),
    "payment_method": ("payment_methods", "customer type"),
    "payment_intent": ("payment_intents", "customer"),
    "charge": ("charges", "customer payment_intent"),
    "refund": ("refunds", "charge payment_intent"),
    "dispute": ("disputes", "charge payment_intent"),
    "event": ("events", "type types"),
}
_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": int.__gt__,
    "gte": int.__ge__,
    "lt": int.__lt__,
    "lte": int.__le__,
}


def _fits(thing: Thing, name: str, wanted: Any) -> bool:  # noqa: C901 - a table in the form of a match
    match thing["object"], name:
        case _, "created" if isinstance(wanted, dict):
            return all(_BOUNDS[bound](thing["created"], moment) for bound, moment in wanted.items())
        case "product", "ids":
            return thing["id"] in wanted
        case "price", "lookup_keys":
            return thing["lookup_key"] in wanted
        case "promotion_code", "coupon":
            return bool(thing["promotion"]["coupon"] == wanted)
        case "subscription", "price":
            return any(item["price"]["id"] == wanted for item in thing["items"]["data"])
        case "subscription", "status":
            return bool(wanted == "all" or thing["status"] == ("canceled" if wanted == "ended" else wanted))
        case "invoice", "subscription":
            return bool(invoices.subscription_of(thing) == wanted)
        case "invoice_payment", "payment":
            return all(thing["payment"].get(key) == value for key, value in wanted.items())
        case "event", "type":
            return fnmatchcase(thing["type"], wanted)
        case "event", "types":
            return thing["type"] in wanted
    return bool(thing[name] == wanted)


def _listed(books: Books, said: Thing, _: str, *, kind: str, path: str) -> Thing:
    limit = said.get("limit", 10)
    if not 1 <= limit <= 100:
        raise errors.invalid(f"Invalid integer: {limit} is not between 1 and 100.", param="limit")
    narrowed = {name: value for name, value in said.items() if name not in ("limit", "starting_after", "expand")}
    if kind == "subscription" and "status" not in narrowed:
        narrowed["status"] = "all"
        found = [one for one in books.find(kind) if one["status"] != "canceled"]
    else:
        found = books.find(kind)
    found = [one for one in found if all(_fits(one, name, value) for name, value in narrowed.items())]
    if after := said.get("starting_after"):
        books.get(kind, after, param="starting_after")
        names = [one["id"] for one in found]
        found = found[names.index(after) + 1 :] if after in names else []
    return page(found[:limit], url=f"/v1/{path}", more=len(found) > limit)


def _one(books: Books, said: Thing, name: str, *, kind: str) -> Thing:
    return books.get(kind, name)


for _kind, (_path, _words) in _READ.items():
    call("GET", _path, f"{_words} {_PAGE} {_CREATED}")(partial(_listed, kind=_kind, path=_path))
    call("GET", f"{_path}/{{id}}")(partial(_one, kind=_kind))


@call("GET", "checkout/sessions/{id}/line_items", _PAGE)
def line_items(books: Books, said: Thing, name: str) -> Thing:
    """What a session sells."""
    lines = books.get("checkout.session", name)["_line_items"]
    return page(lines, url=f"/v1/checkout/sessions/{name}/line_items")
