"""A call's facts as operators read them: what it told, and why it has no request id."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from studio.models import Generation

# By the fact that a failure keeps as `error`.
NO_REQUEST: Final = {
    "worker lost": gettext_lazy("none: killed before an answer"),
    "deadline": gettext_lazy("none: no answer in time"),
}


def no_request(row: Generation) -> str:
    """Why nobody can ask the provider about it by an id."""
    if row.sent_at is None:
        return _("none: nothing was sent")
    if not row.ended_at:
        return "–"
    other = (
        _("none: the line broke before an answer") if row.outcome_unknown else _("none: the answer did not name one")
    )
    return str(NO_REQUEST.get(str(row.error_params.get("error")), other))


def in_words(facts: dict[str, Any]) -> str:
    """Names and values in a line, or a dash: input tokens: 1,000; output tokens: 2,000."""
    return "; ".join(_pairs(facts)) or "–"


def _pairs(facts: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in facts.items():
        words = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _pairs(value, f"{words.removesuffix(' details')}, ")
        elif value not in (None, ""):
            yield f"{words}: {_plain(value)}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return number_format(value, force_grouping=True) if type(value) is int else str(value)
