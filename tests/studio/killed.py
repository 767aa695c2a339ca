"""Workers, or pages, that the machine kills at chosen points: it reads `POINT UUID` a line, and tells each one's end.

Run by test_killed as a process of its own, since what is proved is that nothing of it is left to tidy up. Each death is
a fork's, so that Django is loaded once.
"""

import os
import signal
import sys
import uuid
from collections.abc import Callable
from typing import Any

import django

django.setup()

from accounts.models import User  # noqa: E402  # Django first
from studio import generations, image_api, live, spool, storage  # noqa: E402
from studio.generations import derivatives, endings, queue, work  # noqa: E402
from studio.models import Image  # noqa: E402
from tests.conftest import brief  # noqa: E402


def die(*args: Any, **kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(module: Any, name: str) -> None:
    setattr(module, name, die)


def after(module: Any, name: str) -> None:
    plain: Callable[..., Any] = getattr(module, name)

    def done_then_killed(*args: Any, **kwargs: Any) -> None:
        plain(*args, **kwargs)
        die()

    setattr(module, name, done_then_killed)


POINTS: dict[str, Callable[[], None]] = {
    "claimed": lambda: before(work, "_call"),
    "sent": lambda: before(image_api, "generate"),
    "waiting": lambda: after(live, "keep_preview"),
    "answered": lambda: before(spool, "keep"),
    "spooled": lambda: after(spool, "keep"),
    "storing": lambda: before(storage, "put"),
    "stored": lambda: after(storage, "put"),
    "committing": lambda: after(Image.objects, "create"),
    "committed": lambda: before(endings, "announce"),
    "copying": lambda: before(derivatives, "make"),
    "published": lambda: before(queue, "enqueue"),
}


def live_until(point: str, name: uuid.UUID) -> None:
    POINTS[point]()
    if point == "published":
        generations.submit(user=User.objects.get(uuid=name), brief=brief(), key=uuid.uuid4())
    else:
        generations.run(generation_uuid=name)


if __name__ == "__main__":
    for line in sys.stdin:
        point, name = line.split()
        if (child := os.fork()) == 0:
            live_until(point, uuid.UUID(name))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
