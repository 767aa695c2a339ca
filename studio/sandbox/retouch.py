"""Part of a picture changed: what the prompt names stands there, in the light of what is around it.

The rest is not the caller's own pixels either: a model draws all of the picture anew and never quite the same.
"""

from PIL import Image, ImageChops, ImageFilter

from studio.sandbox import areas, extend, traits, transfer
from studio.sandbox import paint as plate_paint
from studio.sandbox.areas import PixelBox
from studio.sandbox.edit_plan import Edit, graded
from studio.sandbox.oklab import Lab
from studio.sandbox.traits import Box
from studio.sandbox.transfer import Tone

DRIFT = (2, -1, 1)
SOFT_KERNEL = (1, 2, 1, 2, 36, 2, 1, 2, 1)
SIDE_LEAST = 24


def repaint(edit: Edit, size: tuple[int, int]) -> Image.Image:
    """The picture at that size."""
    area = edit.material.where()
    assert area is not None
    frame = edit.frame(size, focus=_focus(area))
    picture = edit.develop(edit.material.picture(), frame, size)
    area = edit.develop(area, frame, size)
    if extend.is_border(area):
        picture = inside = extend.outward(edit, picture, area)
    else:
        inside = _changed(edit, picture, area)
    edge = area.filter(ImageFilter.GaussianBlur(max(size) / 340))
    result = Image.composite(inside, worn(picture), edge)
    if edit.transparent:
        result.putalpha(255)
    return result


def _focus(area: Image.Image) -> Box:
    """What is to change stays in sight, whatever the shape."""
    left, top, right, bottom = area.getbbox() or (0, 0, *area.size)
    return left / area.width, top / area.height, right / area.width, bottom / area.height


def worn(picture: Image.Image) -> Image.Image:
    """The same picture as a model repeats it: a little softer, and a little off in its colours."""
    soft = picture.filter(ImageFilter.Kernel((3, 3), SOFT_KERNEL))
    table = [min(255, max(0, value + shift)) for shift in DRIFT for value in range(256)]
    return soft.point(table)


def _changed(edit: Edit, picture: Image.Image, area: Image.Image) -> Image.Image:
    """Without the thing that was there, and with the one that was asked for."""
    ground = areas.healed(picture, area)
    if edit.wishes.removes:
        return ground
    colour = next((one for one in edit.tints() if one is not None), None)
    if colour is not None and (edit.wishes.dyes or not edit.found().named):
        return _dyed(picture, ground, area, colour)
    around = transfer.tone(picture, ImageChops.invert(area))
    for box in areas.boxes(area):
        if box[2] - box[0] >= SIDE_LEAST <= box[3] - box[1]:
            _placed(edit, ground, box, around)
    return ground


def _dyed(picture: Image.Image, ground: Image.Image, area: Image.Image, colour: Lab) -> Image.Image:
    """The thing that was there in another colour; where none can be told from its ground, all of the area."""
    thing = ImageChops.multiply(areas.differing(picture, ground), area)
    if areas.share(thing) < 0.15 * areas.share(area):
        thing = area
    dyed = graded(picture, transfer.to_colour(transfer.tone(picture, thing), colour))
    return Image.composite(dyed, picture, thing)


def _placed(edit: Edit, ground: Image.Image, box: PixelBox, around: Tone) -> None:
    """What the prompt names, into the box of the ground, in place: a thing stands there, a place fills it."""
    size, found = (box[2] - box[0], box[3] - box[1]), edit.found()
    scenic = found.named and not traits.of(found.plates[0].slug).cuts_out
    thing = plate_paint.paint(edit.recipe(size, cut_out=not scenic), size)
    alpha = thing.getchannel("A") if thing.mode == "RGBA" else None
    colour = thing.convert("RGB")
    lit = graded(colour, transfer.towards(transfer.tone(colour, alpha), around, share=0.35, light=0.22))
    if alpha is not None:
        _shade(ground, alpha, box)
    ground.paste(lit, box[:2], alpha)


def _shade(ground: Image.Image, alpha: Image.Image, box: PixelBox) -> None:
    """The shadow where the thing touches what it stands on, and the light it takes from it."""
    left, top, right, bottom = alpha.getbbox() or (0, 0, *alpha.size)
    width, height = right - left, bottom - top
    flat = alpha.crop((left, top, right, bottom)).resize((max(1, width), max(1, round(height * 0.16))))
    shadow = Image.new("L", ground.size)  # as wide as the ground, for it reaches beyond the box
    shadow.paste(flat, (box[0] + left, box[1] + bottom - round(flat.height * 0.62)))
    soft = shadow.reduce(4).filter(ImageFilter.GaussianBlur(max(1, width / 104)))
    dark = soft.point(lambda value: round(value * 0.6)).resize(ground.size, Image.Resampling.BILINEAR)
    ground.paste((22, 20, 20), mask=dark)
