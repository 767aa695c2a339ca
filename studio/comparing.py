"""Two to four pictures beside each other: which they may be, and what about them differs."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from accounts.models import User
from studio import facts, library
from studio.models import Image

LEAST: Final = 2
MOST: Final = 4
NEWEST: Final = 24
RELATED: Final = 12
BROUGHT: Final = 12
BEFORE: Final = 3  # words that stand before those that differ, so that one sees where they are


class Row(NamedTuple):
    """One fact of each picture, in their order."""

    name: str
    values: list[str]


class Comparison(NamedTuple):
    """The facts that differ, the words apart where they do, and the facts that are the same in all."""

    differ: list[Row]
    words: list[str]
    same: list[Row]

    @property
    def differing(self) -> int:
        """How many facts differ."""
        return len(self.differ) + bool(self.words)

    @property
    def compared(self) -> int:
        """How many were compared."""
        return self.differing + len(self.same)


def found(*, user: User, uuids: Iterable[UUID]) -> list[Image]:
    """The first four of these that are the user's and not deleted, in this order, each once."""
    order = list(dict.fromkeys(uuids))
    images = library.owned(user=user).filter(uuid__in=order).select_related("generation__model")
    return sorted(images, key=lambda image: order.index(image.uuid))[:MOST]


def related(*, image: Image) -> list[Image]:
    """What a picture is likely compared with: others of its run, what it was made from, and what was made from it."""
    near = library.near(image=image).union(Image.objects.filter(pk=image.parent_id or 0).values("pk"))
    lies = Q(on_table=True) | Q(pk=image.parent_id) | Q(generation__isnull=False, generation=image.generation_id)
    others = library.owned(user=image.owner).filter(lies, pk__in=near).exclude(pk=image.pk)
    first = Case(When(pk=image.parent_id, then=0), default=1)
    return list(others.order_by(first, "generation__run", "generation__position", "id")[:RELATED])


def frame(images: Iterable[Image]) -> tuple[int, int]:
    """Width and height of the smallest frame that holds them all with their longer sides made equal."""
    longer = 1000
    sides = [(image.width / (most := max(image.width, image.height)), image.height / most) for image in images]
    return round(longer * max(width for width, _height in sides)), round(longer * max(height for _w, height in sides))


def of(known: Sequence[dict[str, str]]) -> Comparison:
    """What was told of each picture, what differs apart from the rest."""
    names = list(dict.fromkeys(name for one in known for name in one))
    rows = [Row(name, [one.get(name, "") for one in known]) for name in names]
    differ = [row for row in rows if len(set(row.values)) > 1]
    same = [row for row in rows if len(set(row.values)) == 1]
    words = [row for row in differ if row.name == _("Words")]
    return Comparison(
        differ=[row for row in differ if row not in words],
        words=apart(words[0].values) if words else [],
        same=same,
    )


def told(*, image: Image) -> dict[str, str]:
    """What is known of a picture, by name: what was got, or where that is not told, what was asked for."""
    generation = image.generation
    if generation is None:
        return {
            _("Size"): f"{image.width} × {image.height}",
            _("Format"): image.get_output_format_display(),
        }
    run, known = generation.run, facts.of(image=image, receipt=facts.receipt(image=image))
    return {
        **{fact.name: fact.got or fact.asked for fact in known if fact.name != _("Locked")},
        _("Size"): f"{image.width} × {image.height}",
        _("Kind of work"): ", ".join(filter(None, (run.work, run.remade_words))),
        _("Previews"): _("on") if run.previews else _("off"),
        _("Words"): run.prompt,
    }


def in_short(known: dict[str, str]) -> list[str]:
    """What stands under a picture, of what was told of it: model, quality, time."""
    return [known[name] for name in (_("Model"), _("Quality"), _("Time")) if name in known]


def apart(texts: Sequence[str]) -> list[str]:
    """Each text without the words that all of them begin or end with, but for a few: "…" stands for those."""
    words = [text.split() for text in texts]
    shortest = min(len(one) for one in words)
    head = _shared(words)
    tail = min(_shared([one[::-1] for one in words]), shortest - head)
    return [_cut(one, max(head - BEFORE, 0), max(tail - BEFORE, 0)) for one in words]


def _shared(words: Sequence[Sequence[str]]) -> int:
    """With how many words all of them begin."""
    return sum(1 for _same in takewhile(lambda these: len(set(these)) == 1, zip(*words, strict=False)))


def _cut(words: Sequence[str], head: int, tail: int) -> str:
    kept = words[head : len(words) - tail]
    return " ".join([*["…"][:head], *kept, *["…"][:tail]])
