"""The cache. One that is away holds nothing: pages are slower, limits let everybody in, and nothing fails."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.base import default_key_func
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.crypto import salted_hmac
from redis import RedisError

log = logging.getLogger(__name__)

REST_S: Final = 5


def name(key: str, prefix: str, version: int) -> str:
    """A key as the server has it. allauth counts by addresses and mailboxes: neither is readable there."""
    if key.startswith("allauth:"):
        key = f"allauth:{salted_hmac('gptimage.cache', key, algorithm='sha256').hexdigest()}"
    return str(default_key_func(key, prefix, version))


class Client(RedisCacheClient):
    """Django's, which raises what goes wrong, with an answer for each question that could not be asked."""

    away_until = 0.0

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._made: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """One, to keep: Django makes one for each question, which costs more than the question."""
        if write not in self._made:
            self._made[write] = super().get_client(key, write=write)
        return self._made[write]

    def _or(self, instead: Any, ask: Callable[..., Any], *args: Any) -> Any:
        """After a failure nothing is asked for a while: a server that hangs would hold up each question of a page."""
        return instead if time.monotonic() < self.away_until else self._try(instead, ask, *args)

    def _try(self, instead: Any, ask: Callable[..., Any], *args: Any) -> Any:
        """Tried in any case: what is written or removed must not stay as it was, such as a session that was ended."""
        try:
            return ask(*args)
        except RedisError as error:
            self.away_until = time.monotonic() + REST_S
            log.warning("cache is away: %s", type(error).__name__)
            return instead

    def add(self, *args: Any) -> Any:
        """As if it had been added: allauth takes its locks so, and an absent lock hinders nobody."""
        return self._or(True, super().add, *args)

    def get(self, key: Any, default: Any) -> Any:
        """Nothing is there."""
        return self._or(default, super().get, key, default)

    def set(self, *args: Any) -> Any:
        """Nothing is kept."""
        return self._try(None, super().set, *args)

    def touch(self, *args: Any) -> Any:
        """Nothing is there."""
        return self._try(False, super().touch, *args)

    def delete(self, *args: Any) -> Any:
        """Nothing is there."""
        return self._try(False, super().delete, *args)

    def get_many(self, *args: Any) -> Any:
        """Nothing is there."""
        return self._or({}, super().get_many, *args)

    def has_key(self, *args: Any) -> Any:
        """Nothing is there."""
        return self._or(False, super().has_key, *args)

    def incr(self, key: Any, delta: int) -> Any:
        """Nothing is there, which Django tells by a ValueError."""
        found = self._or(None, super().incr, key, delta)
        if found is None:
            raise ValueError(key)
        return found

    def set_many(self, *args: Any) -> Any:
        """Nothing is kept."""
        return self._or(None, super().set_many, *args)

    def delete_many(self, *args: Any) -> Any:
        """Nothing is there."""
        return self._try(None, super().delete_many, *args)


class Cache(RedisCache):
    """Django's, with the client above."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
