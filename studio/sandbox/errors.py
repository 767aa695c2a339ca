"""The bodies in which the real API refuses: status, `error` object, headers."""

import time
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

INVALID = "invalid_request_error"


@dataclass
class ApiError(Exception):
    """An answer that is no picture. `body` is what goes over the wire, or `page` where a proxy answers in HTML."""

    status: int
    message: str
    type: str = INVALID
    code: str | None = None
    param: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    page: str | None = None

    def body(self) -> dict[str, Any]:
        """What goes over the wire."""
        error = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return {"error": {**error, **self.details}}


def missing(param: str) -> ApiError:
    """400: a required parameter is not there."""
    return ApiError(400, f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param)


def unknown_parameter(param: str) -> ApiError:
    """400: the endpoint has no such parameter."""
    return ApiError(400, f"Unknown parameter: '{param}'.", code="unknown_parameter", param=param)


def invalid_type(param: str, *, expected: str, got: object) -> ApiError:
    """400: text where a number belongs, and the like."""
    names = {str: "a string", bool: "a boolean", int: "an integer", float: "a decimal", list: "an array"}
    what = "null" if got is None else names.get(type(got), "an object")
    message = f"Invalid type for '{param}': expected {expected}, but got {what} instead."
    return ApiError(400, message, code="invalid_type", param=param)


def invalid_value(param: str, message: str) -> ApiError:
    """400: of the right type, but not allowed."""
    return ApiError(400, message, code="invalid_value", param=param)


def not_supported(param: str, *, value: str, supported: tuple[str, ...]) -> ApiError:
    """400: none of the values that there are."""
    listed = ", ".join(f"'{one}'" for one in supported[:-1]) + f", and '{supported[-1]}'"
    return invalid_value(param, f"Invalid value: '{value}'. Supported values are: {listed}.")


def model_not_found(model: str) -> ApiError:
    """404: no such model for this key."""
    message = f"The model '{model}' does not exist or you do not have access to it."
    return ApiError(404, message, code="model_not_found", param="model")


def moderation_blocked(*, categories: tuple[str, ...] = ("violence",), stage: str = "input") -> ApiError:
    """400: the safety check refused the words, or at stage "output" the picture."""
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact support "
        f"and include the request ID. safety_violations=[{', '.join(categories)}]."
    )
    details = {"moderation_stage": stage, "categories": list(categories)}
    kind = "image_generation_user_error"
    return ApiError(400, message, type=kind, code="moderation_blocked", details={"moderation_details": details})


def unauthorized() -> ApiError:
    """401: no key."""
    message = "You didn't provide an API key. Provide it in an Authorization header using Bearer auth."
    return ApiError(401, message, code="invalid_api_key")


def forbidden() -> ApiError:
    """403: the caller's country is not served."""
    message = "Country, region, or territory not supported"
    return ApiError(403, message, type="request_forbidden", code="unsupported_country_region_territory")


def not_found(path: str, *, method: str) -> ApiError:
    """404: no such endpoint."""
    return ApiError(404, f"Invalid URL ({method} {path})")


def rate_limited(retry_after: str | None = "1") -> ApiError:
    """429: too fast; worth another try when Retry-After says, or whenever where it says nothing."""
    message = "Rate limit reached for images per minute. Please try again later."
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return ApiError(429, message, type="images", code="rate_limit_exceeded", headers=headers)


def rate_limited_until_a_date() -> ApiError:
    """429: Retry-After is a date, two seconds from now."""
    return rate_limited(formatdate(time.time() + 2, usegmt=True))


def slow_down() -> ApiError:
    """429: the rate of requests has jumped."""
    message = "Your request rate has increased too quickly. Please slow down."
    return ApiError(429, message, type="rate_limit_error", code="slow_down")


def out_of_quota(code: str = "insufficient_quota") -> ApiError:
    """429: no money left; no retry will help."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return ApiError(429, message, type="insufficient_quota", code=code)


def hard_limit() -> ApiError:
    """400: the older word for no money left."""
    message = "Billing hard limit has been reached."
    return ApiError(400, message, type="billing_limit_user_error", code="billing_hard_limit_reached")


def server_error() -> ApiError:
    """500."""
    message = "The server had an error while processing your request. Sorry about that!"
    return ApiError(500, message, type="server_error", code="server_error")


def overloaded() -> ApiError:
    """503: worth another try."""
    message = "The model is currently overloaded with other requests."
    return ApiError(503, message, type="service_unavailable_error", code="server_is_overloaded")


def bad_gateway() -> ApiError:
    """502: a proxy in front of the API answers, in HTML."""
    page = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n"
    return ApiError(502, "Bad Gateway", page=page)


def gateway_reset() -> ApiError:
    """503: a proxy that lost its server says so in its own words, whatever that server was at."""
    return ApiError(503, "reset", page="upstream connect error or disconnect/reset before headers. reset reason: ...")


def redirected() -> ApiError:
    """307: to a host that is not ours."""
    there = "http://redirected.invalid/v1/images/generations"
    return ApiError(307, "Temporary Redirect", headers={"Location": there})


def error_in_body() -> ApiError:
    """200, with an error instead of an answer."""
    return ApiError(200, "The server had an error while processing your request.", type="server_error")


def invalid_image(number: int) -> ApiError:
    """400: no picture that can be read, or one in a mode that none is expected in; counted from 1."""
    message = f"Invalid image file or mode for image {number}, please check your image file."
    return ApiError(400, message, type="image_generation_user_error")


def invalid_overlay(param: str, why: str) -> ApiError:
    """400: a mask or marks that do not fit the picture."""
    return ApiError(400, f"Invalid {param}: it {why}.", code="invalid_image_file", param=param)
