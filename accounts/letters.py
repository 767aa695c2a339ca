"""Letters: rendered now, sent by a worker once what they tell is committed."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from accounts import tasks


def send(template: str, *, to: str, facts: dict[str, Any]) -> None:
    """A letter of ours to one address: `template` has a subject, a text and an HTML of its name."""
    subject, text, html = (
        render_to_string(f"{template}_{part}", facts) for part in ("subject.txt", "message.txt", "message.html")
    )
    post(subject=" ".join(subject.split()), text=text, html=html, sender=settings.DEFAULT_FROM_EMAIL, to=[to])


def post(**letter: Any) -> None:
    """Has a worker send it. What watches a broker sees what a task was given: not these words."""
    give = partial(tasks.deliver.apply_async, kwargs=letter, kwargsrepr="(a mail)")  # type: ignore[call-arg]
    transaction.on_commit(give)
