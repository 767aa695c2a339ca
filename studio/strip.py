"""The pictures that go along, as a composer's form names them: in order, each with its role."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import uuids
from studio import library, picture_urls, uploads
from studio.models import Image, Mode, Role, Run, Upload, UploadState
from studio.picture_urls import PictureUrls
from studio.sizes import Size

MOST: Final = 16  # what any of today's models takes
NONE: Final = PictureUrls(src="", srcset="")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One picture of the strip. `uuid` is its image's once it is one, else its upload's."""

    uuid: uuid.UUID
    position: int
    role: str
    image: Image | None = None
    upload: Upload | None = None
    at: PictureUrls = NONE

    @property
    def handle(self) -> str:
        """Its name in the prompt."""
        return f"@{self.position}"

    @property
    def state(self) -> str:
        """`ready`, `waiting` to be read, turned `away`, or `gone`: deleted, or somebody else's."""
        if self.image is not None:
            return "ready"
        if self.upload is None or self.upload.state == UploadState.READY:
            return "gone"
        return "away" if self.upload.state == UploadState.TURNED_AWAY else "waiting"

    @property
    def words(self) -> str:
        """Why it is not ready."""
        if self.image is not None:
            return ""
        return (
            uploads.words(self.upload)
            if self.upload and self.state != "gone"
            else _("It is deleted. The library’s deleted pictures bring it back.")
        )

    @property
    def may_try_again(self) -> bool:
        """Whether reading its file once more may go otherwise."""
        return self.upload is not None and uploads.may_try_again(self.upload)

    @property
    def label(self) -> str:
        """What it is called besides: its frame's number, or its file's name."""
        if self.image is not None and self.image.generation is not None:
            return self.image.generation.frame
        return (self.image.name if self.image else self.upload.name if self.upload else "") or _("a picture")


@dataclass(frozen=True, kw_only=True)
class Strip:
    """All of them, in the order of their numbers."""

    pieces: list[Piece] = field(default_factory=list)

    @property
    def source(self) -> Piece | None:
        """The one that is to be edited."""
        return next((piece for piece in self.pieces if piece.role == Role.SOURCE), None)

    @property
    def source_size(self) -> Size | None:
        """Of the source, once it is a picture."""
        found = self.source.image if self.source else None
        return Size(found.width, found.height) if found else None

    @property
    def full(self) -> bool:
        """Whether no more fit."""
        return len(self.pieces) >= MOST

    def sent(self, mode: str) -> list[Piece]:
        """Those that go along with a run of that kind: with text to image they wait for another kind."""
        usable = [piece for piece in self.pieces if piece.state in ("ready", "waiting")]
        return [] if mode == Mode.TEXT else usable

    def mode(self) -> str:
        """The kind of work that these pictures make."""
        if not self.pieces:
            return Mode.TEXT
        return Mode.IMAGE if self.source else Mode.GUIDED


def read(*, user: User, data: Mapping[str, Any]) -> Strip:
    """As a form posts it, or an address says it: `picture=<uuid>` in order, `role-<uuid>=<role>`."""
    listed = data.getlist("picture") if isinstance(data, QueryDict) else list(data.get("picture", ()))
    names = list(dict.fromkeys(uuids(map(str, listed))))
    named = [(name, str(data.get(f"role-{name}", ""))) for name in names[: MOST + 1]]  # one too many is told, not lost
    return of(user=user, named=named, first=Role.STYLE if data.get("mode") == Mode.GUIDED else Role.SOURCE)


def of(*, user: User, named: Iterable[tuple[uuid.UUID, str]], first: str = Role.SOURCE) -> Strip:
    """Those pictures and files of the user's, each once and with its role; without one, it is `first`, or a style."""
    wanted = dict(named)
    files = {upload.uuid: upload for upload in Upload.objects.filter(owner=user, uuid__in=wanted)} if wanted else {}
    ids = [upload.image_id for upload in files.values() if upload.image_id]
    mine = library.owned(user=user)
    found = {image.uuid: image for image in mine.filter(uuid__in=wanted)} if wanted else {}
    by_id = mine.in_bulk(ids) if ids else {}
    pairs = [
        (name, role, found.get(name) or by_id.get(files[name].image_id or 0) if name in files else found.get(name))
        for name, role in wanted.items()
    ]
    signed = picture_urls.of([image for _name, _role, image in pairs if image])
    pieces: list[Piece] = []
    for name, role, image in pairs:
        if image and any(piece.image == image for piece in pieces):  # the same file was brought twice
            continue
        roles = {piece.role for piece in pieces}
        pieces.append(
            Piece(
                uuid=image.uuid if image else name,
                position=len(pieces) + 1,
                role=role if role in Role and not (role == Role.SOURCE and role in roles) else _usual(roles, first),
                image=image,
                upload=files.get(name),
                at=signed[image.pk] if image else NONE,
            )
        )
    return Strip(pieces=pieces)


def of_run(*, user: User, run: Run, whole: bool = True) -> Strip:
    """What a run was sent along with; as a `whole`, or where its words name pictures, each in its place though gone."""
    if run.mode == Mode.TEXT:
        return Strip()
    rows = run.references.select_related("image").order_by("position")
    whole = whole or run.names_pictures
    there = [row for row in rows if whole or (row.image and row.image.deleted_at is None)]
    return of(user=user, named=[(row.image.uuid if row.image else uuid.uuid4(), row.role) for row in there])


def _usual(taken: set[str], first: str) -> str:
    return Role.STYLE if taken else first
