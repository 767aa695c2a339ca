"""What this process does after a while: one thread for all of it, for hundreds may wait at once.

A message with a countdown would lie unacknowledged in a worker, and one that loses its broker over such ends (celery
and kombu 5.7). What a process that ends leaves undone, the sweep does.
"""

import heapq
import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

_waiting: list[tuple[float, int, Callable[[], None]]] = []
_changed = threading.Condition()
_count = 0
_thread: threading.Thread | None = None


def after(seconds: float, act: Callable[[], None]) -> None:
    """Does it once the time is over."""
    global _count, _thread
    with _changed:
        _count += 1
        heapq.heappush(_waiting, (time.monotonic() + seconds, _count, act))
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_act_forever, name="later", daemon=True)
            _thread.start()
        _changed.notify()


def _act_forever() -> None:
    while True:
        act = _next()
        try:
            act()
        except DatabaseError as error:
            log.warning("left to the sweep: %s", type(error).__name__)
        finally:
            connection.close()


def _next() -> Callable[[], None]:
    with _changed:
        while not _waiting or _waiting[0][0] > time.monotonic():
            _changed.wait(_waiting[0][0] - time.monotonic() if _waiting else None)
        return heapq.heappop(_waiting)[2]
