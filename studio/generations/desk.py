"""Where pictures are worked on: a few threads a process, behind whoever waits for a model's bytes or for a page.

What brings a picture to its page goes first; copies are made when no other picture waits for that, as far as there is
room for what waits.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from typing import Any, Final, TypeVar

from django.db import connection

from studio.pictures import Picture

THREADS: Final = (os.cpu_count() or 1) + 1  # one more than cores: the store is waited for
NICENESS: Final = 10  # the kernel gives a thread of 10 a tenth of what one of 0 gets, where cores are short
SHELF_PIXELS: Final = 16_000_000  # 48 MB, or 64 with a transparent ground
R = TypeVar("R")
Job = tuple["Future[Any]", Callable[[], Any]]

_urgent: "deque[Job]" = deque()
_later: "deque[Job]" = deque()


def store(work: Callable[[], R]) -> R:
    """Does what brings a picture to its page, and waits for it."""
    return _done(_urgent, work)


def copy(work: Callable[[], R]) -> R:
    """Does what can follow later, and waits for it."""
    return _done(_later, work)


class Shelf:
    """Room for decoded pictures that wait for their copies."""

    def __init__(self, pixels: int) -> None:
        self.free = pixels
        self.lock = threading.Lock()

    def lay(self, picture: Picture) -> bool:
        """Takes room for it, where there is some."""
        pixels = picture.width * picture.height
        with self.lock:
            fits = pixels <= self.free
            self.free -= pixels * fits
        return fits

    def take_off(self, picture: Picture) -> None:
        """Its room is free again."""
        with self.lock:
            self.free += picture.width * picture.height


shelf: Final = Shelf(SHELF_PIXELS)


def _done(line: "deque[Job]", work: Callable[[], R]) -> R:
    connection.close()  # the desk's threads need the pool: who holds one of its last and waits for them waits for ever
    done: Future[R] = Future()
    line.append((done, partial(copy_context().run, work)))
    _threads().submit(_next)  # one for each job: whoever is free takes the most urgent
    return done.result()


def _next() -> None:
    try:
        done, work = _urgent.popleft()
    except IndexError:
        done, work = _later.popleft()
    try:
        found = work()
    except BaseException as error:
        connection.close()
        done.set_exception(error)
    else:
        connection.close()
        done.set_result(found)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="desk", initializer=_step_back)


def _step_back() -> None:
    """Linux knows it of single threads; elsewhere they go with their process."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
