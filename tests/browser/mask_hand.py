"""A hand at the mask editor: draws on its picture, and opens the files that would be sent."""

import base64
import io

from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

SIDE = 1536
Point = tuple[float, float]


def place(page: Page, point: Point) -> Point:
    """A point of the picture, 0 to 1 across and down, as one of the window."""
    box = page.locator("[data-sheet]").bounding_box()
    assert box
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def draw(page: Page, *points: Point) -> None:
    """Presses at the first point, pulls through the others, and lets go."""
    page.mouse.move(*place(page, points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*place(page, point), steps=4)
    page.mouse.up()


def choose(page: Page, name: str) -> None:
    """Takes a tool."""
    page.get_by_role("radiogroup", name="Tools").get_by_role("radio", name=name, exact=True).check(force=True)


def kind(page: Page, words: str) -> None:
    """Says in which way the picture is to change."""
    page.get_by_role("group", name="Kind").get_by_text(words, exact=True).click()


def attached(page: Page, name: str) -> bytes | None:
    """The file in a field, once it is that of what is drawn; None for an empty field."""
    expect(page.locator("[data-mask-editor]:not([data-behind])")).to_be_visible()
    text = page.evaluate(
        """async (name) => {
             const [file] = document.querySelector(`[name=${name}]`).files;
             return file ? btoa(String.fromCharCode(...new Uint8Array(await file.arrayBuffer()))) : null;
           }""",
        name,
    )
    return None if text is None else base64.b64decode(text)


def painted(content: bytes | None) -> Image.Image:
    """Where a mask is to be edited: white on black, after a look at the form of the file."""
    assert content
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.mode) == ("PNG", "RGBA")
    alpha = image.getchannel("A")
    assert {value for _count, value in alpha.getcolors() or []} <= {0, 255}
    return alpha.point(lambda value: 255 - value)


def box(mask: Image.Image) -> tuple[float, ...]:
    """The edges of what is painted, 0 to 1."""
    edges = mask.getbbox()
    assert edges
    return tuple(edge / side for edge, side in zip(edges, mask.size * 2, strict=True))


def same(one: Image.Image, other: Image.Image) -> bool:
    """Whether no pixel differs."""
    return ImageChops.difference(one, other).getbbox() is None


def make(page: Page) -> Locator:
    """The button that sends it."""
    return page.locator("[data-make]")
