"""The store's own sweep: objects that no row names are adopted where they were paid for, and removed where not.

Only keys of our users, as `storage.new_key` and `Image.copy_key` make them, are looked at: what else lies there is not
ours.
"""

import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from studio import pictures, seals, storage
from studio.failures import LATE
from studio.generations import work
from studio.models import Generation, Image, Status
from studio.replies import Answer

log = logging.getLogger(__name__)

# What is younger may be on its way to its row.
YOUNG: Final = timedelta(days=1)
AT_ONCE: Final = 500
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OURS = re.compile(
    rf"(?P<stem>{_UUID}/{_UUID})(?P<copy>-\d+)?\.(?:{'|'.join(sorted(set(pictures.SUFFIXES.values())))})"
)


def sweep(*, young: timedelta = YOUNG) -> dict[str, int]:
    """Goes through the whole store; how many objects it adopted and removed. Raises storage.ERRORS."""
    done = {"adopted": 0, "removed": 0}
    before = timezone.now() - young
    for listed in storage.listing(at_once=AT_ONCE):
        old = [key for key, stored_at in listed if stored_at < before and _OURS.fullmatch(key)]
        orphans = _of_our_users(_without_image(old))
        mine = _generations(orphans)
        sealed = set(seals.kept().filter(generations__in=mine.values()).values_list("pk", flat=True))
        spare = [key for key in orphans if key not in mine]
        for key, generation in mine.items():
            if generation.status == Status.FAILED and generation.error_code in LATE:
                done["adopted"] += _adopt(generation)
            elif generation.status != Status.RUNNING and generation.run_id not in sealed:
                spare.append(key)
        storage.delete(keys=spare)
        done["removed"] += len(spare)
    if any(done.values()):
        log.warning("store swept: %s", done)
    return done


def _of_our_users(keys: list[str]) -> list[str]:
    """Without those of another studio that shares the bucket: each begins with its owner's uuid."""
    ours = {
        str(owner)
        for owner in User.objects.filter(uuid__in={_owner(key) for key in keys}).values_list("uuid", flat=True)
    }
    return [key for key in keys if _owner(key) in ours]


def _owner(key: str) -> str:
    return key.split("/", 1)[0]


def _stem(key: str) -> str:
    found = _OURS.fullmatch(key)
    assert found
    return found["stem"]


def _without_image(keys: list[str]) -> list[str]:
    """Those whose original belongs to no row. A copy belongs to its original's."""
    originals = [f"{stem}.{suffix}" for stem in {_stem(key) for key in keys} for suffix in pictures.SUFFIXES.values()]
    named = Image.objects.filter(Q(object_key__in=originals) | Q(work_key__in=originals))
    stems = {_stem(key) for keys_ in named.values_list("object_key", "work_key") for key in keys_ if key}
    return [key for key in keys if _stem(key) not in stems]


def _generations(keys: Iterable[str]) -> dict[str, Generation]:
    rows = Generation.objects.filter(object_key__in=list(keys)).select_related("run__owner", "run__wallet", "model")
    return {row.object_key: row for row in rows}


def _adopt(generation: Generation) -> bool:
    try:
        data = storage.get(key=generation.object_key)
        work.deliver(generation=generation, answer=Answer(data=data, got={}, usage={}, request_id=""))
    except storage.ERRORS as error:
        log.warning("object of generation %s not adopted: %s", generation.uuid, type(error).__name__)
    return Image.objects.filter(object_key=generation.object_key).exists()
