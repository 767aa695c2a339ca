"""Objects in the S3 store, through Django's storage API. Keys are unguessable and lie under the owner's uuid."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache as once
from typing import IO, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage, storages
from storages.backends.s3 import S3Storage

from studio import tallies

# What the store's client raises when the store is down, slow, refuses or has lost the object.
ERRORS = (BotoCoreError, ClientError, OSError)
# A signed address is handed out for this part of its life, so that the browser's cache meets the same one again.
KEPT = 0.75


def new_key(*, owner: uuid.UUID, suffix: str) -> str:
    """A key for a new object of an owner: `<owner uuid>/<random uuid>.<suffix>`."""
    return f"{owner}/{uuid.uuid4()}.{suffix}"


def put(*, key: str, data: bytes | IO[bytes], content_type: str) -> None:
    """Stores bytes as they are, or a file's from where it is. Raises what the store's client raises."""
    store: Any = storages["default"]
    with _counted("put"):  # by the client itself: the storage's own way is made for large files, at three times the CPU
        _client(store).put_object(Bucket=store.bucket_name, Key=key, Body=data, ContentType=content_type)


def get(*, key: str) -> bytes:
    """The whole object. Raises FileNotFoundError when there is none."""
    with _counted("get"), default_storage.open(key, "rb") as stored:
        data: bytes = stored.read()
    return data


def exists(*, key: str) -> bool:
    """Whether the object is there."""
    with _counted("head"):
        return default_storage.exists(key)


def listing(*, at_once: int) -> Iterator[list[tuple[str, datetime]]]:
    """Every object of the store, so many at a time: its key and when it was stored."""
    objects = default_storage.bucket.objects.page_size(at_once)  # type: ignore[attr-defined]  # of its S3 storage
    with _counted("list"):
        for page in objects.pages():
            yield [(found.key, found.last_modified) for found in page]


def delete(*, keys: list[str]) -> None:
    """Removes objects; one that is gone already is no error."""
    for key in keys:
        with _counted("delete"):
            default_storage.delete(key)
        cache.delete_many([_cache_key(key, ""), _cache_key(key, "attachment")])


def ask(*, timeout_s: float) -> None:
    """Asks the store once whether it would take pictures. Raises what the store's client raises."""
    store = _asking(timeout_s)
    store.connection.meta.client.head_bucket(Bucket=store.bucket_name)


def url(*, key: str, filename: str = "") -> str:
    """A signed address for browsers, the same for most of its life. With a file name it downloads under that name."""
    return urls(groups=[[key]], filename=filename)[0][0]


def urls(*, groups: Sequence[Sequence[str]], filename: str = "") -> list[list[str]]:
    """Those of keys that are only shown together, such as a picture's copies; a group is known by its first key."""
    names = [_cache_key(group[0], "attachment" if filename else "") for group in groups]
    known: dict[str, list[str]] = cache.get_many(names) if names else {}
    pairs = zip(names, groups, strict=True)
    fresh = {name: [_sign(key, filename) for key in group] for name, group in pairs if name not in known}
    if fresh:
        cache.set_many(fresh, timeout=int(settings.SIGNED_URL_S * KEPT))
    found = known | fresh
    return [found[name] for name in names]


@contextmanager
def _counted(operation: str) -> Iterator[None]:
    """Counts the store's errors for monitors, and lets them through."""
    try:
        yield
    except ERRORS as error:
        tallies.add("store_errors", operation, type(error).__name__)
        raise


def _cache_key(key: str, how: str) -> str:
    return f"addresses:{how}:{key}"


def _sign(key: str, filename: str) -> str:
    parameters = {"ResponseCacheControl": f"private, max-age={settings.SIGNED_URL_S}, immutable"}
    if filename:
        parameters["ResponseContentDisposition"] = f'attachment; filename="{filename}"'
    address: str = _signing().url(key, parameters=parameters, expire=settings.SIGNED_URL_S)
    return address


@once
def _client(store: S3Storage) -> Any:
    """One for all threads, which the storage would each give its own: half a second of CPU a thread."""
    return store.connection.meta.client


@once
def _signing() -> S3Storage:
    """The storage whose addresses browsers can reach: signing covers the host, so it cannot be swapped afterwards."""
    configured: dict[str, Any] = settings.STORAGES["default"]["OPTIONS"]
    options = {**configured, "endpoint_url": settings.S3_PUBLIC_URL or None}
    return S3Storage(**options)


@once
def _asking(timeout_s: float) -> S3Storage:
    """The storage with little patience."""
    configured: dict[str, Any] = settings.STORAGES["default"]["OPTIONS"]
    impatient = Config(connect_timeout=timeout_s, read_timeout=timeout_s, retries={"total_max_attempts": 1})
    return S3Storage(**{**configured, "client_config": configured["client_config"].merge(impatient)})
