"""The pool that workers run calls in: celery's threads, which it wants to end one by one as if they were processes."""

from typing import Any

from celery.concurrency.thread import ApplyResult, TaskPool  # type: ignore[attr-defined]  # its types are older than it


class Call(ApplyResult):
    """A call under way. No thread can be ended from outside."""

    def terminate(self, signal: int) -> None:
        """Does nothing: the lease decides what becomes of it (docs/DESIGN.md, A generation's life)."""


class Pool(TaskPool):
    """Threads of which a worker that ends may leave some at work, where celery's would have it end by a traceback."""

    def on_apply(self, *args: Any, **kwargs: Any) -> Call:  # type: ignore[override]
        """Starts a call."""
        return Call(super().on_apply(*args, **kwargs).f)

    def terminate_job(self, pid: int, signal: int | None = None) -> None:
        """Does nothing, likewise."""
