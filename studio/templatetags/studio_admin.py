"""Frames and money as the admin's own pages write them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from studio import advice, calls, failures, learned, money, standing
from studio.learned import Learned
from studio.models import Generation, ImageModel, Status, WaitsFor

register = template.Library()

TONES = {Status.SUCCEEDED: "ok", Status.FAILED: "bad", Status.QUEUED: "warn"}


@register.filter
def call_cost(microusd: int | None) -> str:
    """What one call cost, or a dash."""
    return money.call_cost(microusd)


@register.filter
def state(row: Generation) -> SafeString:
    """A frame's status in a word, and how it failed or what it waits for."""
    status = Status(row.status)
    words = str(status.label)
    if row.error_code:
        words = f"{words}: {failures.in_short(row.error_code)}"
    elif status == Status.QUEUED and row.waits_for == WaitsFor.PLACE:
        words = f"{words}: {_('waits for a place at the model, which is limited')}"
    elif status == Status.QUEUED and row.waits_for == WaitsFor.MODEL:
        words = f"{words}: {_('waits for the model to answer')}"
    return format_html('<span class="state {}">{}</span>', TONES.get(status, ""), words)


@register.filter
def no_request(row: Generation) -> str:
    """Why there is no request id."""
    return calls.no_request(row)


@register.filter
def held_back(model: ImageModel | None) -> str:
    """Why a model is not to be had now; empty where it is, and on the page of one that is still to be added."""
    return standing.held_back(model) if model else ""


@register.filter
def taught(model: ImageModel | None) -> Learned | None:
    """What was learned of a model's limit."""
    return learned.of([model]).get(model.pk) if model else None


@register.filter
def held_to(model: ImageModel, taught: Learned | None) -> str:
    """How many calls a minute it takes now."""
    return standing.held_to(model, taught)


@register.filter
def failure(code: str) -> str:
    """A failure's code in an operator's few words."""
    return failures.in_short(code)


@register.filter
def what_to_do(code: str) -> str:
    """What an operator does about a failure."""
    return advice.on(code)
