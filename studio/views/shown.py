"""A picture with the addresses that show it."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from studio import frames
from studio.models import Generation, Image


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An image for a template: `src` and `srcset` are signed addresses, `number` the frame's, `words` its prompt."""

    image: Image
    src: str
    srcset: str
    number: str
    words: str
    generation: Generation | None

    @property
    def day(self) -> date:
        """The day it was made, by the reader's calendar."""
        return timezone.localdate(self.image.created_at)


def shown(image: Image) -> Shown:
    """The addresses and names of a picture; its generation and run have to be loaded."""
    generation = image.generation
    return Shown(
        image=image,
        src=frames.src(image),
        srcset=frames.srcset(image),
        number=generation.frame if generation else "",
        words=generation.run.prompt if generation else "",
        generation=generation,
    )
