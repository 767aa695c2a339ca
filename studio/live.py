"""What is under way, told to open pages: events by Valkey's publish, and the partial previews they point at.

Never the truth: an event that is lost costs a page a moment, for it polls. Events carry ids and states only.
"""

import json
import logging
import uuid
from functools import cache
from typing import Any, Final

import redis
from django.conf import settings

log = logging.getLogger(__name__)

CHANNEL: Final = "live:"
PREVIEW_S: Final = 600


@cache
def connection() -> redis.Redis:
    """This process's connections. The pool waits for a free one: redis-py's own fails at the hundredth caller."""
    pool = redis.BlockingConnectionPool.from_url(
        settings.REDIS_URL, max_connections=50, timeout=20, socket_timeout=2, socket_connect_timeout=1
    )
    return redis.Redis(connection_pool=pool)


def publish(*, user: uuid.UUID, kind: str, **facts: Any) -> None:
    """Tells a user's pages that something changed. A broker that is down is no error."""
    try:
        connection().publish(f"{CHANNEL}{user}", json.dumps({"kind": kind, **facts}, default=str))
    except redis.RedisError as error:
        log.warning("live event lost: %s", type(error).__name__)


def keep_preview(*, generation: uuid.UUID, index: int, data: bytes) -> None:
    """Keeps the newest partial frame of a generation for a while."""
    try:
        pipe = connection().pipeline()
        pipe.hset(name := _key(generation), mapping={"index": index, "data": data})
        pipe.expire(name, PREVIEW_S)
        pipe.execute()
    except redis.RedisError as error:
        log.warning("preview of %s lost: %s", generation, type(error).__name__)


def preview(*, generation: uuid.UUID) -> bytes | None:
    """The newest partial frame, if there is one."""
    try:
        data: Any = connection().hget(_key(generation), "data")
    except redis.RedisError:
        return None
    return data if isinstance(data, bytes) else None


def preview_indices(*, generations: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How far each generation's previews are: the index of its newest, for those that have one."""
    if not generations:
        return {}
    try:
        pipe = connection().pipeline(transaction=False)
        for generation in generations:
            pipe.hget(_key(generation), "index")
        found = pipe.execute()
    except redis.RedisError:
        return {}
    return {generation: int(index) for generation, index in zip(generations, found, strict=True) if index is not None}


def drop_preview(*, generation: uuid.UUID) -> None:
    """Forgets a generation's preview once its picture is there."""
    try:
        connection().delete(_key(generation))
    except redis.RedisError as error:
        log.warning("preview of %s kept: %s", generation, type(error).__name__)


def _key(generation: uuid.UUID) -> str:
    return f"preview:{generation}"
