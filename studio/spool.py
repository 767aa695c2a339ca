"""The worker's own disk, where a picture's bytes wait for the store: what was paid for is never only in memory."""

import json
import logging
import os
import time
import uuid
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from django.conf import settings

from studio.replies import Answer

log = logging.getLogger(__name__)

DRAFT_S: Final = 3600
KEPT_S: Final = 14 * 86_400


def keep(*, generation: uuid.UUID, answer: Answer) -> None:
    """Writes the bytes and what the call said of them; complete or not there at all."""
    settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = asdict(answer)
    data = facts.pop("data")
    draft = _path(generation).with_suffix(".draft")
    head = json.dumps(facts).encode()
    with draft.open("wb") as file:
        file.writelines((len(head).to_bytes(4), head, data))
        file.flush()
        os.fsync(file.fileno())  # a name without its bytes is what a power cut would leave
    draft.rename(_path(generation))


def read(*, generation: uuid.UUID) -> Answer | None:
    """What was kept, or None. What can't be read is forgotten: it would hold up every sweep."""
    try:
        stored = _path(generation).read_bytes()
        end = 4 + int.from_bytes(stored[:4])
        return Answer(data=stored[end:], **json.loads(stored[4:end]))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        log.error("spool of generation %s can't be read", generation)
        drop(generation=generation)
        return None


def kept() -> list[uuid.UUID]:
    """Whose bytes lie here."""
    return [uuid.UUID(path.stem) for path in settings.SPOOL_DIR.glob("*.bytes")]


def drop_stale() -> None:
    """Forgets half-written drafts of workers that died over them, and bytes that nobody took for days."""
    now = time.time()
    for pattern, age_s in (("*.draft", DRAFT_S), ("*.bytes", KEPT_S)):
        for path in settings.SPOOL_DIR.glob(pattern):
            with suppress(FileNotFoundError):
                if now - path.stat().st_mtime > age_s:
                    path.unlink()


def drop(*, generation: uuid.UUID) -> None:
    """Forgets it, once the store has it."""
    _path(generation).unlink(missing_ok=True)


def _path(generation: uuid.UUID) -> Path:
    path: Path = settings.SPOOL_DIR / f"{generation}.bytes"
    return path
