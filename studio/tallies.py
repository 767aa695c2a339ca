"""Counts that no row holds, such as the store's errors: one hash in Valkey that all processes add to.

For monitors only. One that is lost does no harm, and they may begin again at nothing.
"""

import json
import logging
from typing import Any, Final

import redis

from studio import live

log = logging.getLogger(__name__)

KEY: Final = "tallies"


def add(*what: str) -> None:
    """Counts one more of it, as its name and labels tell. A broker that is down is no error."""
    try:
        live.connection().hincrby(KEY, json.dumps(what), 1)
    except redis.RedisError as error:
        log.warning("not counted: %s: %s", what[0], type(error).__name__)


def read() -> dict[tuple[str, ...], int] | None:
    """Every count; None where the broker is down."""
    try:
        counts: Any = live.connection().hgetall(KEY)
    except redis.RedisError:
        return None
    return {tuple(json.loads(what)): int(count) for what, count in counts.items()}
