"""Who is next. The rows are the queue; the broker gets a few of each user's at a time and is only a hint."""

import logging
import uuid
from collections.abc import Iterable

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from credits import limits
from credits.models import Wallet
from studio import breaker
from studio.generations import later
from studio.models import Generation, Status

log = logging.getLogger(__name__)

GENERATE = "studio.tasks.generate"
# What the broker's client raises when the broker is down, slow, full or refuses.
BROKER_ERRORS = (KombuError, RedisError, OSError)


def hand_over(*, wallet_id: int) -> None:
    """Gives the broker a wallet's next generations, up to what it may have in flight.

    So one user's hundred never stand before another's first. What is for a model that is down stays, and stands in
    nobody's way.
    """
    with transaction.atomic():
        wallet = Wallet.objects.select_for_update(no_key=True).get(pk=wallet_id)
        mine = Generation.objects.filter(run__wallet=wallet)
        handed = Q(status=Status.RUNNING) | Q(status=Status.QUEUED, handed_at__isnull=False)
        free = limits.of(wallet=wallet).in_flight - mine.filter(handed).count()
        if free <= 0:
            return
        # A row that is just being cancelled is passed over: its refund waits for the wallet that is held here.
        waiting = mine.filter(status=Status.QUEUED, handed_at__isnull=True).exclude(_down()).order_by("id")
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        chosen = list(waiting.values_list("uuid", flat=True)[:free])
        Generation.objects.filter(uuid__in=chosen).update(handed_at=timezone.now())
        transaction.on_commit(lambda: enqueue(chosen))


def hand_over_probes() -> None:
    """Gives the broker one generation of each model that is down and may be asked again, unless it has one."""
    for model_id in breaker.due():
        mine = Generation.objects.filter(model_id=model_id, status=Status.QUEUED)
        if mine.filter(handed_at__isnull=False).exists():
            continue
        first = mine.order_by("id").values_list("uuid", flat=True).first()
        if first and mine.filter(uuid=first, handed_at__isnull=True).update(handed_at=timezone.now()):
            enqueue([first])


def enqueue_later(generation: uuid.UUID, *, delay_s: float) -> None:
    """The same for one, after a while."""
    later.after(delay_s, lambda: enqueue([generation]))


def enqueue(generations: Iterable[uuid.UUID]) -> None:
    """Sends the messages. A broker that is down, or full, is no error: the sweep hands them over when it is back."""
    left = list(generations)
    try:
        while left:
            current_app.send_task(GENERATE, args=[str(left[0])], queue="generate")
            left.pop(0)
    except BROKER_ERRORS as error:
        log.warning("%s generations from %s on wait for the broker: %s", len(left), left[0], type(error).__name__)
        Generation.objects.filter(uuid__in=left, status=Status.QUEUED).update(handed_at=None)


def places(*, generations: Iterable[Generation]) -> dict[int, int]:
    """Each queued generation's place in the line of all users, 1 for the next, by its id.

    What the broker has goes first; of the rest, each user's next few, and so on. What is for a model that is down
    stands in no line.
    """
    queued = [generation for generation in generations if generation.status == Status.QUEUED]
    if not queued:
        return {}
    nth = Window(RowNumber(), partition_by="run__wallet_id", order_by="id")
    waiting = Generation.objects.filter(status=Status.QUEUED).exclude(_down())
    line = waiting.annotate(turn=(nth - 1) / settings.IN_FLIGHT_PER_USER)
    line = line.order_by(F("handed_at").asc(nulls_last=True), "turn", "id")
    order = {pk: place for place, pk in enumerate(line.values_list("pk", flat=True)[:1000], start=1)}
    return {generation.pk: order.get(generation.pk, len(order) + 1) for generation in queued}


def _down() -> Q:
    return Q(model__breaker__down_since__isnull=False)
