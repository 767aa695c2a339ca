"""The bodies in which the real API refuses: status, `error` object, headers."""

from dataclasses import dataclass, field
from typing import Any

INVALID = "invalid_request_error"


@dataclass
class ApiError(Exception):
    """An answer that is no picture. `body` is what goes over the wire."""

    status: int
    message: str
    type: str = INVALID
    code: str | None = None
    param: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

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


def moderation_blocked(*, categories: tuple[str, ...] = ("violence",)) -> ApiError:
    """400: the safety check refused the words."""
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact support "
        f"and include the request ID. safety_violations=[{', '.join(categories)}]."
    )
    stage = {"moderation_stage": "input", "categories": list(categories)}
    kind = "image_generation_user_error"
    return ApiError(400, message, type=kind, code="moderation_blocked", details={"moderation_details": stage})


def unauthorized() -> ApiError:
    """401: no key."""
    message = "You didn't provide an API key. Provide it in an Authorization header using Bearer auth."
    return ApiError(401, message, code="invalid_api_key")


def not_found(path: str, *, method: str) -> ApiError:
    """404: no such endpoint."""
    return ApiError(404, f"Invalid URL ({method} {path})")


def rate_limited() -> ApiError:
    """429: too fast; worth another try after a second."""
    message = "Rate limit reached for images per minute. Please try again in 1s."
    return ApiError(429, message, type="images", code="rate_limit_exceeded", headers={"Retry-After": "1"})


def out_of_quota() -> ApiError:
    """429: no money left; no retry will help."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return ApiError(429, message, type="insufficient_quota", code="insufficient_quota")


def server_error() -> ApiError:
    """500."""
    message = "The server had an error while processing your request. Sorry about that!"
    return ApiError(500, message, type="server_error", code="server_error")


def overloaded() -> ApiError:
    """503: worth another try."""
    message = "The model is currently overloaded with other requests."
    return ApiError(503, message, type="service_unavailable_error", code="server_is_overloaded")
