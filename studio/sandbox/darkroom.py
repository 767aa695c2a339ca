"""From an order and a seed to bytes: the final picture and the partial ones before it."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from studio.sandbox import finish, paint, partials, recipes
from studio.sandbox.recipes import Recipe
from studio.sandbox.validation import Order


@dataclass(frozen=True)
class Print:
    """A picture's file, and the size it says it has."""

    data: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class Sitting:
    """One picture of an order: what is to be painted, and into what file."""

    recipe: Recipe
    output_format: str
    compression: int


def sit(*, order: Order, seed: str, index: int, quality: str) -> Sitting:
    """Decide on the picture; nothing is painted yet."""
    recipe = recipes.plan(order=order, seed=seed, index=index, quality=quality)
    return Sitting(recipe, order.output_format, order.output_compression)


def final(sitting: Sitting) -> Print:
    """The finished picture."""
    recipe = sitting.recipe
    source = (recipe.frame.width, recipe.frame.height)
    size = finish.working_size(recipe.size, quality=recipe.quality, source=source)
    picture = paint.paint(recipe, size)
    picture = finish.finished(picture, size=recipe.size, quality=recipe.quality, grain=recipe.look.grain)
    return _print(picture, sitting)


def partial(sitting: Sitting, *, step: int, count: int) -> Print:
    """The partial number `step` of `count`: one alone comes half way, several are spread evenly."""
    progress = (step + 1) / (count + 1)
    picture = partials.taking_shape(_preview(sitting.recipe), progress=progress)
    return _print(picture, sitting)


# A preview takes 0.8 MB; those of two dozen calls at once are kept, the others are painted again.
@lru_cache(maxsize=24)
def _preview(recipe: Recipe) -> Image.Image:
    return paint.paint(recipe, partials.preview_size(recipe.size))


def _print(picture: Image.Image, sitting: Sitting) -> Print:
    data = finish.encoded(picture, output_format=sitting.output_format, compression=sitting.compression)
    return Print(data, sitting.recipe.size)
