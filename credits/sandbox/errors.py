"""The bodies in which the real API refuses."""

from dataclasses import dataclass, field
from typing import Any

INVALID = "invalid_request_error"


@dataclass
class StripeError(Exception):
    """A refusal: the status, and what goes into its `error` object."""

    status: int
    message: str
    type: str = INVALID
    code: str | None = None
    param: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """What goes over the wire."""
        said = {"code": self.code, "message": self.message, "param": self.param, "type": self.type, **self.details}
        if self.code:
            said["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return {"error": {name: value for name, value in said.items() if value is not None}}


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> StripeError:
    """400: what was said cannot be done."""
    return StripeError(400, message, code=code, param=param)


def missing_parameter(param: str) -> StripeError:
    """400: a required parameter is not there."""
    return invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")


def unknown_parameter(param: str) -> StripeError:
    """400: the call has no such parameter."""
    return invalid(f"Received unknown parameter: {param}", param=param, code="parameter_unknown")


def only_one_of(first: str, second: str) -> StripeError:
    """400: two parameters that exclude each other."""
    return invalid(f"You may only specify one of these parameters: {first}, {second}.", param=first)


def no_such(kind: str, name: str, *, param: str | None = None) -> StripeError:
    """404 where the address names it (param None), 400 where a parameter does."""
    what = kind.replace("billing_portal.", "").replace("_", " ").replace(".", " ")
    shown = what if what.startswith("checkout") else what.replace("payment intent", "payment_intent")
    return StripeError(
        400 if param else 404, f"No such {shown}: '{name}'", code="resource_missing", param=param or "id"
    )


def no_such_call(method: str, path: str) -> StripeError:
    """404: this server has no such address."""
    return StripeError(404, f"Unrecognized request URL ({method}: {path}).")


def no_key() -> StripeError:
    """401: nothing that could be a key."""
    return StripeError(
        401, "You did not provide an API key. Provide it in the Authorization header, using Bearer auth."
    )


def wrong_key(key: str) -> StripeError:
    """401: a key that isn't this server's; only its ends are shown."""
    return StripeError(401, f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")


def other_parameters(key: str) -> StripeError:
    """400: the idempotency key was used for something else."""
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return StripeError(400, message, type="idempotency_error")


def declined(*, charge: str | None = None, intent: dict[str, Any] | None = None) -> StripeError:
    """402: the card's bank said no."""
    details = {"decline_code": "generic_decline", "charge": charge, "payment_intent": intent}
    return StripeError(402, "Your card was declined.", type="card_error", code="card_declined", details=details)


def down() -> StripeError:
    """500: Stripe itself fails."""
    return StripeError(500, "An unknown error occurred.", type="api_error")


def rate_limited() -> StripeError:
    """429: too many calls."""
    message = "Request rate limit exceeded. Learn more about rate limits here: https://stripe.com/docs/rate-limits"
    return StripeError(429, message, code="rate_limit")


FAULTS = {"down": down, "rate_limit": rate_limited}
