"""What an operator does about each way to fail. Every code of failures.KINDS has a line; a test holds them together."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _


def _nothing() -> str:
    return _("Nothing: it is about the user’s words. Many of one user’s: look at that user’s runs.")


def _by_request_id() -> str:
    return _("The calls may be billed: give the provider their request ids, then try again or settle them.")


def _wait() -> str:
    return _("Wait, and look at the provider’s status page. If it lasts, offer another model.")


def _workers() -> str:
    return _("Look whether workers run and keep up: start more, or find in their log what ends them.")


ADVICE: Final[dict[str, Callable[[], str]]] = {
    "blocked": _nothing,
    "blocked_edit": _nothing,
    "blocked_output": _nothing,
    "blocked_words": _nothing,
    "unchecked": lambda: _("Look at the provider’s status page: nothing is sent until its moderation answers."),
    "no_check": lambda: _("Check MODERATION and the key: the provider refuses to check words, and nothing is sent."),
    "held_back": lambda: _("Somebody of the group Child safety has to look into the sealed run."),
    "refused": lambda: _("The catalogue sells what the provider does not take: compare its row with a frame’s."),
    "bad_picture": lambda: _("Nothing for one picture. Many: compare what is sent with what the provider takes."),
    "picture_gone": lambda: _("Nothing: its owner removed it for good before the call. Many: look at the store."),
    "pictures_away": lambda: _("Bring the store back: the workers read pictures from it."),
    "unauthorised": lambda: _("Check the key and the organisation at the provider; then offer the model again."),
    "model_gone": lambda: _("Check its name and last day at the provider; then offer it again or take it off."),
    "billing": lambda: _("Pay, or raise the limit, at the provider; then offer the model again."),
    "misdirected": lambda: _("Check OPENAI_BASE_URL: something else than the model answers there."),
    "rate_limited": lambda: _("Ask the provider for a higher limit, or sell the model to fewer at once."),
    "overloaded": _wait,
    "unreachable": lambda: _("Check the way from the workers to the provider, then its status page."),
    "broken": _wait,
    "empty": _by_request_id,
    "not_a_picture": _by_request_id,
    "garbled": _by_request_id,
    "elsewhere": lambda: _("Pictures are fetched from the server that OPENAI_BASE_URL names, and from no other."),
    "lost_touch": _by_request_id,
    "not_stored": lambda: _("Bring the store back: the bytes wait on the workers’ disk for the next sweep."),
    "waited_too_long": _workers,
    "not_answering": _wait,
    "worker_lost": _workers,
}


def on(code: str) -> str:
    """What to do about it."""
    return ADVICE[code]() if code in ADVICE else "–"
