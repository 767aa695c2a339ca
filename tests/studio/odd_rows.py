"""What a row of the table of odd files is, and what is looked at in a picture that was taken in."""

from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any, NamedTuple

from PIL import Image

from studio.intake import Taken
from tests.studio.file_makers import SIZE, Pixel


class Odd(NamedTuple):
    """A file, and its end: `code` and `facts` where it is turned away, else what it is taken as."""

    name: str
    what: str
    make: Callable[[], bytes]
    code: str = ""
    facts: Mapping[str, Any] = MappingProxyType({})
    came_as: str = ""
    output: str = ""
    size: tuple[int, int] = SIZE
    pixels: Mapping[tuple[int, int], Pixel] = MappingProxyType({})
    within: int = 0
    check: Callable[[Taken], bool] | None = None


def taken(name: str, what: str, make: Callable[[], bytes], came_as: str, output: str, **more: Any) -> Odd:
    return Odd(name, what, make, came_as=came_as, output=output, **more)


def away(name: str, what: str, make: Callable[[], bytes], code: str, **facts: Any) -> Odd:
    return Odd(name, what, make, code=code, facts=facts)


def same_pixels(image: Image.Image) -> Callable[[Taken], bool]:
    def same(taken: Taken) -> bool:
        with Image.open(BytesIO(taken.data)) as kept:
            return kept.convert("RGBA").tobytes() == image.convert("RGBA").tobytes()

    return same


def tells_nothing(taken: Taken) -> bool:
    files = [taken.data, taken.look, taken.work or b"", *taken.copies.values()]
    signs = (b"Exif", b"eXIf", b"EXIF", b"Camera", b"GPS", b"xpacket", b"secret", b"ICC", b"iCCP")
    return not any(sign in file for file in files for sign in signs)
