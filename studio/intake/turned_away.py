"""Why a file is not taken in, and the words for whoever sent it: what is wrong with it, and what to send instead.

Rows and logs keep the code and its facts; the file's name is added when the words are made.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

NAME_LENGTH: Final = 60


class TurnedAway(Exception):
    """A file that is not taken in. `facts` never hold a file name or words of the user."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, Any] = facts


KINDS: Final[dict[str, Callable[[], str]]] = {
    "pdf": lambda: _("a PDF"),
    "svg": lambda: _("an SVG drawing"),
    "html": lambda: _("a web page"),
    "office": lambda: _("an Office document"),
    "zip": lambda: _("a ZIP archive"),
    "archive": lambda: _("an archive"),
    "psd": lambda: _("a Photoshop file"),
    "tiff": lambda: _("a TIFF or a camera’s raw file"),
    "bmp": lambda: _("a BMP"),
    "icon": lambda: _("an icon file"),
    "jpeg2000": lambda: _("a JPEG 2000"),
    "jxl": lambda: _("a JPEG XL"),
    "video": lambda: _("a video"),
    "audio": lambda: _("a sound file"),
    "program": lambda: _("a program"),
    "text": lambda: _("a text"),
}

WORDS: Final[dict[str, Callable[[], str]]] = {
    "empty": lambda: _("%(name)s is empty, not a byte arrived. Send it once more."),
    "too_heavy": lambda: _("%(name)s has more than %(most_mb)s MB. Send it smaller, or as a JPEG."),
    "unknown": lambda: _("%(name)s is not a picture we can read. %(send)s"),
    "other_kind": lambda: _("%(name)s is %(kind)s, not a picture we can read. %(send)s"),
    "too_many_pixels": lambda: _(
        "%(name)s has %(megapixels)s megapixels, and %(most)s are the most. Send it with fewer pixels."
    ),
    "too_many_of_its_kind": lambda: _(
        "%(name)s has %(megapixels)s megapixels, and %(most)s are the most of a picture stored in this way. "
        "Send it with fewer pixels, or as a plain JPEG or PNG."
    ),
    "too_small": lambda: _(
        "%(name)s is %(width)s × %(height)s pixels, and each side needs %(least)s. Send a larger one."
    ),
    "too_long": lambda: _(
        "%(name)s is %(width)s × %(height)s pixels, more than %(most)s times as long as it is wide. Send a part of it."
    ),
    "animated": lambda: _("%(name)s moves. Send one of its frames as a still picture."),
    "cut": lambda: _("%(name)s breaks off, its end is missing. Copy it anew from where it came and send that."),
    "damaged": lambda: _("%(name)s is damaged. Open it in a picture program, save it anew and send that."),
    "bomb": lambda: _(
        "%(name)s unpacks to far more than a picture. Open it in a picture program, save it anew and send that."
    ),
    "scans": lambda: _(
        "%(name)s is drawn in %(scans)s passes, far more than a picture needs. Save it anew as a plain JPEG."
    ),
    "passenger": lambda: _(
        "%(name)s carries something besides the picture. Open it in a picture program, save it anew and send that."
    ),
    "passenger_of_kind": lambda: _(
        "%(name)s is a picture and %(kind)s in one. Open it in a picture program, save it anew and send that."
    ),
}


def words(code: str, facts: Mapping[str, Any], *, name: str) -> str:
    """A sentence or two for the person who sent the file of that name."""
    told = dict(facts) | {"name": _short(name), "send": _send()}
    if "kind" in facts:
        told["kind"] = KINDS[facts["kind"]]()
    return WORDS[code]() % told


def _send() -> str:
    return _("Send PNG, JPEG, WebP, HEIC or AVIF, up to 50 MB.")


def _short(name: str) -> str:
    """Beginning and end of a long name."""
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 16]}…{name[-15:]}"
