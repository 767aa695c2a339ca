"""Who is next. The rows are the queue; the broker gets a few of each user's at a time and is only a hint."""

import logging
import uuid
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import Now, RowNumber

from credits import broker, limits
from credits.models import Wallet
from studio import breaker
from studio.generations import later
from studio.models import Generation, Status, WaitsFor

log = logging.getLogger(__name__)

GENERATE = "studio.tasks.generate"
# One statement, for it comes with each press and each end. A row that is just being cancelled is passed over: its
# refund waits for the wallet that is held here. What waits for a place at a model holds back the owner's others of
# that model, as many as may be in flight, and none of another.
NEXT: Final = """
WITH mine AS (
    SELECT generation.id, held, held AND generation.status = 'queued' AND generation.waits_for = 'place' AS waits,
        row_number() OVER (PARTITION BY generation.model_id ORDER BY held DESC, generation.id) AS nth
    FROM studio_generation AS generation JOIN studio_run AS run ON run.id = generation.run_id,
        LATERAL (SELECT generation.status = 'running' OR generation.handed_at IS NOT NULL AS held) AS found
    WHERE run.wallet_id = %(wallet)s AND (generation.status = 'queued' OR generation.status = 'running')
), next AS MATERIALIZED (
    SELECT id FROM studio_generation
    WHERE id IN (SELECT id FROM mine WHERE nth <= %(most)s) AND status = 'queued' AND handed_at IS NULL
      AND model_id NOT IN (SELECT model_id FROM studio_breaker WHERE down_since IS NOT NULL)
    ORDER BY id
    LIMIT greatest(0, %(most)s - (SELECT count(*) FROM mine WHERE held AND NOT waits))
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE studio_generation SET handed_at = statement_timestamp() FROM next
WHERE studio_generation.id = next.id RETURNING studio_generation.id, studio_generation.uuid
"""


def hand_over(*, wallet_id: int) -> None:
    """Gives the broker a wallet's next generations, up to what it may have in flight.

    So one user's hundred never stand before another's first. What is for a model that is down, or that takes no more
    this minute, stays, and stands in the way of nothing for another model.
    """
    with transaction.atomic():
        hand_over_held(wallet=Wallet.objects.select_for_update(no_key=True).get(pk=wallet_id))


def hand_over_held(*, wallet: Wallet) -> None:
    """The same, within a transaction that holds the wallet."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"wallet": wallet.pk, "most": limits.of(wallet=wallet).in_flight})
        chosen = [found for _, found in sorted(cursor.fetchall())]
    if chosen:
        transaction.on_commit(lambda: enqueue(chosen))


def hand_over_probes() -> None:
    """Gives the broker one generation of each model that is down and may be asked again, unless it has one."""
    for model_id in breaker.due():
        mine = Generation.objects.filter(model_id=model_id, status=Status.QUEUED)
        if mine.filter(handed_at__isnull=False).exists():
            continue
        first = mine.order_by("id").values_list("uuid", flat=True).first()
        if first and mine.filter(uuid=first, handed_at__isnull=True).update(handed_at=Now()):
            enqueue([first])


def enqueue_later(generation: uuid.UUID, *, delay_s: float) -> None:
    """The same for one, after a while."""
    later.after(delay_s, lambda: enqueue([generation]))


def enqueue(generations: Iterable[uuid.UUID]) -> None:
    """Sends the messages. What the broker does not take, the sweep hands over when it is back."""
    left = list(generations)
    while left and broker.sent(GENERATE, of=left[0], queue="generate"):
        left.pop(0)
    if left:
        log.warning("%s generations wait for the broker", len(left))
        Generation.objects.filter(uuid__in=left, status=Status.QUEUED).update(handed_at=None)


def places(*, generations: Iterable[Generation]) -> dict[int, int]:
    """Each queued generation's place in the line of all users, 1 for the next, by its id.

    What the broker has goes first; of the rest, each user's next few, and so on. What is for a model that is down
    stands in no line, and what is for one that takes no more this minute in that model's own.
    """
    queued = [generation for generation in generations if generation.status == Status.QUEUED]
    if not queued:
        return {}
    nth = Window(RowNumber(), partition_by="run__wallet_id", order_by="id")
    waiting = Generation.objects.filter(status=Status.QUEUED).exclude(_down())
    mine = {generation.model_id for generation in queued}
    limited = waiting.filter(waits_for=WaitsFor.PLACE).exclude(model__in=mine)
    waiting = waiting.exclude(model__in=limited.values("model"))
    line = waiting.annotate(turn=(nth - 1) / settings.IN_FLIGHT_PER_USER)
    line = line.order_by(F("handed_at").asc(nulls_last=True), "turn", "id")
    order = {pk: place for place, pk in enumerate(line.values_list("pk", flat=True)[:1000], start=1)}
    return {generation.pk: order.get(generation.pk, len(order) + 1) for generation in queued}


def _down() -> Q:
    return Q(model__breaker__down_since__isnull=False)
