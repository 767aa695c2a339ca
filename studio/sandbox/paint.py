"""From a recipe to pixels: frame, colours, light, in as few passes over the picture as they need."""

import math
from functools import lru_cache

from PIL import Image, ImageChops, ImageFilter

from studio.sandbox import framing, oklab, plates, recolour, traits
from studio.sandbox.looks import Look
from studio.sandbox.oklab import Change, Lab
from studio.sandbox.recipes import Light, Recipe

BICUBIC = Image.Resampling.BICUBIC
LIGHT_NODES = 24


def paint(recipe: Recipe, size: tuple[int, int]) -> Image.Image:
    """The picture at that size (the recipe's, or a smaller one for a preview); RGBA where it's cut out."""
    picture, mask = _developed(recipe, size)
    picture = _coloured(picture, mask, recipe)
    if recipe.look.glow:
        picture = _glowing(picture, recipe.look.glow)
    if recipe.light or recipe.look.vignette:
        picture = lit(picture, recipe.light, recipe.look)
    if recipe.transparent and mask is not None:
        picture = _cut_out(picture, mask)
    return picture


def _developed(recipe: Recipe, size: tuple[int, int]) -> tuple[Image.Image, Image.Image | None]:
    """The plate inside the frame, and the mask if anything needs it."""
    picture = _turned(plates.picture(recipe.plate.slug), recipe)
    framed = framing.develop(picture, recipe.frame, size)
    needed = recipe.transparent or recipe.body is not None or recipe.ground is not None
    if not (needed and recipe.plate.has_mask):
        return _mirrored(framed, recipe), None
    mask = _turned(plates.mask(recipe.plate.slug), recipe)
    share = mask.width / picture.width
    silhouette = framing.develop(mask, recipe.frame.scaled(share), size)
    return _mirrored(framed, recipe), _mirrored(silhouette, recipe)


def _turned(image: Image.Image, recipe: Recipe) -> Image.Image:
    turns = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    turn = turns[recipe.quarter_turns]
    return image if turn is None else image.transpose(turn)


def _mirrored(image: Image.Image, recipe: Recipe) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if recipe.mirrored else image


def _coloured(picture: Image.Image, mask: Image.Image | None, recipe: Recipe) -> Image.Image:
    """One pass with the look, and the ground's colour if there is one; another for the subject where it differs."""
    whole = recipe.body if mask is None and not recipe.plate.has_mask else None
    around = picture.filter(_table(recipe.plate.slug, whole, recipe.ground, recipe.look))
    if mask is None:
        return around
    box = mask.getbbox() or (0, 0, *mask.size)
    inside = picture.crop(box).filter(_table(recipe.plate.slug, recipe.body, None, recipe.look))
    around.paste(inside, box[:2], mask.crop(box))
    return around


@lru_cache(maxsize=64)
def _table(slug: str, body: Lab | None, ground: Lab | None, look: Look) -> ImageFilter.Color3DLUT:
    own = traits.of(slug)
    changes: list[Change] = []
    if body is not None:
        changes.append(recolour.subject(own.body, body))
    if ground is not None:
        changes.append(recolour.ground(own.ground, ground))
    return oklab.bake((*changes, look.change()))


def _glowing(picture: Image.Image, strength: float) -> Image.Image:
    """Light that spills over from the bright parts, as through a soft lens."""
    small = picture.resize((max(1, picture.width // 8), max(1, picture.height // 8)), Image.Resampling.BOX)
    spill = small.point(lambda value: int(value * value / 255)).filter(ImageFilter.GaussianBlur(5))
    spill = spill.resize(picture.size, Image.Resampling.BILINEAR)
    return Image.blend(picture, ImageChops.screen(picture, spill), 0.45 * strength)


def lit(picture: Image.Image, light: Light | None, look: Look) -> Image.Image:
    """Under a light from one side, and darker in its corners where the look says so."""
    veil = _veil(light, look.vignette, look.monochrome > 0.5)
    return ImageChops.multiply(picture, veil.resize(picture.size, BICUBIC))


@lru_cache(maxsize=64)
def _veil(light: Light | None, vignette: float, grey: bool) -> Image.Image:
    """A small picture of how much light falls where: full towards the light, less away from it, least in corners."""
    values = [
        channel
        for row in range(LIGHT_NODES)
        for column in range(LIGHT_NODES)
        for channel in _falling(column / (LIGHT_NODES - 1) - 0.5, row / (LIGHT_NODES - 1) - 0.5, light, vignette, grey)
    ]
    return Image.frombytes("RGB", (LIGHT_NODES, LIGHT_NODES), bytes(values))


def _falling(x: float, y: float, light: Light | None, vignette: float, grey: bool) -> tuple[int, int, int]:
    level = 1.0 - vignette * oklab.smooth(math.hypot(x, y), 0.3, 0.85)
    warmth = 0.0
    if light is not None:
        angle = math.radians(light.angle)
        away = 0.5 - (x * math.cos(angle) + y * math.sin(angle)) / 1.3
        level *= 1 - light.depth * oklab.smooth(away, 0.1, 1.0)
        warmth = 0.0 if grey else light.warmth * light.depth * (away - 0.5)
    red, blue = level * (1 - 0.25 * max(0.0, warmth)), level * (1 - 0.3 * max(0.0, -warmth))
    return _byte(red), _byte(level), _byte(blue)


def _byte(share: float) -> int:
    return round(255 * min(1.0, max(0.0, share)))


def _cut_out(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """The subject alone. Colours at its edge are drawn from within it, so that no rim of the old ground shows."""
    edge = mask.point(lambda value: max(0, min(255, (value - 70) * 255 // 150)))
    core = picture.copy()
    core.putalpha(mask.point(lambda value: max(0, min(255, (value - 170) * 255 // 80))))
    reach = max(2, round(min(picture.size) / 170))
    small = core.convert("RGBa").reduce(2).filter(ImageFilter.BoxBlur(reach / 2))
    spread = small.resize(picture.size, BICUBIC).convert("RGBA")
    # Where hardly any subject is near, the spread colours are rounding errors: spokes keep their own.
    usable = ImageChops.subtract(spread.getchannel("A").point(lambda value: min(255, value * 5)), core.getchannel("A"))
    subject = Image.composite(spread.convert("RGB"), picture, usable)
    subject.putalpha(edge)
    return subject
