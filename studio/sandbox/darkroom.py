"""From an order and a seed to bytes: the final picture and the partial ones before it."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from studio.sandbox import edit_plan, edits, finish, paint, partials, recipes
from studio.sandbox.edit_plan import Edit
from studio.sandbox.recipes import Recipe
from studio.sandbox.validation import Order


@dataclass(frozen=True)
class Print:
    """A picture's file, and the size it says it has."""

    data: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class Sitting:
    """One picture of an order: what is to be painted, and into what file. An edit paints by its recipe only in part."""

    recipe: Recipe
    output_format: str
    compression: int
    edit: Edit | None = None


def sit(*, order: Order, seed: str, index: int, quality: str) -> Sitting:
    """Decide on the picture; nothing is painted yet."""
    edit = edit_plan.plan(order=order, seed=seed, index=index, quality=quality)
    recipe = edit.recipe() if edit else recipes.plan(order=order, seed=seed, index=index, quality=quality)
    return Sitting(recipe, order.output_format, order.output_compression, edit)


def final(sitting: Sitting) -> Print:
    """The finished picture."""
    recipe, edit = sitting.recipe, sitting.edit
    if edit is None:
        source = (recipe.frame.width, recipe.frame.height)
        size = finish.working_size(recipe.size, quality=recipe.quality, source=source)
        grain = recipe.look.grain
    else:
        size, grain = edit.working_size(recipe.size), edit_plan.GRAIN
    picture = _painted(recipe, edit, size)
    return _print(finish.finished(picture, size=recipe.size, quality=recipe.quality, grain=grain), sitting)


def partial(sitting: Sitting, *, step: int, count: int) -> Print:
    """The partial number `step` of `count`: one alone comes half way, several are spread evenly."""
    progress = (step + 1) / (count + 1)
    picture = partials.taking_shape(_preview(sitting.recipe, sitting.edit), progress=progress)
    return _print(picture, sitting)


# A preview takes 0.8 MB; those of two dozen calls at once are kept, the others are painted again.
@lru_cache(maxsize=24)
def _preview(recipe: Recipe, edit: Edit | None) -> Image.Image:
    return _painted(recipe, edit, partials.preview_size(recipe.size))


def _painted(recipe: Recipe, edit: Edit | None, size: tuple[int, int]) -> Image.Image:
    return paint.paint(recipe, size) if edit is None else edits.paint(edit, size)


def _print(picture: Image.Image, sitting: Sitting) -> Print:
    data = finish.encoded(picture, output_format=sitting.output_format, compression=sitting.compression)
    return Print(data, sitting.recipe.size)
