"""What words read as to a safety check, told to the person who wrote them: the category, and what to change."""

from collections.abc import Callable, Iterable
from typing import Final

from django.utils.translation import gettext as _

OTHER: Final = "other"  # flagged, but by no category that we know

# A name below another, as in violence/graphic, says nothing more than the one above it, where it has no words itself.
READINGS: Final[dict[str, Callable[[], str]]] = {
    "violence": lambda: _("It reads as violence. Show the scene without anybody hurt or threatened."),
    "sexual": lambda: _("It reads as sexual. Show people dressed, and doing something else."),
    "hate": lambda: _("It reads as hatred of a group of people. Leave out what is said against them."),
    "harassment": lambda: _("It reads as an attack on somebody. Leave out the insult or the threat."),
    "self-harm": lambda: _("It reads as self-harm. Leave the wound or the act out."),
    "self-harm/intent": lambda: _(
        "It reads as if somebody meant to hurt themselves. If that is you: people listen at findahelpline.com, now."
    ),
    "illicit": lambda: _("It reads as help with something unlawful. Leave the instructions or the goods out."),
}


OF_PICTURES: Final[dict[str, Callable[[], str]]] = {
    "violence": lambda: _("The safety check refuses this picture: it reads as violence."),
    "sexual": lambda: _("The safety check refuses this picture: it reads as sexual."),
    "self-harm": lambda: _("The safety check refuses this picture: it reads as self-harm."),
}


def of_picture(categories: Iterable[str]) -> str:
    """One sentence on a picture that was refused."""
    known = (OF_PICTURES.get(name.split("/")[0]) for name in categories)
    said = next(filter(None, known), None)
    return said() if said else _("The safety check refuses this picture.")


def words(categories: Iterable[str]) -> str:
    """The sentences for some categories, each once; empty where none of them has any."""
    names = [name if name in READINGS else name.split("/")[0] for name in categories]
    return " ".join(READINGS[name]() for name in dict.fromkeys(names) if name in READINGS)
