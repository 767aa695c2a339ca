"""How a generation ends: with its picture, or with its credits back. Each ending is one transaction, once."""

import logging
import uuid
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from credits import ledger
from credits.models import Entry
from studio import catalogue, live, log_ids, quotes
from studio.failures import LATE, Failure
from studio.generations import queue
from studio.generations.locking import Locked
from studio.models import (
    Generation,
    Image,
    ImageKind,
    ImageModel,
    Mode,
    OutputFormat,
    Role,
    Run,
    Status,
    WaitsFor,
)

log = logging.getLogger(__name__)


class NothingToRepay(Exception):
    """No picture was made, or the house paid for it."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A picture that lies in the store, and what its call said and used."""

    object_key: str
    output_format: str
    width: int
    height: int
    size_bytes: int
    got: dict[str, Any]
    usage: dict[str, Any]
    request_id: str


def finish(*, generation: Generation, delivery: Delivery, locked: Locked | None = None) -> list[Image]:
    """Attaches the picture, and the locked one of a masked edit after it. None where the row was at its end already.

    Some ends are not final (failures.LATE): a picture that turns up after all is attached, and stays free.
    """
    open_end = Q(status=Status.RUNNING) | Q(status=Status.FAILED, error_code__in=LATE)
    with transaction.atomic():
        attached = Generation.objects.filter(open_end, pk=generation.pk).update(
            status=Status.SUCCEEDED,
            ended_at=timezone.now(),
            lease_until=None,
            error_code="",
            got=delivery.got,
            usage=delivery.usage,
            cost_microusd=cost_of(model=generation.model, usage=delivery.usage),
            **({"request_id": delivery.request_id} if delivery.request_id else {}),
        )
        if not attached:
            return []
        images = _attach(generation, delivery, locked)
        transaction.on_commit(lambda: _ended(generation, Status.SUCCEEDED))
    return images


def _attach(generation: Generation, delivery: Delivery, locked: Locked | None) -> list[Image]:
    """The rows of what came. Of two pictures, the one that was asked for lies on the table."""
    run = generation.run
    shared = {"owner_id": run.owner_id, "generation": generation, "parent_id": _parent(run)}
    made = Image.objects.create(
        **shared,
        kind=ImageKind.RAW if locked else ImageKind.RESULT,
        on_table=not (locked and run.lock),
        object_key=delivery.object_key,
        output_format=delivery.output_format,
        width=delivery.width,
        height=delivery.height,
        size_bytes=delivery.size_bytes,
    )
    if locked is None:
        return [made]
    kept = Image.objects.create(
        **shared, kind=ImageKind.LOCKED, on_table=run.lock, output_format=OutputFormat.PNG, **asdict(locked)
    )
    return [made, kept]


def _parent(run: Run) -> int | None:
    """The picture that a run's pictures come from: its source, else the first that went along."""
    if run.mode == Mode.TEXT:
        return None
    rows = run.references.order_by(Case(When(role=Role.SOURCE, then=0), default=1), "position")
    return rows.values_list("image_id", flat=True).first()


def fail(*, generation: Generation, failure: Failure) -> bool:
    """Ends it without a picture and gives its share back. False where it was at its end, or is another's by now."""
    return _end(
        generation,
        Q(attempts=generation.attempts),
        from_=(Status.QUEUED, Status.RUNNING),
        to=Status.FAILED,
        error_code=failure.code,
        error_params=failure.facts,
        outcome_unknown=failure.kind.unknown,
        **({"request_id": failure.request_id} if failure.request_id else {}),
    )


def cancel(*, generation: Generation) -> bool:
    """Ends a frame that still waits, and refunds it. False once it was sent: the model is being paid."""
    return _end(generation, from_=(Status.QUEUED,), to=Status.CANCELLED)


def repay(*, generation: Generation, by: User, reason: str) -> Entry:
    """Gives the share of a picture that was made back, once: an operator's word to a user who was let down by it.

    The cause is the same as a failed frame's, so that the ledger lets no frame come back twice: then it is the first
    entry that is returned. Raises NothingToRepay.
    """
    if generation.status != Status.SUCCEEDED or not generation.credits:
        raise NothingToRepay
    entry = _give_back(generation, note=reason, by=by)
    log.info("generation %s: entry %s gives its share back, user %s", generation.uuid, entry.pk, by.pk)
    return entry


def put_back(
    *, generation: Generation, delay_s: float = 0, waits_for: str = "", counted: bool = True, lost: bool = False
) -> bool:
    """Queues a claimed generation again: nothing was sent, or what was sent surely cost nothing.

    What waits for its model to answer rests in the rows alone. Whatever it waits for, its owner's others go meanwhile.
    """
    rests = waits_for == WaitsFor.MODEL
    mine = Generation.objects.filter(pk=generation.pk, status=Status.RUNNING, attempts=generation.attempts)
    if lost:  # the worker that was taken for lost may have sent it this moment
        mine = mine.filter(sent_at__isnull=True)
    done = mine.update(
        status=Status.QUEUED,
        sent_at=None,
        request_id="",
        lease_until=None,
        due_at=None if rests else Now() + timedelta(seconds=delay_s),
        handed_at=None if rests else Now(),
        waits_for=waits_for,
        attempts=F("attempts") - int(not counted),
        losses=F("losses") + int(lost),
    )
    if done:
        announce(generation, Status.QUEUED)
    if done and waits_for:
        queue.hand_over(wallet_id=generation.run.wallet_id)
    if done and not rests:
        queue.enqueue_later(generation.uuid, delay_s=delay_s)
    return bool(done)


def _end(generation: Generation, *still: Q, from_: tuple[Status, ...], to: Status, **changes: Any) -> bool:
    with transaction.atomic():
        ended = Generation.objects.filter(*still, pk=generation.pk, status__in=from_).update(
            status=to, ended_at=timezone.now(), lease_until=None, **changes
        )
        if not ended:
            return False
        if generation.credits:
            _give_back(generation)
        transaction.on_commit(lambda: _ended(generation, to, code=changes.get("error_code", "")))
    return True


def _give_back(generation: Generation, *, note: str = "", by: User | None = None) -> Entry:
    run = generation.run
    return ledger.refund(
        wallet=run.wallet,
        credits=generation.credits,
        cause=f"generation:{generation.uuid}",
        reverses=f"run:{run.uuid}",
        note=note,
        by=by,
    )


def _ended(generation: Generation, outcome: str, *, code: str = "") -> None:
    """One line for each end, and word to all who wait for it."""
    started = generation.started_at
    with log_ids.bound(
        run=generation.run.uuid,
        generation=generation.uuid,
        model=generation.model_id,
        outcome=str(outcome),
        code=code,
        seconds=round((timezone.now() - started).total_seconds(), 1) if started else None,
    ):
        log.info("generation ended")
    announce(generation, outcome)


def announce(generation: Generation, state: str) -> None:
    """Tells the owner's pages, and gives the broker the owner's next."""
    if state not in (Status.QUEUED, Status.RUNNING):
        queue.hand_over(wallet_id=generation.run.wallet_id)
    tell(generation, state)


def tell(generation: Generation, state: str, **facts: Any) -> None:
    """One event about one frame, to its owner's pages."""
    owner: uuid.UUID = generation.run.owner.uuid
    live.publish(user=owner, kind="frame", frame=generation.uuid, run=generation.run.uuid, state=state, **facts)


def cost_of(*, model: ImageModel, usage: dict[str, Any]) -> int | None:
    """What the call cost the house by its own account of tokens, in millionths of a dollar; None without one."""
    if not usage:
        return None
    inputs, outputs = usage.get("input_tokens_details", {}), usage.get("output_tokens_details", {})
    image_in = inputs.get("image_tokens", 0)
    text_in = inputs.get("text_tokens") or max(0, usage.get("input_tokens", 0) - image_in)
    # Details of the output are often absent: then all of it is billed as picture (third party, litellm#31142).
    image_out = outputs.get("image_tokens") or usage.get("output_tokens", 0)
    return quotes.cost_microusd(
        tokens=catalogue.tokens_of(model), text_in=text_in, image_in=image_in, image_out=image_out
    )
