"""Everything that is decided about an edit before a pixel is touched."""

from dataclasses import dataclass, replace
from typing import Final

from PIL import Image

from studio.sandbox import framing, looks, match, oklab, recipes, vocabulary, wishes, words
from studio.sandbox.framing import Frame
from studio.sandbox.looks import Look
from studio.sandbox.material import Material
from studio.sandbox.oklab import Lab
from studio.sandbox.plates import Plate
from studio.sandbox.recipes import Dice, Recipe
from studio.sandbox.traits import Box
from studio.sandbox.validation import Order
from studio.sandbox.wishes import Wishes

GRAIN: Final = 0.14
# What a crop of somebody else's picture keeps in sight, in shares of its sides.
MIDDLE: Box = (0.2, 0.2, 0.8, 0.8)


@dataclass(frozen=True)
class Edit:
    """One picture of an order that begins with pictures. The order's prompt has only what is to be painted."""

    order: Order
    material: Material
    wishes: Wishes
    seed: str
    index: int
    quality: str

    @property
    def said(self) -> tuple[str, ...]:
        """The prompt's words."""
        return words.tokens(self.order.prompt)

    @property
    def transparent(self) -> bool:
        """Whether the thing is wanted without its ground."""
        return self.order.background == "transparent"

    def dice(self) -> Dice:
        """The seed's throws for this picture."""
        return Dice(self.seed, prompt=self.order.prompt, index=self.index)

    def recipe(
        self, size: tuple[int, int] | None = None, *, cut_out: bool | None = None, plate: Plate | None = None
    ) -> Recipe:
        """A picture of plates for the prompt, at the order's size or as a part of it."""
        order = replace(self.order, size=size or self.order.size)
        if cut_out is not None:
            order = replace(order, background="transparent" if cut_out else "opaque")
        return recipes.plan(order=order, seed=self.seed, index=self.index, quality=self.quality, plate=plate)

    @property
    def place(self) -> Plate | None:
        """The plate of the place that the prompt names."""
        return match.place(self.order.prompt)

    def found(self) -> match.Match:
        """The plates that show what the prompt names."""
        return match.find(self.order.prompt)

    def working_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """No finer than the source is. A lower quality draws no less of it: its pixels are the caller's own."""
        share = min(1.0, max(0.5, self.material.size[0] / size[0], self.material.size[1] / size[1]))
        return max(1, round(size[0] * share)), max(1, round(size[1] * share))

    def frame(self, size: tuple[int, int], *, zoom: float = 0.0, along: float = 0.5, focus: Box = MIDDLE) -> Frame:
        """The source's part that fills such a size."""
        ratio = size[0] / size[1]
        return framing.choose(
            plate=self.material.size, focus=focus, ratio=ratio, zoom=zoom, along=along, margin=0.0, stretch=1.6
        )

    def develop(self, image: Image.Image, frame: Frame, size: tuple[int, int]) -> Image.Image:
        """The source or its area inside the frame; the source may be kept smaller than it was sent."""
        share = image.width / self.material.size[0]
        if size == image.size and frame.box == (0.0, 0.0, float(size[0]), float(size[1])):
            return image
        return framing.develop(image, frame.scaled(share), size)

    def look(self) -> Look | None:
        """The light that the words ask for, or None where they leave it open."""
        moods = looks.moods(self.said)
        look = looks.NEUTRAL
        for mood in moods:
            look = looks.together(look, looks.MOODS[mood].scaled(1 / len(moods) ** 0.5))
        return look if moods else None

    def tints(self) -> tuple[Lab | None, Lab | None]:
        """The colours that the words give to the thing and to its ground."""
        tints = words.tints(_with_nouns(self.said))
        grounds = [one.colour for one in tints if recipes.is_of_ground(one)]
        things = [one.colour for one in tints if not recipes.is_of_ground(one)]
        return things[0] if things else None, grounds[0] if grounds else None


def _with_nouns(said: tuple[str, ...]) -> tuple[str, ...]:
    """Whoever changes a picture says "make it blue": a colour without the noun that a new picture's would have."""
    return tuple(part for word in said for part in ((word, "colour") if word in vocabulary.COLOURS else (word,)))


def plan(*, order: Order, seed: str, index: int, quality: str) -> Edit | None:
    """The edit for picture number `index` of an order, or None where the order begins with no picture."""
    if order.material is None:
        return None
    read = wishes.read(order.prompt)
    return Edit(replace(order, prompt=read.words), order.material, read, seed, index, quality)


def graded(picture: Image.Image, *changes: oklab.Change) -> Image.Image:
    """The picture with all those changes of colour, in one pass."""
    return picture.filter(oklab.bake(changes)) if changes else picture
