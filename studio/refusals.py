"""What a model's "no" means: status, code and type of a provider's error, to one of `failures.KINDS`.

The first row of MEANINGS that fits decides. Which of them cost nothing surely: OpenAI notes, sections 3 and 4.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from studio.event_stream import Malformed
from studio.failures import Failure
from studio.replies import Refused, plain

if TYPE_CHECKING:
    import openai


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a provider answered. `status` 0 inside a stream that began well; `parsed`: in the API's own form.

    `pictures`: some went along with the call.
    """

    status: int
    code: str = ""
    type: str = ""
    stage: str = ""
    parsed: bool = True
    pictures: bool = False


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """A row: everything that it names has to fit."""

    means: str
    statuses: range | None = None
    codes: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()  # of codes
    types: tuple[str, ...] = ()
    stage: str = ""
    parsed: bool | None = None
    pictures: bool | None = None

    def fits(self, said: Said) -> bool:
        """Whether this row speaks of that answer."""
        return (
            (self.statuses is None or said.status in self.statuses)
            and (not self.codes or said.code in self.codes)
            and (not self.begins or said.code.startswith(self.begins))
            and (not self.types or said.type in self.types)
            and self.stage in ("", said.stage)
            and self.parsed in (None, said.parsed)
            and self.pictures in (None, said.pictures)
        )


LONGEST_S: Final = 86_400.0  # no answer asks for more that is waited for
BLOCKED: Final = ("moderation_blocked", "image_content_policy_violation", "content_policy_violation")
# Of many, and more to come: invalid_image_mode, image_too_small, unsupported_file_mimetype, missing_file_mimetype.
BAD_PICTURE: Final = ("invalid_image", "image_", "unsupported_image", "empty_image", "unsupported_file", "missing_file")
BILLING: Final = (
    "insufficient_quota",
    "billing_hard_limit_reached",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
)


def _status(first: int, last: int | None = None) -> range:
    return range(first, (last or first) + 1)


MEANINGS: Final = (
    Meaning(means="blocked_output", codes=BLOCKED, stage="output"),
    Meaning(means="blocked_edit", codes=BLOCKED, pictures=True),
    Meaning(means="blocked", codes=BLOCKED),
    Meaning(means="billing", codes=BILLING),
    Meaning(means="billing", types=("insufficient_quota",)),
    Meaning(means="broken", statuses=_status(0)),  # a stream that began may have cost something, whatever it says
    Meaning(means="unauthorised", statuses=_status(401)),
    Meaning(means="unauthorised", statuses=_status(403)),
    Meaning(means="model_gone", codes=("model_not_found",)),
    Meaning(means="misdirected", statuses=_status(404)),
    Meaning(means="misdirected", statuses=_status(300, 399)),
    Meaning(means="rate_limited", statuses=_status(429)),
    # A gateway that lost its server tells nothing of what that server did: a 503 in its own words may come in mid-work.
    Meaning(means="lost_touch", statuses=_status(501, 599), parsed=False),
    Meaning(means="overloaded", statuses=_status(503)),
    Meaning(means="broken", statuses=_status(500, 599)),
    Meaning(means="bad_picture", statuses=_status(400, 499), begins=BAD_PICTURE, pictures=True),
    # "Invalid image file or mode for image 2" comes without a code.
    Meaning(means="bad_picture", statuses=_status(400), types=("image_generation_user_error",), pictures=True),
    Meaning(means="refused", statuses=_status(400, 499)),
)


def meaning(said: Said) -> str:
    """The kind of failure."""
    return next((row.means for row in MEANINGS if row.fits(said)), "garbled")


def of(error: Exception, *, request_id: str, pictures: bool = False) -> Failure:
    """The failure that an error of the openai package, of its HTTP client or of our reader is.

    `pictures`: some went along with the call, and may be what was refused.
    """
    if isinstance(error, Refused):
        return _inside(error.said, request_id, pictures)
    if isinstance(error, Malformed):
        return Failure("garbled", request_id=request_id, facts={"malformed": str(error)})

    import httpx2  # here, as in image_api
    import openai

    if isinstance(error, openai.APIStatusError):
        return _by_status(error, pictures)
    cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return Failure("unreachable", facts={"error": type(cause).__name__})
    late = isinstance(cause, httpx2.TimeoutException)
    return Failure("lost_touch", request_id=request_id, facts={"error": "deadline" if late else type(cause).__name__})


def _by_status(error: "openai.APIStatusError", pictures: bool) -> Failure:
    fields = error.body if isinstance(error.body, dict) else {}
    said = Said(
        status=error.status_code,
        code=plain(error.code),
        type=plain(error.type),
        stage=_stage(fields),
        parsed=bool(fields),
        pictures=pictures,
    )
    facts = {"status": said.status, "code": said.code, "type": said.type, "param": plain(error.param)}
    wait_s = retry_after_s(error.response.headers.get("retry-after", ""))
    return Failure(meaning(said), retry_after_s=wait_s, request_id=plain(error.request_id), facts=facts)


def _inside(fields: dict[str, Any], request_id: str, pictures: bool) -> Failure:
    code, kind = plain(fields.get("code")), plain(fields.get("type"))
    said = Said(status=0, code=code, type=kind, stage=_stage(fields), pictures=pictures)
    return Failure(meaning(said), request_id=request_id, facts={"code": said.code, "type": said.type})


def _stage(fields: dict[str, Any]) -> str:
    details = fields.get("moderation_details")
    return plain(details.get("moderation_stage")) if isinstance(details, dict) else ""


def retry_after_s(header: str) -> float | None:
    """What a Retry-After asks for, in seconds or as a date; None where it says nothing that can be read."""
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header).astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError):
            return None
    return min(max(0.0, seconds), LONGEST_S) if math.isfinite(seconds) else None
