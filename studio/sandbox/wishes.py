"""What a prompt for an edit says beside the picture: what must stay, and what the pictures sent are for."""

import re
from dataclasses import dataclass

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")
_KEEP = re.compile(
    r"\b(keep|preserve|leave|unchanged|don'?t (?:change|touch))\b.*"
    r"\b(product|subject|object|face|person|people|composition|framing|frame|crop|camera|angle|pose|perspective)\b"
    r"|\b(product|subject|face|composition|framing)\b.*\bunchanged\b",
    re.IGNORECASE,
)
_FOLLOW = re.compile(
    r"\b(follow|match|borrow|take|use|copy|adopt)\b.*\b(palettes?|colou?rs?|styles?|light|lighting|look|mood)\b",
    re.IGNORECASE,
)
_FRESH = re.compile(r"\bmake a new (picture|image)\b|\bnone of (them|these|the pictures) is a picture to edit\b", re.I)
_REMOVE = re.compile(r"\b(remove|erase|delete|clean up|get rid of|take away|fill in the (ground|background))\b", re.I)
_DYE = re.compile(r"\b(make|turn|paint|dye|recolou?r|colou?r|change)\b(?!.*\b(into|with|for|by) (a|an)\b)", re.I)
# Sentences about the pictures sent name things that are not to be painted.
_ASIDE = re.compile(r"\s*(keep|preserve|leave|follow|match|make a new|use the|picture \d|image \d|none of)\b", re.I)


@dataclass(frozen=True)
class Wishes:
    """`words` are the prompt without its sentences about the pictures sent."""

    words: str
    keeps: bool
    follows: bool
    fresh: bool
    removes: bool
    dyes: bool


def read(prompt: str) -> Wishes:
    """The wishes in a prompt."""
    sentences = [one for one in _SENTENCES.split(prompt) if one.strip()]
    told = " ".join(one for one in sentences if not _ASIDE.match(one))
    return Wishes(
        words=told or prompt,
        keeps=any(_KEEP.search(one) for one in sentences),
        follows=any(_FOLLOW.search(one) for one in sentences),
        fresh=bool(_FRESH.search(prompt)),
        removes=bool(_REMOVE.search(told)),
        dyes=bool(_DYE.search(told)),
    )
