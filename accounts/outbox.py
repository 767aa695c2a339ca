"""The local outbox: mails as Django's file backend has left them, newest first."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

RULE = b"\n" + b"-" * 79 + b"\n"
SHOWN = 50
CODE = re.compile(r"^(\d{3}) ?(\d{3})$", re.MULTILINE)
NAME = re.compile(r"^[\w.-]+$")


@dataclass(frozen=True)
class Letter:
    """One mail. `code` is what it asks its reader to type, if anything."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str
    html: str

    @property
    def code(self) -> str:
        """The six digits that stand on a line of their own."""
        found = CODE.search(self.text)
        return "".join(found.groups()) if found else ""


def letters() -> list[Letter]:
    """The newest mails."""
    paths = sorted(Path(settings.OUTBOX_DIR).glob("*.log"), key=_moment, reverse=True)
    return [letter for path in paths[:SHOWN] if (letter := _read(path))]


def letter(*, name: str) -> Letter | None:
    """One mail by its file's name."""
    path = Path(settings.OUTBOX_DIR) / f"{name}.log"
    return _read(path) if NAME.match(name) and path.is_file() else None


def _moment(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # taken away in between


def _read(path: Path) -> Letter | None:
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    mail = message_from_bytes(raw.partition(RULE)[0], policy=policy.default)
    return Letter(
        name=path.stem,
        to=str(mail["to"] or ""),
        subject=str(mail["subject"] or ""),
        sent_at=datetime.fromtimestamp(_moment(path), UTC),
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""
