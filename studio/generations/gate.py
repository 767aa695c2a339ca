"""What a call passes on its way to a model, which has to answer and to have a place for it; and what it tells after."""

import random
from collections.abc import Mapping
from typing import Final

from studio import breaker, pace
from studio.failures import Failure
from studio.models import Generation, Status, WaitsFor

# Who waits for a place looks again at least so often: a limit may rise, and one that is guessed does with each answer.
LOOKS_AGAIN_S: Final = 70.0


class Held(Exception):
    """Nothing may be sent now. Waiting counts as no attempt."""

    def __init__(self, waits_for: WaitsFor, *, wait_s: float = 0) -> None:
        super().__init__(waits_for)
        self.waits_for = waits_for
        self.wait_s = wait_s


def enter(generation: Generation) -> None:
    """Takes a place at the model for a claimed generation that is about to be sent. Raises Held."""
    if breaker.holds(generation):
        raise Held(WaitsFor.MODEL)
    model = generation.model
    limited = pace.most(model=model.pk, per_minute=model.per_minute) is not None
    behind = _behind(generation) if limited else 0
    wait_s = pace.take(model=model.pk, per_minute=model.per_minute, behind=behind)
    if wait_s:
        raise Held(WaitsFor.PLACE, wait_s=spread(min(wait_s, LOOKS_AGAIN_S)))


def heard(generation: Generation, headers: Mapping[str, str]) -> None:
    """What came with an answer."""
    pace.told(model=generation.model_id, headers=headers)


def left(generation: Generation, *, failure: Failure | None = None, wait_s: float = 0) -> None:
    """How the call went; `wait_s`: when it may be made again."""
    breaker.note(generation=generation, failure=failure)
    if failure is None:
        pace.went_well(model=generation.model_id)
    elif failure.code == "rate_limited":
        pace.refused(model=generation.model_id, wait_s=wait_s)


def spread(seconds: float) -> float:
    """A little longer, each time by another share: who was sent away together does not come back together."""
    return seconds * random.uniform(1, 1.2)  # noqa: S311 - no secret


def _behind(generation: Generation) -> int:
    """How many have waited longer for a place at the model."""
    waiting = Generation.objects.filter(model_id=generation.model_id, status=Status.QUEUED, waits_for=WaitsFor.PLACE)
    if generation.waits_for == WaitsFor.PLACE:
        waiting = waiting.filter(due_at__lt=generation.due_at)
    return waiting.count()
