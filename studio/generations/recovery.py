"""The sweep: what a crash, a lost message or a store that was down left lying is carried on or ended."""

import logging
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from studio import image_api, spool, storage
from studio.failures import Failure
from studio.generations import derivatives, endings, leases, queue, work
from studio.models import ENDED, Generation, Status

log = logging.getLogger(__name__)

# Handed to the broker this long ago and still queued: the message may be lost. One too many finds no row to claim.
LOST_AFTER: Final = timedelta(seconds=60)
# How long a picture's bytes wait for a store that does not take them.
STORE_PATIENCE: Final = timedelta(hours=1)


def recover() -> dict[str, int]:
    """One sweep; how many rows it enqueued again and how many lapsed leases it settled."""
    enqueued = _enqueue_lost()
    lapsed = Generation.objects.filter(status=Status.RUNNING, lease_until__lt=timezone.now())
    rows = list(lapsed.select_related("run__owner", "run__wallet", "model")[:200])
    for generation in rows:
        _settle(generation)
    derivatives.make_missing()
    _clear_spool()
    return {"enqueued": enqueued, "settled": len(rows)}


def _clear_spool() -> None:
    """Forgets bytes whose row is at its end, as a crash between the two leaves them."""
    kept = spool.kept()
    ended = Generation.objects.filter(uuid__in=kept, status__in=ENDED).exclude(outcome_unknown=True)
    for name in ended.values_list("uuid", flat=True):
        spool.drop(generation=name)


def _enqueue_lost() -> int:
    now = timezone.now()
    due = Q(due_at__isnull=True) | Q(due_at__lte=now)
    lost = list(
        Generation.objects.filter(due, status=Status.QUEUED, handed_at__lt=now - LOST_AFTER).values_list(
            "uuid", flat=True
        )
    )
    Generation.objects.filter(uuid__in=lost, status=Status.QUEUED).update(handed_at=now)
    queue.enqueue(lost)
    waiting = Generation.objects.filter(status=Status.QUEUED, handed_at__isnull=True)
    for wallet_id in set(waiting.values_list("run__wallet_id", flat=True)):
        queue.hand_over(wallet_id=wallet_id)
    return len(lost)


def _settle(generation: Generation) -> None:
    """A lease that lapsed: adopt what lies in the spool or the store; else end it, or queue it if nothing was sent."""
    if not _take(generation):
        return
    try:
        answer = _kept(generation)
        if answer is not None:
            with leases.held(generation):
                work.deliver(generation=generation, answer=answer)
            return
    except storage.ERRORS as error:
        _wait_for_store(generation, error)
        return
    if generation.received_at and generation.received_at > timezone.now() - STORE_PATIENCE:
        return  # it came, and lies in the spool of another machine, whose sweep will find it
    if generation.sent_at is not None:
        endings.fail(generation=generation, failure=Failure("lost_touch", facts={"error": "worker lost"}))
    elif generation.attempts >= work.MOST_CLAIMS:
        endings.fail(generation=generation, failure=Failure("worker_lost"))
    else:
        endings.put_back(generation=generation, delay_s=0)


def _take(generation: Generation) -> bool:
    """Holds the row for this sweep, so that two sweeps never settle it together."""
    now = timezone.now()
    held = Generation.objects.filter(pk=generation.pk, status=Status.RUNNING, lease_until__lt=now)
    return held.update(lease_until=now + timedelta(seconds=leases.SOON_S * 3)) == 1


def _kept(generation: Generation) -> image_api.Answer | None:
    """The picture, if it lies in the spool or got as far as the store. Raises storage.ERRORS."""
    answer = spool.read(generation=generation.uuid)
    if answer is None and generation.object_key and storage.exists(key=generation.object_key):
        data = storage.get(key=generation.object_key)
        answer = image_api.Answer(data=data, got={}, usage={}, request_id="")
    return answer


def _wait_for_store(generation: Generation, error: Exception) -> None:
    log.warning("generation %s waits for the store: %s", generation.uuid, type(error).__name__)
    if generation.sent_at and generation.sent_at < timezone.now() - STORE_PATIENCE:
        endings.fail(generation=generation, failure=Failure("not_stored"))
