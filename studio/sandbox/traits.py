"""What the list of plates doesn't say and a look at them does: what each may bear without looking wrong."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from studio.sandbox import plates

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Traits:
    """`names` are the words that name the subject itself: a prompt that says one of them fits well.

    `ground`: colour of a plain backdrop that may be recoloured, "" where the backdrop is a place.
    `body`: colour of the part that takes the prompt's colour; "many" where all of the subject does;
    "" where a new colour would look wrong (food, landscapes).
    `stretch`: how many times wider its surroundings may become before one sees it.
    `focus`: shares of the plate that a crop keeps in sight, where that is not the mask's bounds.
    """

    names: tuple[str, ...]
    ground: str = ""
    body: str = ""
    lettered: bool = False
    cuts_out: bool = False
    turns: bool = False
    stretch: float = 2.6
    focus: Box | None = None


@cache
def of(slug: str) -> Traits:
    """The plate's traits."""
    return _TABLE[slug]


@cache
def focus(slug: str) -> Box:
    """The part of the plate that should stay in sight, in shares of its sides."""
    own = of(slug).focus
    return own or plates.subject_box(slug)


def _traits(names: str, **fields: Any) -> Traits:
    return Traits(names=tuple(names.split()), **fields)


MANY = "many"
WHITE = "#ffffff"

_TABLE = {
    "stoneware-cup": _traits("cup mug coffee saucer stoneware", body="#d4c8ba", cuts_out=True),
    "perfume-plinths": _traits(
        "perfume plinth", stretch=3, ground="#d69679", body="#ca5f2c", lettered=True, cuts_out=True
    ),
    "amber-dropper": _traits(
        "dropper serum oil bottle skincare", stretch=5, ground="#d5cbbe", body="#a12904", lettered=True, cuts_out=True
    ),
    "cosmetics-wet-stone": _traits(
        "tube jar cream cosmetics skincare lotion", body="#999d98", lettered=True, cuts_out=True
    ),
    "soap-bars": _traits("soap", stretch=4, ground="#adb0a5", body=MANY),
    "candle-dusk": _traits("candle", stretch=2, body="#b76a36", lettered=True, cuts_out=True),
    "headphones-colour": _traits("headphone", stretch=3.2, ground="#797bd7", body="#d97b87", cuts_out=True),
    "wrist-watch": _traits("watch dial", stretch=8, ground="#565d65", body="#28514d", cuts_out=True),
    "mushroom-lamp": _traits("lamp", stretch=2.5, body="#d88d62"),
    "chair-sunlit-room": _traits("chair room interior", body="#e3d6c8", focus=(0.28, 0.42, 0.88, 0.84)),
    "pump-bottle-white": _traits(
        "bottle pump soap shampoo", stretch=40, ground=WHITE, body="#95a78b", lettered=True, cuts_out=True
    ),
    "headphones-white": _traits("headphone", stretch=40, ground=WHITE, body="#d9d2c6", cuts_out=True),
    "chair-white": _traits("chair", stretch=40, ground=WHITE, body="#b36c52", cuts_out=True),
    "bowl-of-oranges": _traits("citrus fruit", focus=(0.14, 0.2, 0.86, 0.9)),
    "pancake-stack": _traits("pancake breakfast brunch", focus=(0.12, 0.22, 0.9, 0.84), cuts_out=True),
    "iced-citrus-drink": _traits("drink cocktail juice iced", stretch=1.3, body="#e7985e", cuts_out=True),
    "arches-and-pool": _traits("pool villa arch architecture hotel", focus=(0.3, 0.14, 0.86, 0.96)),
    "sofa-and-plant": _traits("sofa living interior room", body="#888c6d", focus=(0.2, 0.2, 0.84, 0.88)),
    "isometric-bedroom": _traits("isometric bedroom diorama", stretch=6, ground="#d9bcac", cuts_out=True),
    "night-city": _traits("city skyline street", focus=(0.3, 0.05, 0.72, 0.98)),
    "desert-dunes": _traits("desert", body=MANY, focus=(0.3, 0.2, 0.8, 0.9)),
    "misty-mountains": _traits("mountain ridge", body=MANY, focus=(0.35, 0.25, 0.85, 0.9)),
    "sea-at-sunset": _traits("sea wave", body=MANY, focus=(0.36, 0.3, 0.64, 0.95)),
    "balloons-over-hills": _traits("balloon", body=MANY, focus=(0.1, 0.14, 0.88, 0.62)),
    "forest-in-fog": _traits("forest tree path", body=MANY, focus=(0.2, 0.12, 0.82, 0.98)),
    "snowy-cabin": _traits("cabin snow", focus=(0.22, 0.2, 0.8, 0.85)),
    "glass-shapes": _traits(
        "glass shape geometric sphere", stretch=4, ground="#ded8d4", body=MANY, focus=(0.1, 0.2, 0.98, 0.8)
    ),
    "paper-landscape": _traits("papercut paper illustration", body=MANY, focus=(0.08, 0.1, 0.92, 0.95)),
    "silk-wave": _traits("silk fabric cloth satin wave texture", body=MANY, turns=True, focus=(0.3, 0.3, 0.7, 0.7)),
    "balloon-letters": _traits(
        "letter lettering typography word", stretch=9, ground="#adc7d4", body=MANY, lettered=True, cuts_out=True
    ),
    "liquid-chrome": _traits(
        "chrome liquid metal blob", stretch=3, ground="#908daa", body=MANY, turns=True, focus=(0.06, 0.06, 0.94, 0.94)
    ),
    "neon-arches": _traits("neon arch tunnel", body=MANY, focus=(0.18, 0.02, 0.82, 0.95)),
    "material-flat-lay": _traits(
        "moodboard material swatch palette", ground="#c8c3bc", turns=True, focus=(0.12, 0.08, 0.92, 0.9)
    ),
    "poster-above-bench": _traits("poster frame mockup", stretch=2.2, focus=(0.16, 0.1, 0.8, 0.66)),
    "packaging-set": _traits(
        "packaging bag label", stretch=6, ground="#e79552", body=MANY, lettered=True, cuts_out=True
    ),
    "stationery-set": _traits(
        "stationery letterhead card envelope identity logo",
        ground="#205a45",
        lettered=True,
        focus=(0.12, 0.08, 0.95, 0.92),
    ),
    "hardcover-books": _traits("book", stretch=4.5, ground="#6f8997", body="#d4694d", lettered=True, cuts_out=True),
    "floating-phone": _traits(
        "phone app screen interface", stretch=7, ground="#a7c1b4", body=MANY, lettered=True, cuts_out=True
    ),
    "plaster-head": _traits("bust portrait", stretch=5, ground="#2f281a", body="#d5c0aa", cuts_out=True),
    "bicycle-and-wall": _traits("bicycle", stretch=4, body="#3c7d6d", lettered=True, cuts_out=True),
    "layer-cake-slice": _traits("cake dessert slice", focus=(0.25, 0.12, 0.92, 0.9)),
}
