"""First pictures to start from: one press makes the reader's own version of a sample."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A prompt with its shape, and the sample (`static/plates/<plate>.webp`) that shows what to expect."""

    prompt: Promise | str
    shape: str
    plate: str

    @property
    def picture(self) -> str:
        """The sample's static file."""
        return f"plates/{self.plate}.webp"


SUGGESTIONS: Final = (
    Suggestion(prompt=_("A stoneware cup on a sunlit breakfast table"), shape="square", plate="stoneware-cup"),
    Suggestion(prompt=_("A tall iced spritz, sunny apricot ground"), shape="portrait", plate="iced-citrus-drink"),
    Suggestion(prompt=_("Pink arches beside a pool, hard afternoon sun"), shape="wide", plate="arches-and-pool"),
    Suggestion(prompt=_("A paper-cut sunset, ridges from peach to indigo"), shape="square", plate="paper-landscape"),
    Suggestion(
        prompt=_("An amber bottle of body oil on pale stone, leaf shadows"), shape="square", plate="amber-dropper"
    ),
    Suggestion(prompt=_("A snowy cabin at dusk, light in the windows"), shape="card", plate="snowy-cabin"),
    Suggestion(prompt=_("A mushroom lamp on a bedside table, late evening"), shape="portrait", plate="mushroom-lamp"),
    Suggestion(
        prompt=_("Dunes in evening light, the sky left free for a headline"), shape="wide", plate="desert-dunes"
    ),
)
