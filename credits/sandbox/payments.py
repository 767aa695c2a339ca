"""Payment methods, intents, charges, refunds and disputes."""

import time
from typing import Any

from credits.sandbox import errors, money
from credits.sandbox.books import Books
from credits.sandbox.calls import call, metadata_of
from credits.sandbox.shapes import Thing

# What the test cards do. "later" pays on a page, and fails when nobody is there.
CARDS = {"4242424242424242": "good", "4000000000000002": "declined", "4000000000000341": "later"}
NUMBERS = {nature: number for number, nature in CARDS.items()}
_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def add_method(books: Books, *, nature: str, customer: str | None, email: str | None, country: str | None) -> Thing:
    """A card of that nature, or a bank account ("debit")."""
    person = {"address": {**_ADDRESS, "country": country}, "email": email, "name": None, "phone": None, "tax_id": None}
    if nature == "debit":
        bank = {
            "bank_code": "37040044",
            "branch_code": None,
            "country": "DE",
            "fingerprint": "sandbox",
            "last4": "3000",
        }
        details: Thing = {"type": "sepa_debit", "sepa_debit": bank}
    else:
        details = {"type": "card", "card": _card(nature)}
    event = "payment_method.attached" if customer else None
    return books.add("payment_method", event, customer=customer, billing_details=person, _nature=nature, **details)


def nature_of(number: str) -> str:
    """What the card with this number does."""
    nature = CARDS.get("".join(number.split()))
    if nature is None:
        raise errors.invalid("This is none of the test cards.", param="card")
    return nature


def _card(nature: str) -> Thing:
    return {
        "brand": "visa",
        "checks": dict.fromkeys(("address_line1_check", "address_postal_code_check"), None) | {"cvc_check": "pass"},
        "country": "US",
        "display_brand": "visa",
        "exp_month": 12,
        "exp_year": time.gmtime().tm_year + 4,
        "fingerprint": f"sandbox{NUMBERS[nature][-4:]}",
        "funding": "credit",
        "last4": NUMBERS[nature][-4:],
        "networks": {"available": ["visa"], "preferred": None},
        "wallet": None,
    }


def add_intent(books: Books, *, amount: int, currency: str, customer: str | None, **fields: Any) -> Thing:
    """An intent that nobody has paid yet; the amount in minor units."""
    fields = {"amount": amount, "currency": currency, "customer": customer, **fields}
    intent = books.add("payment_intent", **fields)
    intent["client_secret"] = f"{intent['id']}_secret_sandbox"
    books.emit("payment_intent.created", intent)
    return intent


def attempt(books: Books, intent: Thing, *, method: Thing, away: bool = False, fail: bool | None = None) -> str:
    """Take the money: "succeeded", "processing" or "failed". `away`: nobody is there; `fail` overrides the card."""
    nature = method["_nature"]
    if fail is None:
        fail = nature == "declined" or (nature == "later" and away)
    charge = _add_charge(books, intent, method)
    books.change(intent, latest_charge=charge["id"], payment_method=method["id"])
    if nature == "debit" and not fail:
        books.emit("charge.pending", charge)
        books.change(intent, "payment_intent.processing", status="processing")
        return "processing"
    land(books, intent, succeed=not fail)
    return "failed" if fail else "succeeded"


def _add_charge(books: Books, intent: Thing, method: Thing) -> Thing:
    kind = method["type"]
    same = {name: intent[name] for name in ("amount", "currency", "customer", "description", "metadata")}
    return books.add(
        "charge",
        payment_intent=intent["id"],
        payment_method=method["id"],
        billing_details=method["billing_details"],
        payment_method_details={kind: method[kind], "type": kind},
        receipt_email=intent["receipt_email"],
        **same,
    )


def land(books: Books, intent: Thing, *, succeed: bool) -> None:
    """The bank's answer for the latest charge."""
    charge = books.get("charge", intent["latest_charge"])
    if succeed:
        outcome = {"network_status": "approved_by_network", "risk_level": "normal", "type": "authorized"}
        receipt = f"{books.address}/receipts/{charge['id']}"
        paid = {"status": "succeeded", "paid": True, "amount_captured": charge["amount"]}
        books.change(charge, "charge.succeeded", outcome=outcome, receipt_url=receipt, **paid)
        received = {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        books.change(intent, "payment_intent.succeeded", **received)
        return
    refusal = errors.declined(charge=charge["id"])
    failure = {"status": "failed", "failure_code": refusal.code, "failure_message": refusal.message}
    outcome = {"network_status": "declined_by_network", "reason": "generic_decline", "type": "issuer_declined"}
    books.change(charge, "charge.failed", outcome=outcome, **failure)
    last = refusal.body()["error"] | {"payment_method": books.get("payment_method", charge["payment_method"])}
    failed = {"status": "requires_payment_method", "payment_method": None, "last_payment_error": last}
    books.change(intent, "payment_intent.payment_failed", **failed)


@call(
    "POST",
    "refunds",
    "charge payment_intent amount:int reason:duplicate|fraudulent|requested_by_customer metadata:map",
)
def refund(books: Books, said: Thing, _: str) -> Thing:
    """Give back all of a charge, or a part."""
    charge = _charge_of(books, said)
    left = charge["amount"] - charge["amount_refunded"]
    amount = said.get("amount") or left
    if charge["disputed"]:
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise errors.invalid(message, code="charge_disputed")
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise errors.invalid(message, code="charge_already_refunded")
    if not 0 < amount <= left:
        asked, there = (money.words(one, charge["currency"]) for one in (amount, left))
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({there})"
        raise errors.invalid(message, param="amount")
    made = books.add(
        "refund",
        "refund.created",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        reason=said.get("reason"),
        metadata=metadata_of(said),
    )
    total = charge["amount_refunded"] + amount
    books.change(charge, "charge.refunded", amount_refunded=total, refunded=total == charge["amount"])
    return made


def _charge_of(books: Books, said: Thing) -> Thing:
    """The charge that is meant, if it has brought money."""
    if name := said.get("charge"):
        charge = books.get("charge", name, param="charge")
    elif name := said.get("payment_intent"):
        intent = books.get("payment_intent", name, param="payment_intent")
        if intent["status"] != "succeeded":
            message = f"This PaymentIntent ({name}) does not have a successful charge to refund."
            raise errors.invalid(message, code="payment_intent_unexpected_state")
        charge = books.get("charge", intent["latest_charge"])
    else:
        raise errors.invalid(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    if not charge["paid"]:
        raise errors.invalid(f"Charge {charge['id']} has not been paid and cannot be refunded.", param="charge")
    return charge


def dispute(books: Books, charge: Thing, *, amount: int | None = None) -> Thing:
    """The buyer's bank takes the money back until somebody has decided."""
    if charge["disputed"] or not charge["paid"]:
        raise errors.invalid(f"{charge['id']} cannot be disputed.")
    due = {"due_by": int(time.time()) + 7 * 86400, "has_evidence": False, "past_due": False, "submission_count": 0}
    made = books.add(
        "dispute",
        amount=amount or charge["amount"],
        charge=charge["id"],
        currency=charge["currency"],
        evidence_details={**due, "enhanced_eligibility": {}},
        payment_intent=charge["payment_intent"],
    )
    books.change(charge, "charge.updated", disputed=True)
    books.emit("charge.dispute.created", made)
    books.emit("charge.dispute.funds_withdrawn", made)
    return made


def close_dispute(books: Books, found: Thing, *, won: bool) -> Thing:
    """The decision; won gives the money back."""
    if found["status"] in ("won", "lost"):
        raise errors.invalid(f"{found['id']} is closed.")
    if won:
        books.emit("charge.dispute.funds_reinstated", found)
    return books.change(found, "charge.dispute.closed", status="won" if won else "lost")
