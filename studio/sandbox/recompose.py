"""All of a picture changed: its frame, its ground, its light and its palette, and what is asked to stay stays."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from studio.sandbox import areas, looks, paint, recolour, retouch, transfer
from studio.sandbox.edit_plan import Edit, graded
from studio.sandbox.looks import Look
from studio.sandbox.oklab import Change

BICUBIC = Image.Resampling.BICUBIC
PLAIN_SPREAD, WHITE_LIGHT = 0.07, 0.93
# Without a word about light each picture of a run gets another hour of the day, and none the source's own.
HOURS = (looks.HOUSE[1], looks.HOUSE[4], looks.MOODS["sunny"])
ZOOMS = (0.1, 0.45, 0.0, 0.3)
ALONGS = (0.5, 0.35, 0.65, 0.5)


def repaint(edit: Edit, size: tuple[int, int]) -> Image.Image:
    """The picture at that size."""
    picture = _framed(edit, size)
    border = _border(size)
    rim = transfer.tone(picture, border)
    white = rim.mean[0] > WHITE_LIGHT
    thing = _thing(picture, border, white=white) if max(rim.spread) < PLAIN_SPREAD else None
    ground, subject = _ground(edit, picture, thing), _subject(edit, picture, thing)
    if thing is not None:
        result = _stood(subject, thing, ground, picture, white=white)
    elif edit.wishes.keeps:
        result = Image.composite(subject, ground, _middle(size))
    else:
        result = ground
    if edit.transparent:
        result.putalpha(255 if thing is None else thing)
    return result


def _stood(
    subject: Image.Image, thing: Image.Image, ground: Image.Image, picture: Image.Image, *, white: bool
) -> Image.Image:
    """The thing on its new ground. Where the old one was white, its shadows and the thing's edge go over."""
    if not white:
        return Image.composite(subject, ground, thing)
    core = ImageChops.invert(areas.wider(ImageChops.invert(thing)))
    return Image.composite(subject, ImageChops.multiply(ground, picture), core)


def _framed(edit: Edit, size: tuple[int, int]) -> Image.Image:
    """Its own frame where that is to stay, as near as the shape lets; else one that is a little closer."""
    if edit.wishes.keeps:
        frame = edit.frame(size)
    else:
        turn = edit.dice().turn("pose", 4)
        frame = edit.frame(size, zoom=ZOOMS[turn], along=ALONGS[turn])
    return retouch.worn(edit.develop(edit.material.picture(), frame, size))


def _border(size: tuple[int, int], share: float = 0.04) -> Image.Image:
    """The outermost part, white on black."""
    border = Image.new("L", size, 255)
    inset = round(share * min(size))
    border.paste(0, (inset, inset, size[0] - inset, size[1] - inset))
    return border


def _thing(picture: Image.Image, border: Image.Image, *, white: bool) -> Image.Image | None:
    """What stands before a plain ground, or None where nothing can be told from it."""
    ground = areas.filled(picture, ImageChops.invert(border))
    # On white paper a shadow is no part of the thing, and fainter than most things are.
    thing = areas.solid(areas.differing(picture, ground, least=56 if white else 30))
    ring = _border(picture.size, 0.06)  # what runs out of the picture can be told just within the border
    touching = areas.share(ImageChops.multiply(thing, ring)) / areas.share(ring)
    whole = 0.03 < areas.share(thing) < 0.7 and touching < 0.004 and len(areas.boxes(thing)) == 1
    return thing if whole else None


def _middle(size: tuple[int, int]) -> Image.Image:
    """The middle with a wide soft edge."""
    small = Image.new("L", (96, 96))
    ImageDraw.Draw(small).ellipse((14, 12, 82, 84), fill=255)
    return small.filter(ImageFilter.GaussianBlur(9)).resize(size, BICUBIC)


def _look(edit: Edit) -> Look | None:
    """The words' light. Where they and the other pictures leave it open, an hour of the house's."""
    look = edit.look()
    if look is not None or any(edit.tints()) or edit.wishes.follows or edit.place:
        return look
    return HOURS[edit.dice().turn("look", len(HOURS))]


def _references(edit: Edit, picture: Image.Image, share: float) -> list[Change]:
    """The light and colours of the other pictures, where the words want them."""
    others = edit.material.tones[1:]
    if not (edit.wishes.follows and others):
        return []
    return [transfer.towards(transfer.tone(picture), transfer.together(others), share=share, light=0.8 * share)]


def _ground(edit: Edit, picture: Image.Image, thing: Image.Image | None) -> Image.Image:
    """All that is not the thing, and the thing's shadow on it."""
    around = None if thing is None else ImageChops.invert(thing)
    colour = edit.tints()[1] or (None if thing is None or not edit.wishes.keeps else edit.tints()[0])
    look, place, ground = _look(edit), edit.place, picture
    changes: list[Change] = []
    if place is not None:
        half = max(1, picture.width // 2), max(1, picture.height // 2)
        there = paint.paint(edit.recipe(cut_out=False, plate=place), size=half)
        if thing is not None:  # out of focus
            soft = there.filter(ImageFilter.GaussianBlur(max(there.size) / 260))
            ground = soft.resize(picture.size, BICUBIC)
        else:
            changes.append(transfer.towards(transfer.tone(picture), transfer.tone(there), share=0.6, light=0.45))
    elif thing is not None:
        ground = areas.filled(picture, areas.wider(thing))
    if colour is not None and place is None:
        changes.append(transfer.to_colour(transfer.tone(picture, around), colour, light=0.88))
    if look is not None and (place is None or thing is None):
        changes.append(look.change())
    ground = graded(ground, *changes, *_references(edit, ground, 0.9))
    light = edit.recipe().light
    return ground if light is None else paint.lit(ground, light, look or looks.NEUTRAL)


def _subject(edit: Edit, picture: Image.Image, thing: Image.Image | None) -> Image.Image:
    """The thing itself: kept, with a breath of the new light, or changed as the words say."""
    look, colour = _look(edit), edit.tints()[0]
    if edit.wishes.keeps:
        return graded(picture, *_references(edit, picture, 0.12)) if edit.wishes.follows else picture
    changes: list[Change] = []
    if colour is not None and edit.tints()[1] is None:
        changes.append(recolour.towards(transfer.tone(picture, thing).mean, colour))
    if look is not None:
        changes.append(look.scaled(0.7).change())
    return graded(picture, *changes, *_references(edit, picture, 0.45))
