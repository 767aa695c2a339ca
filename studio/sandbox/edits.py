"""From an edit to pixels: which of the ways to change a picture it takes."""

from PIL import Image

from studio.sandbox import paint as plate_paint
from studio.sandbox import recompose, retouch, transfer
from studio.sandbox.edit_plan import Edit, graded


def paint(edit: Edit, size: tuple[int, int]) -> Image.Image:
    """The picture at that size, of the order's shape; RGBA where a transparent ground was asked."""
    if edit.wishes.fresh:
        return _fresh(edit, size)
    if edit.material.area is not None:
        return retouch.repaint(edit, size)
    return recompose.repaint(edit, size)


def _fresh(edit: Edit, size: tuple[int, int]) -> Image.Image:
    """A picture for the prompt in the light and colours of those that were sent."""
    picture = plate_paint.paint(edit.recipe(), size)
    colour = picture.convert("RGB")
    aim = transfer.together(edit.material.tones)
    result = graded(colour, transfer.towards(transfer.tone(colour), aim, share=0.95, light=0.8))
    if picture.mode == "RGBA":
        result.putalpha(picture.getchannel("A"))
    return result
