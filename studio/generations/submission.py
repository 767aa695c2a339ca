"""A press of Generate becomes a run: quote, debit, run and generations in one transaction."""

import logging
import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from credits import ledger
from credits.models import Wallet
from studio import breaker, catalogue, log_ids, pauses, seals, sizes
from studio.briefs import Brief
from studio.generations import queue
from studio.models import Generation, Reference, Run, Status
from studio.quotes import Quote, quote

log = logging.getLogger(__name__)


class Denied(Exception):
    """A press that brings no run; nothing was charged."""


class QuoteChanged(Denied):
    """The price is not the one that the page showed."""

    def __init__(self, *, now: int) -> None:
        super().__init__(now)
        self.now = now


class NotSold(Denied):
    """The model is not offered with this quality and size any more."""


class OnHold(Denied):
    """This person gets no pictures while one of their runs is looked into."""


class NotAnswering(Denied):
    """The model does not answer at the moment."""


class Paused(Denied):
    """So many of this person's words were refused that no more are taken until then."""

    def __init__(self, *, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class NotFailed(Exception):
    """Only a failed frame is tried again."""


def submit(*, user: User, brief: Brief, key: uuid.UUID, quoted: int | None = None) -> Run:
    """Takes the credits and queues the frames. The same key with the same brief returns the first run.

    `quoted` is the sum that the page showed, None from a caller who agrees to any. Raises QuoteChanged where the price
    now is another, ledger.NotEnough, NotSold, OnHold, NotAnswering, Paused.
    """
    if seals.holds(owner_id=user.pk):
        raise OnHold
    with transaction.atomic():
        wallet = ledger.lock_of(user=user)  # one press of a wallet at a time: numbers, keys, turns
        if earlier := Run.objects.filter(owner=user, key=key, digest=brief.digest()).first():
            return earlier
        sold = catalogue.price(
            model_id=brief.model_id, mode=brief.mode, quality=brief.quality, band=sizes.band(brief.size)
        )
        if sold is None:
            raise NotSold
        if until := pauses.until(user=user):
            raise Paused(until=until)
        if breaker.refusing([sold.model]):
            raise NotAnswering
        price = quote(
            price=catalogue.facts(sold),
            count=brief.count,
            references=len(brief.pictures),
            previews=brief.previews,
        )
        if quoted not in (None, price.credits):
            raise QuoteChanged(now=price.credits)
        run = _open(user=user, wallet=wallet, brief=brief, key=key, price=price)
        ledger.debit(wallet=wallet, credits=price.credits, cause=f"run:{run.uuid}")
        Generation.objects.bulk_create(
            Generation(run=run, position=position, model_id=brief.model_id, credits=price.each)
            for position in range(1, brief.count + 1)
        )
        transaction.on_commit(lambda: _log(run, brief))
        queue.hand_over_held(wallet=wallet)
        if breaker.silent(sold.model):
            transaction.on_commit(queue.hand_over_probes)  # its pause is over, and this run's first asks
    return run


def retry(*, generation: Generation) -> Generation:
    """An operator's second try at a failed frame: a new generation in the same run, paid by the house.

    Asked twice it returns the first second try. Raises NotFailed.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update(no_key=True).get(pk=generation.run_id)
        if earlier := run.generations.filter(retry_of=generation).first():
            return earlier
        if not run.generations.filter(pk=generation.pk, status=Status.FAILED).exists():
            raise NotFailed
        last: int = run.generations.aggregate(last=Max("position"))["last"]
        again = Generation.objects.create(
            run=run, position=last + 1, model_id=generation.model_id, credits=0, retry_of=generation
        )
        transaction.on_commit(lambda: queue.hand_over(wallet_id=run.wallet_id))
    return again


def _open(*, user: User, wallet: Wallet, brief: Brief, key: uuid.UUID, price: Quote) -> Run:
    last: int | None = Run.objects.filter(owner=user).aggregate(last=Max("number"))["last"]
    run = Run.objects.create(
        owner=user,
        wallet=wallet,
        number=(last or 0) + 1,
        key=key,
        digest=brief.digest(),
        mode=brief.mode,
        prompt=brief.prompt,
        width=brief.width,
        height=brief.height,
        quality=brief.quality,
        output_format=brief.output_format,
        compression=brief.compression,
        background=brief.background,
        previews=brief.previews,
        credits=price.credits,
        instructions=brief.instructions,
        keep=list(brief.keep),
        keep_words=brief.keep_words,
        strength=brief.strength,
        mask_id=brief.mask_id,
        markup_id=brief.markup_id,
        feather_px=brief.feather_px,
        lock=brief.lock,
        sheet=brief.sheet,
        remade=brief.remade,
    )
    Reference.objects.bulk_create(
        Reference(run=run, image_id=image_id, role=role, position=position)
        for position, (image_id, role) in enumerate(brief.pictures, start=1)
    )
    return run


def _log(run: Run, brief: Brief) -> None:
    with log_ids.bound(run=run.uuid, frames=brief.count, credits=run.credits, model=brief.model_id):
        log.info("run accepted")
