"""The promises, read from the database, the store and the model's own log once all is quiet. A breach is a sentence."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Count, Sum

from credits import audit
from credits.models import Entry, EntryKind
from studio import generations, library, spool, storage, uploads
from studio.models import ENDED, Generation, Image, ImageKind, Mode, Run, Status, Upload, UploadState
from tests.chaos.people import Person

RESULT, RAW, LOCKED = ImageKind.RESULT, ImageKind.RAW, ImageKind.LOCKED


def calm(frames: list[Generation], *, within_s: float) -> Iterator[str]:
    """Undisturbed, no frame waits for a sweep to find its message lost (or was cancelled before)."""
    for frame in frames:
        if frame.status == Status.CANCELLED and frame.started_at is None:
            continue
        waited = (frame.started_at - frame.created_at).total_seconds() if frame.started_at else within_s
        if waited >= within_s:
            yield f"frame {frame.frame} was undisturbed, and not claimed for {waited:.1f} s"


def ended() -> Iterator[str]:
    """None between."""
    for frame in Generation.objects.exclude(status__in=ENDED).select_related("run"):
        facts = ("model_id", "waits_for", "attempts", "losses", "handed_at", "due_at", "lease_until")
        why = ", ".join(f"{name} {value}" for name in facts if (value := getattr(frame, name)))
        yield f"frame {frame.frame} is {frame.status} still: {why}"


def delivered_or_refunded() -> Iterator[str]:
    """A picture, or the credits back, once: and both only where the picture turned up after the refund."""
    refunds: dict[str, list[Entry]] = {}
    for entry in Entry.objects.filter(kind=EntryKind.REFUND):
        refunds.setdefault(entry.cause, []).append(entry)
    for frame in Generation.objects.filter(status__in=ENDED).prefetch_related("images").select_related("run"):
        images, back = list(frame.images.all()), refunds.pop(f"generation:{frame.uuid}", [])
        name = f"frame {frame.frame} ({frame.status} {frame.error_code})"
        whole = [] if frame.status != Status.SUCCEEDED else [RAW, LOCKED] if frame.run.masked else [RESULT]
        if sorted(image.kind for image in images) != sorted(whole):
            yield f"{name} has {[image.kind for image in images]}, and not {whole}"
        if sum(image.on_table for image in images) != bool(whole):
            yield f"{name} has {sum(image.on_table for image in images)} pictures on the table"
        if frame.status == Status.SUCCEEDED:
            if any(entry.created_at >= image.created_at for entry in back for image in images):
                yield f"{name} was delivered and then refunded"
        elif [entry.credits for entry in back] != [frame.credits]:
            yield f"{name} cost {frame.credits} and gave {[entry.credits for entry in back]} back"
    for cause in refunds:
        yield f"a refund for {cause}, which is no frame that ended"


def charged() -> Iterator[str]:
    """Each run was paid for once, by what its frames cost; nothing else was paid for."""
    debits = dict(Entry.objects.filter(kind=EntryKind.DEBIT).values_list("cause", "credits"))
    for run in Run.objects.annotate(shares=Sum("generations__credits")):
        paid = -debits.pop(f"run:{run.uuid}", 0)
        if not paid == run.credits == run.shares:
            yield f"run {run.number} was quoted {run.credits}, its frames cost {run.shares}, and {paid} were taken"
    for cause in debits:
        yield f"a debit for {cause}, which is no run"


def pressed(people: list[Person]) -> Iterator[str]:
    """A press that a page took is a run, once; one that nothing answered is one at most."""
    runs = Counter(str(key) for key in Run.objects.values_list("key", flat=True))
    for person in people:
        for key in person.accepted:
            if runs[key] != 1:
                yield f"press {key} was taken, and is {runs[key]} runs"
        for key in person.unanswered:
            if runs[key] > 1:
                yield f"press {key} was not answered, and is {runs[key]} runs"


def stored() -> Iterator[str]:
    """The store holds what the rows say, and nothing else."""
    there = {key for listed in storage.listing(at_once=1000) for key, _ in listed}
    for image in Image.objects.all():
        keys = set(image.keys)
        if missing := keys - there:
            yield f"picture {image.uuid} lacks {sorted(missing)}"
        if not image.widths and image.kind not in library.DRAWN:
            yield f"picture {image.uuid} has no copies"
        there -= keys
    there -= {upload.quarantine_key for upload in Upload.objects.exclude(quarantine_key="")}
    for key in sorted(there):
        yield f"object {key} has no row"
    for name in spool.kept():
        yield f"bytes of {name} lie in the spool still"


def read(people: list[Person]) -> Iterator[str]:
    """Every file that a page took is a picture and has left quarantine, or its owner may have it read once more.

    One whose page never answered may have been cut off on its way in: of that no bytes are kept.
    """
    taken = {name for person in people for name in person.brought}
    for upload in Upload.objects.exclude(state=UploadState.READY, quarantine_key="", image__isnull=False):
        cut_off = str(upload.uuid) not in taken and upload.error_code == uploads.UNREAD and not upload.quarantine_key
        if not (cut_off or uploads.may_try_again(upload)):
            yield f"upload {upload.uuid} is {upload.state} {upload.error_code}"
    missing = taken - {str(name) for name in Upload.objects.values_list("uuid", flat=True)}
    yield from (f"upload {name} was taken, and has no row" for name in sorted(missing))


def paid_once(log: Path) -> Iterator[str]:
    """The model was paid once for a charge at most, and for each picture that was delivered."""
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    paid = Counter(line["seed"] for line in lines)
    for frame in Generation.objects.select_related("run"):
        calls = paid.pop(str(frame.pk), 0)
        if calls > 1:
            outcomes = [line["outcome"] for line in lines if line["seed"] == str(frame.pk)]
            yield f"frame {frame.frame} was paid for {calls} times: {outcomes}"
        if frame.status == Status.SUCCEEDED and not calls:
            yield f"frame {frame.frame} was delivered and never paid for"
    for seed in paid:
        yield f"the model was paid for {seed}, which is no frame"


def ledger_sound() -> Iterator[str]:
    """Wallets, lots and entries agree."""
    for finding in audit.findings():
        yield f"wallet {finding.wallet_id}: {finding.words}"


def breaches(*, people: list[Person], log: Path) -> list[str]:
    """All that was broken, after the store's own sweep."""
    generations.sweep_store(young=timedelta(seconds=-5))
    checks: list[Callable[[], Iterator[str]]] = [ended, delivered_or_refunded, charged, stored, ledger_sound]
    found = [words for check in checks for words in check()]
    return [*found, *pressed(people), *read(people), *paid_once(log)]


def counts() -> dict[str, Any]:
    """What became of the frames."""
    by_status = dict(Generation.objects.values_list("status").annotate(count=Count("id")).order_by())
    codes = Generation.objects.filter(status=Status.FAILED).values_list("error_code")
    free = Entry.objects.filter(kind=EntryKind.REFUND, cause__in=_causes(Status.SUCCEEDED)).count()
    return {
        "generations": sum(by_status.values()),
        **{status.value: by_status.get(status, 0) for status in ENDED},
        "free": free,
        "edits": Generation.objects.filter(run__mode=Mode.IMAGE).count(),
        "uploads": Upload.objects.count(),
        "codes": dict(codes.annotate(count=Count("id")).order_by("-count")),
    }


def _causes(status: Status) -> list[str]:
    return [f"generation:{name}" for name in Generation.objects.filter(status=status).values_list("uuid", flat=True)]
