"""A picture continued beyond its edges."""

from PIL import Image, ImageChops, ImageFilter

from studio.sandbox import areas, finish, transfer
from studio.sandbox import paint as plate_paint
from studio.sandbox.areas import PixelBox
from studio.sandbox.edit_plan import Edit, graded

BICUBIC = Image.Resampling.BICUBIC


def kept(area: Image.Image) -> PixelBox:
    """The bounds of what is not to change; empty where all is."""
    return area.point(lambda value: 255 if value < 128 else 0).getbbox() or (0, 0, 0, 0)


def is_border(area: Image.Image) -> bool:
    """Whether the area goes round a rectangle that stays, on one side or on all."""
    box = kept(area)
    if box[2] <= box[0] or box == (0, 0, *area.size):
        return False
    inner = area.crop(box)
    return areas.share(inner) < 0.02 and areas.share(area) > 0.04


def outward(edit: Edit, picture: Image.Image, area: Image.Image) -> Image.Image:
    """What may lie beyond the edges: near them their mirror image, farther off only its light and colours, mixed with
    those of a place that the prompt names."""
    box = kept(area)
    margin = max(2, round(min(box[2] - box[0], box[3] - box[1]) / 200))
    core = (box[0] + margin, box[1] + margin, box[2] - margin, box[3] - margin)
    mirrored = _mirrored(picture.crop(core), core, picture.size)
    far = _far(edit, mirrored, core)
    near = _blurred(mirrored, max(picture.size) / 220)
    distance = _distance(core, picture.size)
    middle = Image.composite(far, near, distance.point(lambda value: min(255, value * 2)))
    result = Image.composite(middle, mirrored, distance.point(lambda value: min(255, value * 6)))
    return ImageChops.add(result, finish.grain_sheet(result.size, 3), scale=1, offset=-128)


def _mirrored(core: Image.Image, box: PixelBox, size: tuple[int, int]) -> Image.Image:
    """The picture and its mirror images on all sides, as often as they are needed."""
    sheet = Image.new("RGB", size)
    flips = {
        (0, 0): core,
        (1, 0): core.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        (0, 1): core.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        (1, 1): core.transpose(Image.Transpose.ROTATE_180),
    }
    for column in range(-_times(box[0], core.width), _times(size[0] - box[2], core.width) + 1):
        for row in range(-_times(box[1], core.height), _times(size[1] - box[3], core.height) + 1):
            at = box[0] + column * core.width, box[1] + row * core.height
            sheet.paste(flips[column % 2, row % 2], at)
    return sheet


def _times(length: int, side: int) -> int:
    return -(-length // side)


def _far(edit: Edit, mirrored: Image.Image, core: PixelBox) -> Image.Image:
    """The surroundings without a thing in them."""
    ground = _blurred(mirrored, max(mirrored.size) / 16)
    named = edit.place
    if named is None:
        return ground
    place = plate_paint.paint(edit.recipe(cut_out=False, plate=named), mirrored.size)
    own = transfer.tone(mirrored.crop(core))
    fitting = graded(place, transfer.towards(transfer.tone(place), own, share=0.75))
    return Image.blend(ground, fitting, 0.75)


def _distance(core: PixelBox, size: tuple[int, int]) -> Image.Image:
    """How far a point lies outside of the picture, 255 for half of its shorter side or more."""
    small = 96 / max(size)
    across, down = (max(2, round(side * small)) for side in size)
    reach = 0.5 * min(core[2] - core[0], core[3] - core[1]) * small
    left, top, right, bottom = (edge * small for edge in core)
    values = bytes(
        min(255, round(255 * max(left - x - 0.5, x + 0.5 - right, top - y - 0.5, y + 0.5 - bottom, 0) / reach))
        for y in range(down)
        for x in range(across)
    )
    return Image.frombytes("L", (across, down), values).resize(size, BICUBIC)


def _blurred(picture: Image.Image, radius: float) -> Image.Image:
    """A wide blur at a smaller size looks the same and costs a tenth."""
    factor = max(1, int(radius / 3))
    small = picture.reduce(factor).filter(ImageFilter.GaussianBlur(radius / factor))
    return small.resize(picture.size, BICUBIC)
