"""The life of a generation, over the real wire: database, broker, store and sandbox."""

import uuid
from collections.abc import Callable

from accounts.models import User
from credits.models import Entry
from studio import generations, storage
from studio.models import Image, Run, Status
from tests.conftest import balance, brief, give, work


def test_it_works(submitted: Callable[..., Run], alice: User) -> None:
    run = submitted(count=2)
    assert balance(alice) == 100 - run.credits
    frames = work(run)
    assert [frame.status for frame in frames] == [Status.SUCCEEDED] * 2
    image = Image.objects.get(generation=frames[0])
    stored = storage.get(key=image.object_key)
    assert stored[:4] == b"\x89PNG"
    assert len(stored) == image.size_bytes
    assert (image.width, image.height) == (1024, 1024)
    assert image.widths == [320, 640, 1024]
    assert storage.get(key=image.copy_key(320))[8:12] == b"WEBP"
    assert frames[0].cost_microusd
    assert balance(alice) == 100 - run.credits
