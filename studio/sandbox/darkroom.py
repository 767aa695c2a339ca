"""From an order and a seed to bytes: the final picture and the partial ones before it."""

from dataclasses import dataclass, replace
from hashlib import sha256

from PIL import Image

from studio.sandbox import plates
from studio.sandbox.plates import Plate
from studio.sandbox.validation import Order


@dataclass(frozen=True)
class Print:
    data: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class Sitting:
    order: Order
    seed: str
    quality: str
    plate: Plate
    size: tuple[int, int]


def sit(*, order: Order, seed: str, index: int, quality: str) -> Sitting:
    shelf = plates.shelf()
    words = set(order.prompt.lower().split())
    plate = max(shelf, key=lambda p: (len(words & set(p.tags)), sha256((order.prompt + p.slug).encode()).digest()))
    return Sitting(order, seed, quality, plate, order.size or plate.size)


def size_of(sitting: Sitting) -> tuple[int, int]:
    return sitting.size


def missized(sitting: Sitting) -> Sitting:
    return replace(sitting, size=(1024, 1024) if sitting.size != (1024, 1024) else (1536, 1024))


def _encode(image: Image.Image, order: Order) -> bytes:
    import io
    b = io.BytesIO()
    image.save(b, order.output_format, **({"compress_level": 1} if order.output_format == "png" else {}))
    return b.getvalue()


def final(sitting: Sitting) -> Print:
    from PIL import ImageOps
    image = ImageOps.fit(plates.picture(sitting.plate.slug), sitting.size)
    return Print(_encode(image, sitting.order), sitting.size)


def partial(sitting: Sitting, *, step: int, count: int) -> Print:
    from PIL import ImageFilter
    image = plates.picture(sitting.plate.slug).resize((512, 512)).filter(ImageFilter.GaussianBlur(20 - 6 * step))
    return Print(_encode(image, sitting.order), sitting.size)
