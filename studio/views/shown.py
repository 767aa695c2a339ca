"""A picture with the addresses that show it."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from studio import picture_urls
from studio.models import Generation, Image
from studio.picture_urls import PictureUrls


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
    def look(self) -> tuple[object, ...]:
        """All that its tile depends on."""
        return picture_urls.look(self.image, self.src, self.srcset)

    @property
    def day(self) -> date:
        """The day it was made, by the reader's calendar."""
        return timezone.localdate(self.image.created_at)


def shown(image: Image) -> Shown:
    """The addresses and names of a picture; its generation and run have to be loaded."""
    return all_shown([image])[0]


def all_shown(images: list[Image]) -> list[Shown]:
    """The same of many, in their order."""
    signed = picture_urls.of(images)
    return [_shown(image, signed[image.pk]) for image in images]


def _shown(image: Image, at: PictureUrls) -> Shown:
    generation = image.generation
    return Shown(
        image=image,
        src=at.src,
        srcset=at.srcset,
        number=generation.frame if generation else image.name,
        words=generation.run.prompt if generation else "",
        generation=generation,
    )
