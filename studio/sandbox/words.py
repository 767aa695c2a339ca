"""Reading a prompt: which things it names and how near to the front, and which colours it gives to what."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from studio.sandbox import looks, vocabulary
from studio.sandbox.oklab import Lab, from_hex

SUBJECT_WEIGHT, SETTING_WEIGHT, ASIDE_WEIGHT = 2.0, 1.0, 0.6
COLOUR_WEIGHT, MOOD_WEIGHT = 0.25, 0.55
_PAUSES = frozenset(",.;:()")


@dataclass(frozen=True)
class Reading:
    """What a prompt says. `terms` are (name, weight); `nears` those of things that only stand near a name."""

    tokens: tuple[str, ...]
    terms: tuple[tuple[str, float], ...]
    nears: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Tint:
    """A colour named in a prompt, with the few words before and after that say whose it is."""

    colour: Lab
    before: tuple[str, ...]
    after: tuple[str, ...]
    leading: bool


@cache
def _same() -> dict[str, str]:
    return {
        form: stem(name) for name, words in _lines(vocabulary.SAME) for word in words for form in (word, stem(word))
    }


@cache
def _near() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, words in _lines(vocabulary.NEAR):
        for word in words:
            found.setdefault(stem(word), []).append(canonical(name))
    return {word: tuple(names) for word, names in found.items()}


def _lines(table: str) -> list[tuple[str, list[str]]]:
    rows = [line.split(":") for line in table.strip().splitlines()]
    return [(name, words.split()) for name, words in rows]


def tokens(text: str) -> tuple[str, ...]:
    """Words without accents, in small letters, and the marks that end a thought."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return tuple(re.findall(r"[a-z0-9]+|[,.;:()]", plain))


def stem(word: str) -> str:
    """The singular, as far as a simple rule gets."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def canonical(word: str) -> str:
    """One name for all words that mean the same thing."""
    root = stem(word)
    return _same().get(word) or _same().get(root) or root


def read(prompt: str) -> Reading:
    """The prompt's things; those before the first word of place weigh twice as much as those after."""
    said = tokens(prompt)
    terms: dict[str, float] = {}
    nears: dict[str, float] = {}
    weight = SUBJECT_WEIGHT
    for at, word in enumerate(said):
        if word in vocabulary.TURNS or word in _PAUSES:
            weight = _after(weight, word, begun=bool(terms or nears))
            continue
        if word in vocabulary.STOPWORDS or len(word) < 2:
            continue
        own = weight * _share(said, at)
        name = canonical(word)
        terms[name] = max(own, terms.get(name, 0))
        for near in _near().get(stem(word), ()):
            nears[near] = nears.get(near, 0) + own
    return Reading(said, tuple(terms.items()), tuple(nears.items()))


def _share(said: tuple[str, ...], at: int) -> float:
    """Words of colour and mood say little about what is in the picture."""
    if _is_colour(said, at):
        return COLOUR_WEIGHT
    return MOOD_WEIGHT if said[at] in looks.MOOD_WORDS else 1.0


def _after(weight: float, mark: str, *, begun: bool) -> float:
    """What follows is about the setting; a prompt that begins with its setting keeps its subject for later."""
    if not begun:
        return weight
    if mark == ".":
        return ASIDE_WEIGHT
    return min(weight, SETTING_WEIGHT)


def _is_colour(said: tuple[str, ...], at: int) -> bool:
    """A colour word before a noun or after "in"; "face cream" and "golden hour" are none."""
    if said[at] not in vocabulary.COLOURS:
        return False
    if at and said[at - 1] in ("in", "of", "and"):
        return True
    following = said[at + 1] if at + 1 < len(said) else "."
    return following not in _PAUSES and following not in vocabulary.NOT_A_COLOUR_BEFORE


def tints(said: tuple[str, ...]) -> list[Tint]:
    """Every colour that the words name, with its surroundings up to the next pause or word of place."""
    found, turned = [], False
    for at, word in enumerate(said):
        turned = turned or (word in vocabulary.TURNS and at > 1)
        if _is_colour(said, at) and not _is_monochrome(said, at):
            before, after = _stretch(said[:at][::-1]), _stretch(said[at + 1 :])
            found.append(Tint(_shaded(word, said, at), before, after, leading=not turned))
    return found


def _is_monochrome(said: tuple[str, ...], at: int) -> bool:
    return said[at : at + 3] == ("black", "and", "white") or said[max(0, at - 2) : at + 1] == ("black", "and", "white")


def _stretch(words: tuple[str, ...], limit: int = 5) -> tuple[str, ...]:
    """The next few words, up to a pause or, unless it's the very first, a word of place."""
    found: list[str] = []
    for at, word in enumerate(words[:limit]):
        if word in _PAUSES or (at and word in vocabulary.TURNS):
            break
        found.append(word)
    return tuple(found)


def _shaded(word: str, said: tuple[str, ...], at: int) -> Lab:
    light, a, b = from_hex(vocabulary.COLOURS[word])
    lift, chroma = vocabulary.SHADES.get(said[at - 1] if at else "", (0.0, 1.0))
    return min(0.97, max(0.12, light + lift)), a * chroma, b * chroma
