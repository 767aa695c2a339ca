"""A worker's part: claim, call, keep the bytes, store them, finish."""

import logging
import uuid
from contextlib import closing, suppress
from functools import partial
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from studio import breaker, catalogue, image_api, live, log_ids, pictures, spans, spool, storage, tallies
from studio.failures import Failure
from studio.generations import checks, derivatives, desk, enclosures, endings, gate, leases, locking
from studio.generations.enclosures import Enclosures
from studio.models import Generation, Image, Mode, Status, WaitsFor
from studio.replies import Answer

log = logging.getLogger(__name__)

LONGEST_DELAY_S: Final = 600
RETRY_S: Final = (2, 5, 15, 30, 60)
MOST_TRIES: Final = 14  # with these pauses, ten minutes from the first


class LostClaim(Exception):
    """The row is another worker's by now."""


def run(*, generation_uuid: uuid.UUID) -> None:
    """Makes one picture, if its row is still to be had. Doubled, late and lost messages do no harm."""
    generation = claim(generation_uuid=generation_uuid)
    if generation is None:
        return
    with log_ids.bound(run=generation.run.uuid, generation=generation.uuid), leases.held(generation):
        try:
            checks.check(run=generation.run)  # before a place at the model is taken, or anything sent
            gate.enter(generation)
            along = _along(generation)
        except gate.Held as held:
            endings.put_back(generation=generation, delay_s=held.wait_s, waits_for=held.waits_for, counted=False)
            return
        except Failure as failure:
            _ask_again_or_fail(generation, failure)
            return
        try:
            with closing(along):
                answer = _call(generation, along)
        except LostClaim:
            return
        except Failure as failure:
            settle(generation=generation, failure=failure)
            return
        try:
            in_hand = _kept(generation, answer)
            del answer  # of hundreds that came at once, none waits for the desk in memory
            deliver(generation=generation, answer=in_hand)
        except (*storage.ERRORS, DatabaseError) as error:
            log.warning("generation %s waits: %s", generation.uuid, type(error).__name__)
            with suppress(DatabaseError):  # then the lease lapses by itself
                leases.shorten(generation)


def _kept(generation: Generation, answer: Answer) -> Answer | None:
    """Onto the disk first, from where the desk takes it. Of a full one, the answer comes back as it is in hand."""
    in_hand = None
    try:
        spool.keep(generation=generation.uuid, answer=answer)
    except OSError as error:
        log.error("generation %s is not in the spool: %s", generation.uuid, type(error).__name__)
        in_hand = answer
    Generation.objects.filter(pk=generation.pk).update(received_at=timezone.now())
    gate.left(generation)
    return in_hand


def claim(*, generation_uuid: uuid.UUID) -> Generation | None:
    """Takes a queued and due row, by one conditional update; None where somebody else has it."""
    due = Q(due_at__isnull=True) | Q(due_at__lte=Now())
    claimed = Generation.objects.filter(due, uuid=generation_uuid, status=Status.QUEUED).update(
        status=Status.RUNNING,
        attempts=F("attempts") + 1,
        started_at=Now(),
        lease_until=leases.until(),
    )
    if claimed != 1:
        return None
    return Generation.objects.select_related("run__owner", "model__breaker").get(uuid=generation_uuid)


def deliver(*, generation: Generation, answer: Answer | None = None) -> None:
    """Checks, stores and announces the picture, then copies it; without an answer, the one that lies in the spool.

    Raises storage.ERRORS; the bytes stay in the spool for the sweep. Decoding and storing run on a few threads, so
    that hundreds of answers at once do not hold hundreds of pictures.
    """
    try:
        store = partial(_store, generation, answer)
        made = locking.in_turn(store) if locking.is_large(generation) else desk.store(store)
    except Failure as failure:
        settle(generation=generation, failure=failure)
        spool.drop(generation=generation.uuid)
        return
    if made:
        image, picture = made
        try:
            desk.copy(partial(derivatives.make, image=image, picture=picture))
        finally:
            desk.shelf.take_off(picture)


def settle(*, generation: Generation, failure: Failure) -> None:
    """A failed call ends its row, or queues it again where asking again surely cost nothing."""
    if failure.kind.stops:
        catalogue.stop(model=generation.model, reason=failure.code)
    tallies.add("model_errors", generation.model.api_name, failure.code)
    gate.left(generation, failure=failure, wait_s=_delay_s(generation, failure))
    _ask_again_or_fail(generation, failure, waits_for=_waits_for(generation, failure))


def _ask_again_or_fail(generation: Generation, failure: Failure, waits_for: str = "") -> None:
    log.warning("generation %s: %s %s", generation.uuid, failure.code, failure.request_id)
    delay_s = _delay_s(generation, failure)
    waited_s = (timezone.now() - generation.created_at).total_seconds()
    soon = delay_s < LONGEST_DELAY_S and waited_s + delay_s < settings.QUEUE_DEADLINE_S
    # Who waits for a place, or for a model that is down, waits for a turn: such tries are not counted against it.
    if failure.kind.retry and soon and (waits_for or generation.attempts < MOST_TRIES):
        endings.put_back(generation=generation, delay_s=gate.spread(delay_s), waits_for=waits_for)
    else:
        endings.fail(generation=generation, failure=failure)


def _delay_s(generation: Generation, failure: Failure) -> float:
    return failure.retry_after_s or RETRY_S[min(generation.attempts, len(RETRY_S)) - 1]


def _waits_for(generation: Generation, failure: Failure) -> str:
    if failure.code == "rate_limited":
        return WaitsFor.PLACE
    down = failure.kind.outage and breaker.is_down(model_id=generation.model_id)
    return WaitsFor.MODEL if down else ""


def _along(generation: Generation) -> Enclosures:
    return Enclosures() if generation.run.mode == Mode.TEXT else desk.store(partial(enclosures.of, generation.run))


def _call(generation: Generation, along: Enclosures) -> Answer:
    run_ = generation.run
    call = image_api.Call(
        model=generation.model.api_name,
        prompt=run_.sent_prompt,
        size=f"{run_.width}x{run_.height}",
        quality=run_.quality,
        output_format=run_.output_format,
        compression=run_.compression,
        background=run_.background,
        previews=min(run_.previews, generation.model.most_previews),
        safety_identifier=image_api.safety_identifier(str(run_.owner.uuid)),
        seed=str(generation.pk),
        pictures=along.pictures,
        mask=along.mask,
        markup=along.markup,
    )
    key = storage.new_key(owner=run_.owner.uuid, suffix=pictures.SUFFIXES[run_.output_format])
    mine = Generation.objects.filter(pk=generation.pk, status=Status.RUNNING, attempts=generation.attempts)
    if mine.update(sent_at=timezone.now(), object_key=key, lease_until=leases.until()) != 1:
        raise LostClaim  # this worker slept so long that another has the row: it must not buy as well
    generation.object_key = key
    connection.close()  # nothing of the database is held while the model works
    endings.tell(generation, Status.RUNNING)
    with spans.span("model call", model=call.model, size=call.size, quality=call.quality):
        return image_api.generate(
            call,
            on_partial=partial(_show, generation),
            on_accepted=partial(_note_request, generation.pk),
            on_headers=partial(gate.heard, generation),
        )


def _note_request(pk: int, request_id: str) -> None:
    """Kept at once: if this worker dies now, the provider can still be asked about the call."""
    try:
        Generation.objects.filter(pk=pk, status=Status.RUNNING).update(request_id=request_id)
    except DatabaseError as error:
        log.warning("request id of call %s not kept: %s", pk, type(error).__name__)
    finally:
        connection.close()


def _show(generation: Generation, index: int, data: bytes) -> None:
    live.keep_preview(generation=generation.uuid, index=index, data=data)
    endings.tell(generation, Status.RUNNING, preview=index)


def _store(generation: Generation, answer: Answer | None) -> tuple[Image, pictures.Picture] | None:
    """What is to be copied later; None where there is no room for it until then, and it is copied at once."""
    answer = answer or spool.read(generation=generation.uuid)
    if answer is None:
        return None  # another worker's sweep has taken it
    try:
        picture = pictures.decode(answer.data)
    except pictures.NotAPicture as error:
        raise Failure("not_a_picture", request_id=answer.request_id, facts={"error": str(error)}) from error
    endings.tell(generation, "saving")
    content_type = pictures.CONTENT_TYPES[picture.output_format]
    storage.put(key=generation.object_key, data=answer.data, content_type=content_type)
    locked = locking.lock(generation=generation, made=picture)
    images = endings.finish(
        generation=generation,
        delivery=_delivery(generation, answer, picture),
        locked=locked,
    )
    spool.drop(generation=generation.uuid)
    if not images:
        return None  # it was at its end
    if not desk.shelf.lay(picture):
        derivatives.make(image=images[0], picture=picture)
        return None
    return images[0], picture


def _delivery(generation: Generation, answer: Answer, picture: pictures.Picture) -> endings.Delivery:
    return endings.Delivery(
        object_key=generation.object_key,
        output_format=picture.output_format,
        width=picture.width,
        height=picture.height,
        size_bytes=len(answer.data),
        got=answer.got,
        usage=answer.usage,
        request_id=answer.request_id,
    )
