import os
import time
from typing import Any

from django.apps import AppConfig


class Broken(AppConfig):
    name = "tests.chaos.broken"

    def ready(self) -> None:
        """Breaks the promise that BROKEN names, in this process."""
        PROMISES[os.environ["BROKEN"]]()


def drop_refund() -> None:
    from studio.generations import endings

    endings._give_back = lambda generation, **how: None


def skip_claim() -> None:
    from django.db.models.functions import Now

    from studio.generations import leases, work
    from studio.models import ENDED, Generation, Status

    def take_any(*, generation_uuid: Any) -> Generation | None:
        rows = Generation.objects.filter(uuid=generation_uuid)
        rows.exclude(status__in=ENDED).update(status=Status.RUNNING, started_at=Now(), lease_until=leases.until())
        return rows.exclude(status__in=ENDED).select_related("run__owner", "run__wallet", "model").first()

    work.claim = take_any


def publish_before_commit() -> None:
    from studio.generations import queue, submission

    class Hasty:
        """Django's transactions, but that what should wait for the commit does not."""

        atomic = staticmethod(queue.transaction.atomic)

        @staticmethod
        def on_commit(send: Any) -> None:
            send()
            time.sleep(0.1)  # the commit takes its time, as it may

    queue.transaction = submission.transaction = Hasty


def buy_again() -> None:
    import dataclasses

    from studio import failures

    lost = failures.KINDS["lost_touch"]
    failures.KINDS["lost_touch"] = dataclasses.replace(lost, retry=True)


def keep_orphans() -> None:
    from studio import storage

    storage.put = _twice(storage.put)
    storage.delete = lambda *, keys: None


def _twice(put: Any) -> Any:
    def stored_twice(*, key: str, **what: Any) -> None:
        put(key=key, **what)
        owner, _slash, name = key.partition("/")
        if "-" not in name[36:]:
            put(key=f"{owner}/0{name[1:]}", **what)

    return stored_twice


PROMISES = {each.__name__: each for each in (drop_refund, skip_claim, publish_before_commit, buy_again, keep_orphans)}
