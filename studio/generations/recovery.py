"""The sweep: what a crash, a lost message or a store that was down left lying is carried on or ended."""

import logging
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from studio import breaker, spool, storage
from studio.failures import LATE, Failure
from studio.generations import derivatives, endings, leases, queue, work
from studio.models import ENDED, Generation, Status
from studio.replies import Answer

log = logging.getLogger(__name__)

# How long a picture's bytes wait for a store that does not take them before the credits go back.
STORE_PATIENCE: Final = timedelta(hours=1)
# How much longer than a call may take its row may be open: then its thread hangs, whatever its lease says.
CALL_MARGIN_S: Final = 120
AT_ONCE: Final = 200
MOST_LOSSES: Final = 3  # a frame that ends so many workers is asked no more


def recover() -> dict[str, int]:
    """One sweep; how many rows it enqueued again, settled, ended as overdue, and pictures it offered to the store."""
    done = {"enqueued": _enqueue_lost(), "overdue": _end_overdue(), "offered": _offer_kept(), "settled": 0}
    if leases.trusted():
        done["settled"] = _settle_lapsed()
    derivatives.make_missing()
    return done


def _rows() -> QuerySet[Generation]:
    return Generation.objects.select_related("run__owner", "run__wallet", "model")


def _settle_lapsed() -> int:
    rows = list(_rows().filter(leases.lapsed()).order_by("lease_until")[:AT_ONCE])
    store_answers = True
    for generation in rows:
        store_answers = _settle(generation, store_answers=store_answers)
    return len(rows)


def _offer_kept() -> int:
    """The spool: what belongs to a row that failed for want of the store is offered again, what is delivered goes."""
    spool.drop_stale()
    ended = _rows().filter(uuid__in=spool.kept(), status__in=ENDED)
    late = Q(status=Status.FAILED, error_code__in=LATE)
    for generation in ended.exclude(late):
        spool.drop(generation=generation.uuid)
    offered = 0
    for generation in ended.filter(late):
        try:
            if answer := spool.read(generation=generation.uuid):
                work.deliver(generation=generation, answer=answer)
                offered += 1
        except storage.ERRORS as error:
            log.warning("generation %s waits for the store: %s", generation.uuid, type(error).__name__)
            break  # a store that is slow to fail is asked once a sweep
        except Exception as error:
            _log_unforeseen(generation, error)
    return offered


def _enqueue_lost() -> int:
    """Queued for as long as a lease since it was handed over: the message may be lost. One too many finds no row."""
    lost_before = Now() - timedelta(seconds=settings.LEASE_S)
    due = Q(due_at__isnull=True) | Q(due_at__lte=Now())
    queued = Generation.objects.filter(status=Status.QUEUED)
    lost = list(queued.filter(due, handed_at__lt=lost_before).values_list("uuid", flat=True))
    queued.filter(uuid__in=lost).update(handed_at=Now())
    queue.enqueue(lost)
    queue.hand_over_probes()
    for wallet_id in set(queued.filter(handed_at__isnull=True).values_list("run__wallet_id", flat=True)):
        queue.hand_over(wallet_id=wallet_id)
    return len(lost)


def _end_overdue() -> int:
    """Nobody waits for ever: not for a turn, and not for a call whose thread hangs."""
    waited = Q(status=Status.QUEUED, created_at__lt=Now() - timedelta(seconds=settings.QUEUE_DEADLINE_S))
    hangs = Q(status=Status.RUNNING, sent_at__lt=Now() - timedelta(seconds=settings.IMAGE_TIMEOUT_S + CALL_MARGIN_S))
    rows = list(_rows().filter(waited | (hangs & Q(received_at__isnull=True)))[:AT_ONCE])
    down = breaker.down()
    for generation in rows:
        code = "not_answering" if generation.model_id in down else "waited_too_long"
        if generation.status == Status.RUNNING:
            code = "lost_touch"
        endings.fail(generation=generation, failure=Failure(code, facts={"error": "deadline"}))
    return len(rows)


def _settle(generation: Generation, *, store_answers: bool) -> bool:
    """A lease that lapsed: adopt what lies in the spool or the store; else end it, or queue it if nothing was sent.

    Whether the store answers still: one that does not is not asked for the rows that follow, which wait.
    """
    if not _take(generation):
        return store_answers
    try:
        if store_answers and _adopt(generation):
            return True
    except storage.ERRORS as error:
        log.warning("generation %s waits for the store: %s", generation.uuid, type(error).__name__)
        store_answers = False
    except Exception as error:  # its end comes below all the same, and the sweep goes on to the next
        _log_unforeseen(generation, error)
    if not store_answers and generation.object_key:
        if generation.sent_at and generation.sent_at < timezone.now() - STORE_PATIENCE:
            endings.fail(generation=generation, failure=Failure("not_stored"))
    elif generation.received_at and generation.received_at > timezone.now() - STORE_PATIENCE:
        pass  # it came, and lies in the spool of another machine, whose sweep will find it
    elif generation.sent_at is not None:
        endings.fail(generation=generation, failure=Failure("lost_touch", facts={"error": "worker lost"}))
    elif generation.losses + 1 >= MOST_LOSSES:
        endings.fail(generation=generation, failure=Failure("worker_lost"))
    else:
        endings.put_back(generation=generation, lost=True)
    return store_answers


def _log_unforeseen(generation: Generation, error: Exception) -> None:
    """One row that nobody has thought of holds up no other's. Without what the error says: it may quote anything."""
    log.error("generation %s cannot be delivered: %s", generation.uuid, type(error).__name__)


def _take(generation: Generation) -> bool:
    """Holds the row for this sweep, so that two sweeps never settle it together."""
    held = Generation.objects.filter(leases.lapsed(), pk=generation.pk)
    return held.update(lease_until=leases.until(leases.SOON_S * 3)) == 1


def _adopt(generation: Generation) -> bool:
    """Delivers the picture, if it lies in the spool or got as far as the store. Raises storage.ERRORS."""
    answer = spool.read(generation=generation.uuid)
    if answer is None and generation.object_key and storage.exists(key=generation.object_key):
        answer = Answer(data=storage.get(key=generation.object_key), got={}, usage={}, request_id="")
    if answer is None:
        return False
    with leases.held(generation):
        work.deliver(generation=generation, answer=answer)
    return True
