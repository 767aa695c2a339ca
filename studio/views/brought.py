"""What a composer's post brings besides its fields: files, a mask, and presses that change the strip."""

import contextlib
import math
import threading
from typing import Final, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from studio import drawings, edits, storage, strip, uploads
from studio.models import Image, Mode
from studio.strip import Strip

PATIENCE_S: Final = 5
_patient: Final = threading.BoundedSemaphore(2)  # of a process's eight threads
RECTANGLE: Final = ("left", "top", "right", "bottom")
# Of the three ways to say what is to change, one at a time: what each leaves aside, and what it can't be without.
OTHERS: Final = {
    "paint": ("markup", "extend_shape"),
    "extend": ("mask", "markup"),
    "markup": ("mask", "extend_shape"),
}
NEEDED: Final = {"paint": "mask", "extend": "extend_shape", "markup": "markup"}


class Brought(NamedTuple):
    """The fields as they are then, the strip, and what went wrong: a field's name and a sentence."""

    data: QueryDict
    strip: Strip
    problems: list[tuple[str, str]]


def read(request: UserRequest, *, files_too: bool = True, leaves: bool = False, sends: bool = False) -> Brought:
    """Takes in what was posted. Files join the strip at its end; a mask is kept and named in its field.

    Without `files_too` nothing is stored: for somebody who was here too often. Who `leaves` the mask's page for the
    composer may have chosen nothing there. What was drawn on another source goes with that one, but for who `sends` it:
    nobody pays for less than the form showed.
    """
    data, problems = request.POST.copy(), list[tuple[str, str]]()
    files = request.FILES.getlist("picture_files") if files_too else []
    came = []
    room = max(0, strip.MOST - len(data.getlist("picture")))
    if len(files) > room:
        problems.append(("mode", _("Sixteen pictures can go along at most.")))
    for file in files[:room]:
        try:
            came.append(uploads.receive(user=request.user, file=file))
        except storage.ERRORS:
            problems.append(("mode", _("The store takes no files just now. Try it again in a moment.")))
    for upload in came:
        data.appendlist("picture", str(upload.uuid))
    if came and _patient.acquire(
        blocking=False
    ):  # only a form without scripts brings files: it can't look again itself
        try:
            uploads.wait_for(uploads=came, seconds=PATIENCE_S)
        finally:
            _patient.release()
    _press(data)
    found = strip.read(user=request.user, data=data)
    source = found.source.image if found.source else None
    if source and not sends and data.get("drawn_on") not in (None, "", str(source.uuid)):
        _undraw(data)
    if files and data.get("mode", Mode.TEXT) == Mode.TEXT:
        data["mode"] = found.mode()
    if files_too and source is not None:
        source.owner = request.user
        problems += _draw(request, data, source, leaves=leaves)
    return Brought(data, found, problems)


def one_way(data: QueryDict) -> str:
    """Empties what the way that the mask's page has chosen leaves aside; the way, or nothing where none is said."""
    kind = data.get("mask_kind", "")
    for name in OTHERS.get(kind, ()):
        data[name] = ""
    return kind if kind in OTHERS else ""


def _press(data: QueryDict) -> None:
    """A picture is taken away, or goes one place up or down: buttons that work without scripts."""
    names = data.getlist("picture")
    if (gone := data.get("remove")) in names:
        names.remove(str(gone))
    moved, _sign, way = data.get("move", "").partition(":")
    if moved in names:
        place = names.index(moved)
        names.insert(max(0, place + (1 if way == "later" else -1)), names.pop(place))
    data.setlist("picture", names)
    if data.get("unmask"):
        _undraw(data)


def _undraw(data: QueryDict) -> None:
    for name in (*edits.DRAWN, "drawn_on"):
        data[name] = ""


def _draw(request: UserRequest, data: QueryDict, source: Image, *, leaves: bool) -> list[tuple[str, str]]:
    """What the mask's page posts: what is painted, where the source is extended to, or what is drawn on it."""
    kind = data.get("mask_kind", "")
    painted, drawn = request.FILES.get("mask_file"), request.FILES.get("markup_file")
    rectangle = _rectangle(data)
    try:
        if kind == "paint" and (painted or rectangle):
            data["mask"] = str(drawings.mask(source=source, data=_bytes(painted), rectangle=rectangle).uuid)
        elif kind == "paint" and data.get("drawn"):  # the page's script says that all was cleared
            data["mask"] = ""
        if kind == "markup" and drawn:
            data["markup"] = str(drawings.markup(source=source, data=_bytes(drawn)).uuid)
        elif kind == "markup" and data.get("drawn"):
            data["markup"] = ""
    except drawings.Refused as refused:
        return [("mask", str(refused))]
    except storage.ERRORS:
        return [("mask", _("The store does not take the mask just now. Press again in a moment."))]
    if data.get(NEEDED.get(kind, "")):
        one_way(data)
    elif kind in NEEDED and not leaves and not any(data.get(name) for name in OTHERS[kind]):
        return [("mask", _("Nothing is chosen to change yet: paint it, extend the picture, or mark it up."))]
    return []


def _bytes(file: "UploadedFile[bytes] | None") -> bytes:
    if file is None:
        return b""
    if (file.size or 0) > drawings.MOST_BYTES:
        raise drawings.Refused(_("A mask can have 4 MB at most."))
    return bytes(file.read())


def _rectangle(data: QueryDict) -> drawings.Share | None:
    with contextlib.suppress(ValueError):
        found = drawings.Share(*(float(data.get(name, "")) for name in RECTANGLE))
        return found if all(map(math.isfinite, found)) else None
    return None
