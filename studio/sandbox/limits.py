"""So many calls a minute and model, as the real API counts them: told in headers, and answered by 429 above that."""

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

from studio.sandbox import errors
from studio.sandbox.behaviour import Behaviour

HEADER: Final = "x-ratelimit-{}-requests"


@dataclass
class Counter:
    """The calls of the last minute, by model. A refused one does not count."""

    taken: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, model: str, settings: Behaviour) -> dict[str, str]:
        """The headers for an answer that may be made; raises where it is one too many."""
        if settings.per_minute is None:
            return {}
        calls, now = self.taken[model], time.monotonic()
        while calls and calls[0] <= now - settings.minute_s:
            calls.popleft()
        refused = len(calls) >= settings.per_minute
        if not refused:
            calls.append(now)
        wait_s = calls[0] + settings.minute_s - now
        told = {
            HEADER.format("limit"): str(settings.per_minute),
            HEADER.format("remaining"): str(settings.per_minute - len(calls)),
            HEADER.format("reset"): f"{math.ceil(1000 * wait_s)}ms",
        }
        if refused:
            error = errors.rate_limited(str(math.ceil(wait_s)))
            error.headers |= told
            raise error
        return told
