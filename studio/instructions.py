"""What a model is told besides the prompt: what each picture is for, what must stay, what may change. Pure.

In English, whatever the reader's language: these are words for the model, shown to the person before they are sent.
"""

from collections.abc import Sequence
from typing import Final

ROLES: Final = {
    "source": "is the picture to edit.",
    "style": "is for its style: follow its look, light and texture, and not what it shows.",
    "subject": "shows the subject: the same one, recognisably, with the same features.",
    "product": "shows the product: this very one, with its shape, proportions, materials, labels and details.",
    "palette": "is for its palette: take the colours from it, and nothing else.",
    "layout": "is for its layout: place things as it does, and take nothing else from it.",
}
KEEP: Final = {
    "face": "the face and who it is",
    "subject": "the subject",
    "product": "the product",
    "angle": "the camera angle on the product",
    "composition": "the composition",
    "layout": "the layout",
    "framing": "the framing",
    "lighting": "the direction of the light",
    "colours": "the colours",
    "text": "all text and lettering",
}
STRENGTH: Final = {
    "low": "Stay very close to it: a slight variation.",
    "medium": "Vary it clearly, so that it is still the same picture.",
    "high": "Vary it freely: only its idea has to stay.",
}
WAYS: Final = {
    "mask": "Change only the masked area, and let it join what surrounds it; leave everything else as it is.",
    "extend": "Continue the picture into the masked border, with no seam; leave the picture itself as it is.",
    "markup": "The marks drawn on the picture are instructions: do what they ask, and leave no mark in the result.",
}
DRAFT: Final = "shows how it came out before: let what is new be like there."
NEW: Final = "Make a new picture; none of these is to be edited."


def words(
    *,
    roles: Sequence[str],
    keep: Sequence[str] = (),
    keep_words: str = "",
    strength: str = "",
    way: str = "",
    draft: bool = False,
) -> str:
    """One sentence a line; none where there is nothing to say. `roles` are those of @1, @2 and so on.

    The last is a `draft` where it shows what the edit made before.
    """
    what = [ROLES[role] for role in roles]
    if draft:
        what[-1] = DRAFT
    lines = [f"Image {place} (@{nth}) {what[nth - 1]}" for place, nth in enumerate(sent_order(roles), start=1)]
    if roles and "source" not in roles:
        lines.append(NEW)
    if way:
        lines.append(WAYS[way])
    if strength:
        lines.append(f"There, {STRENGTH[strength][0].lower()}{STRENGTH[strength][1:]}" if way else STRENGTH[strength])
    if keep:
        lines.append(f"Keep exactly as they are: {', '.join(KEEP[name] for name in KEEP if name in keep)}.")
    if keep_words:
        lines.append(f"Keep as it is, too: {keep_words}")
    return "\n".join(lines)


def sent_order(roles: Sequence[str]) -> list[int]:
    """In which order the pictures are sent, by their number: the source first, for a mask is of the first one."""
    return sorted(range(1, len(roles) + 1), key=lambda nth: roles[nth - 1] != "source")
