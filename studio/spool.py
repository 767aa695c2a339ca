"""The worker's own disk, where a picture's bytes wait for the store: what was paid for is never only in memory."""

import json
import uuid
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from studio.image_api import Answer


def keep(*, generation: uuid.UUID, answer: Answer) -> None:
    """Writes the bytes and what the call said of them; complete or not there at all."""
    settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = asdict(answer)
    data = facts.pop("data")
    draft = _path(generation).with_suffix(".draft")
    head = json.dumps(facts).encode()
    draft.write_bytes(len(head).to_bytes(4) + head + data)
    draft.rename(_path(generation))


def read(*, generation: uuid.UUID) -> Answer | None:
    """What was kept, or None."""
    try:
        stored = _path(generation).read_bytes()
    except FileNotFoundError:
        return None
    end = 4 + int.from_bytes(stored[:4])
    return Answer(data=stored[end:], **json.loads(stored[4:end]))


def kept() -> list[uuid.UUID]:
    """Whose bytes lie here."""
    return [uuid.UUID(path.stem) for path in settings.SPOOL_DIR.glob("*.bytes")]


def drop(*, generation: uuid.UUID) -> None:
    """Forgets it, once the store has it."""
    _path(generation).unlink(missing_ok=True)


def _path(generation: uuid.UUID) -> Path:
    path: Path = settings.SPOOL_DIR / f"{generation}.bytes"
    return path
