"""Which plate fits a prompt: words weighed by how rare they are on the shelf and where in the prompt they stand."""

import math
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from studio.sandbox import plates, traits, vocabulary, words
from studio.sandbox.plates import Plate

NAME, TAG, MENTION = 4.0, 1.5, 0.4
NEAR_SHARE = 0.45
# Plates that please whoever asked for something else altogether.
WELCOME = (
    "misty-mountains",
    "glass-shapes",
    "arches-and-pool",
    "silk-wave",
    "plaster-head",
    "sea-at-sunset",
    "liquid-chrome",
    "paper-landscape",
    "headphones-colour",
    "perfume-plinths",
    "night-city",
    "bicycle-and-wall",
)


@dataclass(frozen=True)
class Match:
    """Plates that may answer, best first. `named`: the first one shows the very thing that was asked for."""

    plates: tuple[Plate, ...]
    named: bool


@cache
def _weights(slug: str) -> dict[str, float]:
    """How much each word says about this plate, before rarity."""
    plate = next(one for one in plates.shelf() if one.slug == slug)
    found: dict[str, float] = {}
    layers = (
        (MENTION, words.tokens(plate.prompt)),
        (TAG, tuple(plate.tags)),
        (NAME, traits.of(slug).names),
    )
    for weight, layer in layers:
        for word in layer:
            if word not in vocabulary.STOPWORDS and len(word) > 1:
                found[words.canonical(word)] = weight
    return found


@cache
def _rarity() -> dict[str, float]:
    shelf = [_weights(plate.slug) for plate in plates.shelf()]
    counts: dict[str, int] = {}
    for weights in shelf:
        for word, weight in weights.items():
            counts[word] = counts.get(word, 0) + (1 if weight >= TAG else 0)
    return {word: math.log(1 + len(shelf) / max(1, count)) for word, count in counts.items()}


def score(plate: Plate, reading: words.Reading) -> float:
    """How well the plate fits what was said; 0 is not at all."""
    weights, rarity = _weights(plate.slug), _rarity()
    told = sum(weight * weights.get(name, 0) * rarity.get(name, 0) for name, weight in reading.terms)
    near = sum(weight * weights.get(name, 0) * rarity.get(name, 0) for name, weight in reading.nears)
    return told + NEAR_SHARE * near


def find(prompt: str, *, size: tuple[int, int] | None = None, cut_out: bool = False) -> Match:
    """The plates for a prompt. Where the subject is named, all that show it and fit about as well; else the
    few that come nearest, filled up with plates that please anyone."""
    reading = words.read(prompt)
    shelf = [plate for plate in plates.shelf() if not cut_out or traits.of(plate.slug).cuts_out]
    scores = {plate.slug: score(plate, reading) * _fit(plate, size) for plate in shelf}
    ranked = sorted(shelf, key=lambda plate: (-scores[plate.slug], _dice(prompt, plate.slug)))
    best = scores[ranked[0].slug]
    hit = _named(ranked[0], reading)
    if hit:
        alike = [p for p in ranked if scores[p.slug] > 0.7 * best and _named(p, reading) & hit]
        return Match(tuple(alike), named=True)
    near = [plate for plate in ranked[:4] if scores[plate.slug] > 0.3 * best > 0]
    return Match(tuple(near + _welcome(prompt, shelf, near)[: max(0, 2 - len(near))]), named=False)


PLACES = frozenset(("scene", "interior"))
FURNITURE = frozenset(("chair", "sofa", "balloon"))  # names of a place's plate that name no place


def place(prompt: str) -> Plate | None:
    """The plate of a place that the prompt names, though it may name a thing before it."""
    reading = words.read(prompt)
    named = [plate for plate in plates.shelf() if plate.kind in PLACES and _named(plate, reading) - FURNITURE]
    return max(named, key=lambda plate: score(plate, reading), default=None)


def _named(plate: Plate, reading: words.Reading) -> set[str]:
    """Names of the plate's subject that the prompt says, colours and asides apart."""
    said = {name for name, weight in reading.terms if weight >= words.SETTING_WEIGHT}
    return said & {words.canonical(name) for name in traits.of(plate.slug).names}


def _welcome(prompt: str, shelf: list[Plate], taken: list[Plate]) -> list[Plate]:
    free = [plate for plate in shelf if plate not in taken]
    chosen = [plate for plate in free if plate.slug in WELCOME] or free
    return sorted(chosen, key=lambda plate: _dice(prompt, plate.slug))


def _fit(plate: Plate, size: tuple[int, int] | None) -> float:
    """A plate of about the asked shape goes before one that has to be cut; one that can be widened hardly minds."""
    if size is None:
        return 1.0
    gap = abs(math.log((size[0] / size[1]) / (plate.width / plate.height)))
    return 1.0 - (0.04 if traits.of(plate.slug).stretch >= 6 else 0.16) * min(1.0, gap)


def _dice(prompt: str, slug: str) -> bytes:
    return sha256(f"{slug}\n{prompt}".encode()).digest()
