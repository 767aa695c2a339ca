"""The faults that are answered at once, before anything is made or paid for, and what each answers."""

from collections.abc import Callable

from studio.sandbox import errors

REFUSALS: dict[str, Callable[[], errors.ApiError]] = {
    "moderation": errors.moderation_blocked,
    # who asks
    "unauthorized": errors.unauthorized,
    "forbidden": errors.forbidden,
    "model_not_found": lambda: errors.model_not_found("sandbox"),
    # too fast
    "rate_limit": errors.rate_limited,
    "rate_limit_date": errors.rate_limited_until_a_date,
    "rate_limit_bare": lambda: errors.rate_limited(None),
    "rate_limit_long": lambda: errors.rate_limited("600"),
    "slow_down": errors.slow_down,
    # no money
    "quota": errors.out_of_quota,
    "credit_balance": lambda: errors.out_of_quota("credit_balance_exhausted"),
    "spend_limit": lambda: errors.out_of_quota("organization_spend_limit_exceeded"),
    "hard_limit": errors.hard_limit,
    # broken
    "server_error": errors.server_error,
    "bad_gateway": errors.bad_gateway,
    "gateway_reset": errors.gateway_reset,
    "overloaded": errors.overloaded,
    "redirect": errors.redirected,
    "error_in_body": errors.error_in_body,
}
