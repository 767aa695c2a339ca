"""Where a stored picture is shown from: signed addresses of its copies."""

from collections.abc import Iterable
from dataclasses import dataclass

from studio import storage
from studio.models import Image


@dataclass(frozen=True, kw_only=True)
class PictureUrls:
    """A picture's signed addresses: `src` is a middling copy, or the original until the copies of `srcset` are made."""

    src: str
    srcset: str


def of(images: Iterable[Image]) -> dict[int, PictureUrls]:
    """Where each picture is shown from, by its id."""
    shown = list(images)
    signed = storage.urls(groups=[[image.copy_key(w) for w in image.widths] or [image.object_key] for image in shown])
    return {image.pk: _urls(image.widths, urls) for image, urls in zip(shown, signed, strict=True)}


def _urls(widths: list[int], urls: list[str]) -> PictureUrls:
    if not widths:
        return PictureUrls(src=urls[0], srcset="")
    middling = max((width for width in widths if width <= 640), default=widths[0])
    srcset = ", ".join(f"{url} {width}w" for url, width in zip(urls, widths, strict=True))
    return PictureUrls(src=urls[widths.index(middling)], srcset=srcset)


def look(image: Image, src: str, srcset: str) -> tuple[object, ...]:
    """What may change of a picture that is shown; its number, words and size do not."""
    return image.pk, image.ringed, image.placeholder, src, srcset


def largest(image: Image) -> str:
    """The address of all that models see of it: what is painted on is looked at closely."""
    return storage.url(key=image.work_key or image.object_key)


def src(image: Image) -> str:
    """The address to show one picture by."""
    return of([image])[image.pk].src
