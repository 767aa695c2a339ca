"""The log of paid calls: one line of JSON for each, whatever became of its answer."""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One call. It holds no prompt. `sha256` is that of the picture's file, where one was made."""

    request_id: str
    model: str
    seed: str
    size: str
    quality: str
    outcome: str
    sha256: str | None


def record(line: Line, *, path: str | None) -> None:
    """Append the line to the log, if one is kept. One write per line, so that lines never mix."""
    if path is None:
        return
    text = json.dumps({"time": round(time.time(), 3), **asdict(line)}) + "\n"
    descriptor = os.open(Path(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
