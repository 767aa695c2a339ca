"""The cache. One that is away holds nothing: pages are slower, limits let everybody in, and nothing fails."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import default_key_func
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.crypto import salted_hmac
from redis import RedisError

log = logging.getLogger(__name__)


def name(key: str, prefix: str, version: int) -> str:
    """A key as the server has it. allauth counts by addresses and mailboxes: neither is readable there."""
    if key.startswith("allauth:"):
        key = f"allauth:{salted_hmac('gptimage.cache', key, algorithm='sha256').hexdigest()}"
    return str(default_key_func(key, prefix, version))


class Client(RedisCacheClient):
    """Django's, which raises what goes wrong, with an answer for each question that could not be asked."""

    def add(self, *args: Any) -> Any:
        """As if it had been added: allauth takes its locks so, and an absent lock hinders nobody."""
        return _or(True, super().add, *args)

    def get(self, key: Any, default: Any) -> Any:
        """Nothing is there."""
        return _or(default, super().get, key, default)

    def set(self, *args: Any) -> Any:
        """Nothing is kept."""
        return _or(None, super().set, *args)

    def touch(self, *args: Any) -> Any:
        """Nothing is there."""
        return _or(False, super().touch, *args)

    def delete(self, *args: Any) -> Any:
        """Nothing is there."""
        return _or(False, super().delete, *args)

    def get_many(self, *args: Any) -> Any:
        """Nothing is there."""
        return _or({}, super().get_many, *args)

    def has_key(self, *args: Any) -> Any:
        """Nothing is there."""
        return _or(False, super().has_key, *args)

    def incr(self, key: Any, delta: int) -> Any:
        """Nothing is there, which Django tells by a ValueError."""
        found = _or(None, super().incr, key, delta)
        if found is None:
            raise ValueError(key)
        return found

    def set_many(self, *args: Any) -> Any:
        """Nothing is kept."""
        return _or(None, super().set_many, *args)

    def delete_many(self, *args: Any) -> Any:
        """Nothing is there."""
        return _or(None, super().delete_many, *args)


class Cache(RedisCache):
    """Django's, with the client above."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client


def _or(instead: Any, ask: Callable[..., Any], *args: Any) -> Any:
    try:
        return ask(*args)
    except RedisError as error:
        log.warning("cache is away: %s", type(error).__name__)
        return instead
