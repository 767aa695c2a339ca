"""Everything that is decided before a pixel is touched: plate, frame, colours, look and light.

A recipe follows from the prompt, the settings and the seed alone, so the same order gets the same picture.
"""

import math
from dataclasses import dataclass
from hashlib import sha256

from studio.sandbox import framing, looks, match, traits, vocabulary, words
from studio.sandbox.framing import Frame
from studio.sandbox.looks import Look
from studio.sandbox.oklab import Lab, from_hex
from studio.sandbox.plates import Plate
from studio.sandbox.traits import WHITE, Box, Traits
from studio.sandbox.validation import Order

# Grounds that a seed may choose for a packshot or a plain set where the words leave it open.
STUDIO_GROUNDS = (
    "#e8c6bb",
    "#b7c4ab",
    "#dccbb0",
    "#b5cbd9",
    "#c8bfe0",
    "#d08a6c",
    "#2f5f5e",
    "#efdca0",
    "#2a3040",
    "#d9d6d0",
)
NIGHT_GROUNDS = ("#46537f", "#5f4a98", "#27727c", "#803c5e", "#4b505b")
NIGHT_MOODS = frozenset(("night", "neon", "noir", "moody", "dusk"))
WHITE_WORDS = ("white background", "white backdrop", "on white", "pure white", "white ground", "isolated", "packshot")
# Kinds of plates that show one thing or a set of things, which a frame must not cut.
WHOLE_KINDS = frozenset(("product", "packshot", "food", "graphic"))
SHAPES = {"square": (1024, 1024), "wide": (1536, 1024), "tall": (1024, 1536)}


@dataclass(frozen=True)
class Light:
    """One soft light from a side: `angle` in degrees, `depth` how dark the far side falls."""

    angle: int
    depth: float
    warmth: float


@dataclass(frozen=True)
class Recipe:
    """A picture to be. `body` and `ground` are new colours for the subject and its backdrop."""

    plate: Plate
    size: tuple[int, int]
    frame: Frame
    mirrored: bool
    quarter_turns: int
    body: Lab | None
    ground: Lab | None
    look: Look
    light: Light | None
    transparent: bool
    quality: str


TURN_KINDS = ("plate", "pose", "side", "mirror", "look", "light", "ground")


class Dice:
    """The seed's throws. Whole numbers in a row, as ids of one run are, take each turn once before any comes
    again; other seeds throw for each turn anew."""

    def __init__(self, seed: str, *, prompt: str, index: int) -> None:
        self._bytes = sha256(f"{seed}\n{index}\n{prompt}".encode()).digest()
        counts = seed.isascii() and seed.isdigit() and len(seed) < 19
        self._ordinal = int(seed) + index if counts else None
        self._prompt = int.from_bytes(sha256(prompt.encode()).digest()[:4], "big")

    def turn(self, kind: str, count: int) -> int:
        """Which of `count` turns it is for a kind of choice; another beginning for each prompt and kind."""
        throw = TURN_KINDS.index(kind)
        step = self._bytes[16 + throw] if self._ordinal is None else self._ordinal
        return (step + self._prompt // (throw + 1)) % count

    def share(self, throw: int) -> float:
        """Between 0 and 1."""
        return self._bytes[throw] / 255


def plan(*, order: Order, seed: str, index: int, quality: str, plate: Plate | None = None) -> Recipe:
    """The recipe for picture number `index` of an order; of that plate, where one is given."""
    dice = Dice(seed, prompt=order.prompt, index=index)
    transparent = order.background == "transparent"
    found = match.find(order.prompt, size=order.size, cut_out=transparent)
    said = words.tokens(order.prompt)
    plate = plate or _plate(_bearing(found, said), dice)
    own = traits.of(plate.slug)
    size = order.size or _shape(plate)
    moods = looks.moods(said)
    body, ground = _colours(said, own, named=found.named)
    if own.ground == WHITE and (_is_white(ground) or (ground is None and _wants_white(said))):
        ground = None
    elif ground is None and own.ground and not transparent:
        ground = _house_ground(own, dice, moods)
    return Recipe(
        plate=plate,
        size=size,
        frame=_frame(plate, size, dice, transparent=transparent),
        mirrored=not own.lettered and bool(dice.turn("mirror", 2)),
        quarter_turns=dice.turn("pose", 4) if own.turns and size[0] == size[1] and plate.width == plate.height else 0,
        body=body,
        ground=ground,
        look=_look(plate, moods, dice, plain_white=own.ground == WHITE and ground is None),
        light=None if transparent or (own.ground == WHITE and ground is None) else _light(dice, moods),
        transparent=transparent,
        quality=quality,
    )


def _bearing(found: match.Match, said: tuple[str, ...]) -> match.Match:
    """Only the plates that can have the ground the words ask for, if there are any."""
    grounds = [traits.of(plate.slug).ground for plate in found.plates]
    if _wants_white(said):
        fit = [ground == WHITE for ground in grounds]
    elif any(is_of_ground(tint) for tint in words.tints(said)):
        fit = [bool(ground) for ground in grounds]
    else:
        return found
    bearing = tuple(plate for plate, fits in zip(found.plates, fit, strict=True) if fits)
    return match.Match(bearing or found.plates, found.named)


def is_of_ground(tint: words.Tint) -> bool:
    """Whether the words give that colour to the backdrop."""
    return any(word in vocabulary.GROUNDS for word in tint.after[:3])


def _plate(found: match.Match, dice: Dice) -> Plate:
    """A named subject keeps its best plate for most frames; a loose fit shows another plate each time."""
    if found.named and len(found.plates) > 1:
        return found.plates[(0, 1, 0, 2)[dice.turn("plate", 4)] % len(found.plates)]
    return found.plates[dice.turn("plate", len(found.plates))]


def _shape(plate: Plate) -> tuple[int, int]:
    """The size for `auto`: the plate's own orientation, as the model picks what suits the scene."""
    if plate.width == plate.height:
        return SHAPES["square"]
    return SHAPES["wide" if plate.width > plate.height else "tall"]


def _colours(said: tuple[str, ...], own: Traits, *, named: bool) -> tuple[Lab | None, Lab | None]:
    """The colours that the prompt gives the subject and its ground; what it doesn't say or the plate can't
    bear is None."""
    body: Lab | None = None
    ground: Lab | None = None
    names = {words.canonical(name) for name in own.names}
    for tint in words.tints(said):
        after = [words.canonical(word) for word in tint.after]
        before = [words.canonical(word) for word in tint.before]
        if is_of_ground(tint):
            ground = ground or _as_ground(tint.colour)
        elif _is_subjects(names, before, after) or (tint.leading and not named):
            body = body or tint.colour
    return body if own.body else None, ground if own.ground else None


def _is_subjects(names: set[str], before: list[str], after: list[str]) -> bool:
    """As in "a green velvet chair" and in "a chair in green"."""
    return bool(names & set(after[:4])) or (before[:1] == ["in"] and bool(names & set(before)))


def _wants_white(said: tuple[str, ...]) -> bool:
    text = " ".join(said)
    return any(phrase in text for phrase in WHITE_WORDS)


def _is_white(colour: Lab | None) -> bool:
    return colour is not None and colour[0] > 0.93 and math.hypot(colour[1], colour[2]) < 0.02


def _as_ground(colour: Lab) -> Lab:
    """A backdrop in a colour is paler than a thing in it."""
    light, a, b = colour
    if math.hypot(a, b) < 0.03:
        return colour
    return light + 0.25 * (0.72 - light), 0.72 * a, 0.72 * b


def _house_ground(own: Traits, dice: Dice, moods: list[str]) -> Lab | None:
    """Three frames of four get a ground of the house whose lightness the plate's shadows can bear; at night
    all of them get a dark one."""
    if NIGHT_MOODS & set(moods):
        return from_hex(NIGHT_GROUNDS[dice.turn("ground", len(NIGHT_GROUNDS))])
    if dice.turn("pose", 4) == 0:
        return None
    light = from_hex(own.ground)[0]
    grounds = [from_hex(one) for one in STUDIO_GROUNDS]
    fitting = [one for one in grounds if abs(one[0] - light) < 0.3] or grounds
    return fitting[dice.turn("ground", len(fitting))]


def _frame(plate: Plate, size: tuple[int, int], dice: Dice, *, transparent: bool) -> Frame:
    own = traits.of(plate.slug)
    if transparent:
        return framing.choose(
            plate=plate.size,
            focus=traits.focus(plate.slug),
            ratio=size[0] / size[1],
            zoom=(0.9, 0.7, 1.0, 0.5)[dice.turn("pose", 4)],
            along=0.5,
            margin=0.06,
            stretch=40.0,
        )
    turn = dice.turn("pose", 4)
    zooms = (0.15, 0.85, 0.5, 0.0) if plate.kind in WHOLE_KINDS else (0.05, 0.9, 0.45, 0.8)
    zoom = zooms[turn] + 0.2 * dice.share(3)
    along = (0.5, 0.28, 0.8, 0.2)[dice.turn("side", 4)] + 0.24 * (dice.share(4) - 0.5)
    return framing.choose(
        plate=plate.size,
        focus=_closer(traits.focus(plate.slug), plate, turn, dice),
        ratio=size[0] / size[1],
        zoom=min(1.0, zoom),
        along=min(1.0, max(0.0, along)),
        stretch=own.stretch,
    )


def _closer(focus: Box, plate: Plate, turn: int, dice: Dice) -> Box:
    """A place has many views: two frames of four go in closer, to a part of it. A thing stays whole."""
    small = plate.has_mask and (focus[2] - focus[0]) * (focus[3] - focus[1]) < 0.35
    if small or plate.kind in WHOLE_KINDS or turn % 2 == 0:
        return focus
    share = 0.6 if turn == 1 else 0.75
    left, top, right, bottom = focus
    width, height = (right - left) * share, (bottom - top) * share
    left += dice.share(9) * (right - left - width)
    top += (0.35 + 0.3 * dice.share(10)) * (bottom - top - height)
    return left, top, left + width, top + height


def _look(plate: Plate, moods: list[str], dice: Dice, *, plain_white: bool) -> Look:
    """The words' moods, less of one that the plate has anyway; some of the house's where there is none."""
    house = looks.NEUTRAL if plain_white else looks.HOUSE[dice.turn("look", len(looks.HOUSE))]
    look = house.scaled(0.6 if moods else 1.0)
    for mood in moods:
        told = mood in plate.tags or any(tag in looks.WORDS[mood].split(", ") for tag in plate.tags)
        look = looks.together(look, looks.MOODS[mood].scaled((0.35 if told else 1.0) / len(moods) ** 0.5))
    return look


def _light(dice: Dice, moods: list[str]) -> Light:
    angle = (205, 335, 160, 20, 270)[dice.turn("light", 5)] + round(24 * dice.share(7)) - 12
    depth = 0.18 + 0.22 * dice.share(8)
    return Light(angle=angle, depth=depth * (1.5 if "moody" in moods or "noir" in moods else 1.0), warmth=0.35)
