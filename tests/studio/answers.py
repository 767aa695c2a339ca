"""What the product makes of each answer that a model can give: the table that test_answers walks.

`python -m tests.studio.answers > docs/ANSWERS.md` writes it down for readers; a test holds the two together.
"""

from typing import NamedTuple

KEPT = "kept"
PAST_PATIENCE = "rate_limit_long"


class Row(NamedTuple):
    """An answer by the sandbox's name for it, and what becomes of a frame that gets it, streamed and whole."""

    answer: str
    end: str
    note: str = ""


TABLE = (
    Row("moderation", "blocked", note="400 at the words"),
    Row("moderation_output", "blocked_output", note="400, or an error event, at the picture"),
    Row("unauthorized", "unauthorised", note="401"),
    Row("forbidden", "unauthorised", note="403"),
    Row("model_not_found", "model_gone", note="404"),
    Row("rate_limit", "rate_limited", note="429, Retry-After: 1"),
    Row("rate_limit_date", "rate_limited", note="429, Retry-After: a date"),
    Row("rate_limit_bare", "rate_limited", note="429 without a Retry-After"),
    Row("rate_limit_long", "rate_limited", note="429, Retry-After: 600, which is past all patience"),
    Row("slow_down", "rate_limited", note="429 slow_down"),
    Row("quota", "billing", note="429 insufficient_quota"),
    Row("credit_balance", "billing", note="429 credit_balance_exhausted"),
    Row("spend_limit", "billing", note="429 organization_spend_limit_exceeded"),
    Row("hard_limit", "billing", note="400 billing_hard_limit_reached"),
    Row("server_error", "broken", note="500"),
    Row("bad_gateway", "lost_touch", note="502 with a page of HTML"),
    Row("gateway_reset", "lost_touch", note="503 in a proxy's own words"),
    Row("overloaded", "overloaded", note="503 in the API's own form, before a byte"),
    Row("redirect", "misdirected", note="307 to another host"),
    Row("error_in_body", "broken", note="200 with an error object"),
    Row("not_a_picture", "not_a_picture", note="base64 of something else"),
    Row("half_picture", "not_a_picture", note="base64 of half a picture"),
    Row("bomb", "not_a_picture", note="a header of 60000 x 60000 pixels"),
    Row("wrong_size", KEPT, note="another size than asked"),
    Row("wrong_format", KEPT, note="another format than asked"),
    Row("empty", "empty", note="data: []"),
    Row("base64_cut", "garbled", note="base64 that breaks off"),
    Row("json_cut", "garbled", note="JSON that breaks off"),
    Row("url", KEPT, note="an address at the model's own server"),
    Row("url_relative", KEPT, note="a path there"),
    Row("url_elsewhere", "elsewhere", note="an address in a private network"),
    Row("url_file", "elsewhere", note="file:///etc/passwd"),
    Row("url_huge", "garbled", note="an address whose body never ends"),
    Row("url_gone", "lost_touch", note="an address that answers 404"),
    Row("extra", KEPT, note="unknown fields everywhere"),
    Row("no_usage", KEPT, note="no usage"),
    Row("odd", KEPT, note="fields of unexpected types"),
    Row("early", KEPT, note="completed before its partials"),
    Row("twice", KEPT, note="completed twice"),
    Row("cut", "lost_touch", note="a stream, or a body, that breaks off"),
    Row("stream_error", "broken", note="an error event, or a 500 after the work"),
    Row("silence", "lost_touch", note="not a byte until the timeout"),
    Row("reset", "lost_touch", note="the connection reset before a byte"),
    Row("trickle", "lost_touch", note="a byte now and then, and never a picture"),
    Row("flood", "garbled", note="a body of 200 MB"),
    Row("gzip_bomb", "garbled", note="gzip that unpacks to 200 MB"),
    Row("html", "garbled", note="200 with a page of HTML"),
)

# What reads otherwise where pictures go along; test_safe_edits walks these.
EDITS = (
    Row("moderation", "blocked_edit", note="400 at the words or the pictures"),
    Row("invalid picture", "bad_picture", note="400 at a picture's bytes, mode, size or kind"),
)


def markdown() -> str:
    """The table for docs/."""
    import django

    django.setup()
    from studio.sandbox.behaviour import REFUSALS

    lines = [
        "# What becomes of each answer",
        "Written by `python -m tests.studio.answers`, walked by tests/studio/test_answers.py over the real wire. The",
        "names are the sandbox's (`X-Sandbox-Fault`). A refused connection is asked again, as a rate limit is.",
        "",
        "| answer | | paid | for the operator | for the person | asked again | credits |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [_line(row, paid="no" if row.answer in REFUSALS else "yes") for row in TABLE]
    lines += ["", "Where pictures go along:", "", *lines[4:6], *(_line(row, paid="no") for row in EDITS)]
    return "\n".join(lines) + "\n"


def _line(row: Row, *, paid: str) -> str:
    from studio import failures

    if row.end == KEPT:
        return f"| {row.answer} | {row.note} | {paid} | kept | the picture | – | taken |"
    kind = failures.KINDS[row.end]
    unknown = ", listed until settled" if kind.unknown else ""
    again = "yes, else" if kind.retry and row.answer != PAST_PATIENCE else "no"
    words = f"{kind.title()}. {failures.words(row.end)}"
    return f"| {row.answer} | {row.note} | {paid} | {kind.in_short()}{unknown} | {words} | {again} | back |"


if __name__ == "__main__":
    print(markdown(), end="")
