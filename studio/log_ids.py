"""The ids that every log line carries while something is under way: of the request, the task, the run, the generation.

They follow a press from the page through the broker to the worker. Ids, codes and sums only, never a person's words.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_ids: ContextVar[Mapping[str, Any]] = ContextVar("log_ids", default={})  # noqa: B039  # nobody changes it in place


def current() -> Mapping[str, Any]:
    """Those that hold here and now."""
    return _ids.get()


@contextmanager
def bound(**ids: Any) -> Iterator[None]:
    """Adds some while the block runs; one that is None or empty is left out."""
    token = _ids.set({**_ids.get(), **_known(ids)})
    try:
        yield
    finally:
        _ids.reset(token)


def replace(**ids: Any) -> None:
    """Forgets all, and holds these: a worker's thread takes up one task after another."""
    _ids.set(_known(ids))


def _known(ids: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in ids.items() if value not in (None, "")}
