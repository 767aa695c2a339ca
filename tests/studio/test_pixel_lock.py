"""Pixel lock: not one pixel changes outside the feathered mask, whatever the source is; and the arithmetic below it."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageChops

from accounts.models import User
from studio import instructions, pixel_lock, sheets, sizes, storage
from studio.generations import enclosures
from studio.models import Image, ImageKind, Keep, OutputFormat, Role, Run, Status, Strength
from studio.sheets import Sheet
from studio.sizes import MOST_PIXELS, Size
from tests.conftest import work
from tests.studio.bringing import RECTANGLE, brought, edit, opened, painted, pixels, speckled
from tests.studio.file_makers import made, pixel_chunk, png

Submit = Callable[..., Run]
FEATHER = 12


def see_through_photo() -> bytes:
    image = speckled((640, 480)).convert("RGBA")
    image.putalpha(Pillow.linear_gradient("L").resize((640, 480)))
    return made("PNG", image)


def sixteen_bits() -> bytes:
    bands = range(6)
    rows = (b"\0" + bytes((x * 7 + y * 5 + band) % 256 for x in range(300) for band in bands) for y in range(260))
    return png(300, 260, pixel_chunk(b"".join(rows)), depth=16)


# Ten pictures of different kinds, modes and sizes; the last is extended instead of painted.
SOURCES: dict[str, Callable[[], bytes]] = {
    "RGB PNG": lambda: made("PNG", speckled((800, 600))),
    "RGBA PNG": see_through_photo,
    "grey PNG": lambda: made("PNG", speckled((500, 500)).convert("L")),
    "palette PNG": lambda: made("PNG", speckled((512, 384)).quantize(64)),
    "16-bit PNG": sixteen_bits,
    "JPEG": lambda: made("JPEG", speckled((1003, 997)), quality=90),
    "CMYK JPEG": lambda: made("JPEG", speckled((600, 450)).convert("CMYK"), quality=90),
    "WebP, tall": lambda: made("WEBP", speckled((400, 1200)), quality=90),
    "3 megapixels": lambda: made("JPEG", Pillow.effect_noise((1000, 750), 60).convert("RGB").resize((2000, 1500))),
    "extended": lambda: made("PNG", speckled((640, 480))),
}
LARGE = {"13 megapixels": lambda: made("JPEG", speckled((520, 390)).resize((4160, 3120)))}


def outside(run: Run, source: Image, size: Size) -> Pillow.Image:
    """White where the feathered mask has nothing at all."""
    side = int(MOST_PIXELS**0.5)
    mask = enclosures.mask_of(run, source, Size(side, side)).resize(size, Pillow.Resampling.BILINEAR)
    return mask.point(lambda value: 255 if value == 0 else 0)


def changed(first: Pillow.Image, second: Pillow.Image, where: Pillow.Image) -> int:
    """How many pixels differ there, in any channel."""
    most = Pillow.new("L", first.size)
    for band in ImageChops.difference(first, second).split():
        most = ImageChops.lighter(most, band)
    return sum(most.histogram(where)[1:])


@pytest.mark.parametrize("name", [*SOURCES, *(pytest.param(name, marks=pytest.mark.long) for name in LARGE)])
def test_nothing_changes_outside_the_feathered_mask(name: str, submitted: Submit, alice: User) -> None:
    source = brought(alice, {**SOURCES, **LARGE}[name]())
    if name == "extended":
        sheet = sheets.extended(Size(640, 480), ratio=Fraction(16, 9), across=30, down=50)
        asked = sizes.like(sheet.size, "standard")
        how: dict[str, Any] = {"sheet": (*sheet.size, sheet.x, sheet.y), "width": asked.width, "height": asked.height}
    else:
        sheet, how = sheets.whole(Size(source.width, source.height)), {"mask_id": painted(source).pk}
    asked = {"feather_px": FEATHER, "lock": True, "prompt": "A red ball", "quality": "low"}
    run = submitted(**edit((source, "source"), **asked, **how))
    [frame] = work(run)
    assert frame.status == Status.SUCCEEDED, (frame.error_code, frame.error_params)

    by_kind = {image.kind: image for image in frame.images.all()}
    assert {kind: image.on_table for kind, image in by_kind.items()} == {"raw": False, "locked": True}
    locked = by_kind[ImageKind.LOCKED]
    got, original = pixels(locked.object_key), pixels(source.object_key)
    assert got.mode == original.mode
    assert (locked.width, locked.height) == got.size == sheet.size
    if name == "extended":
        laid = Pillow.new(original.mode, sheet.size)
        laid.paste(original, (sheet.x, sheet.y))
        original = laid
    stays = outside(run, source, Size(*got.size))
    area = stays.histogram()[255]
    assert area > 0.5 * source.width * source.height
    assert changed(original, got, stays) == 0
    inside = ImageChops.invert(stays)
    assert changed(original, got, inside) > 0.5 * inside.histogram()[255]
    assert locked.changed_share is not None and 0 < locked.changed_share <= 1
    assert pixels(locked.heat_key).width <= pixel_lock.HEAT_PX
    assert locked.parent_id == by_kind[ImageKind.RAW].parent_id == source.pk


def test_the_feather_reaches_no_further_than_twice_its_width(submitted: Submit, alice: User) -> None:
    source = brought(alice, SOURCES["JPEG"]())
    run = submitted(**edit((source, "source"), mask_id=painted(source).pk, feather_px=FEATHER, lock=True))
    reached = ImageChops.invert(outside(run, source, Size(source.width, source.height))).getbbox()
    assert reached
    sides = (source.width, source.height, source.width, source.height)
    wanted = [share * side / 100 for share, side in zip(RECTANGLE, sides, strict=True)]
    for got, edge in zip(reached, wanted, strict=True):
        assert FEATHER / 2 <= abs(got - edge) <= 2 * FEATHER


def test_without_the_lock_the_models_own_lies_on_the_table(submitted: Submit, alice: User) -> None:
    source = brought(alice, SOURCES["RGB PNG"]())
    [frame] = work(submitted(**edit((source, "source"), mask_id=painted(source).pk, lock=False)))
    assert {image.kind: image.on_table for image in frame.images.all()} == {"raw": True, "locked": False}


@pytest.mark.parametrize("mode", ["P", "LA", "L"])
def test_a_picture_that_a_model_made_in_an_odd_mode_is_locked_too(mode: str, submitted: Submit, alice: User) -> None:
    """Compatible servers answer with whatever they like, and it is kept as it came."""
    odd = speckled((320, 240)).quantize(32) if mode == "P" else speckled((320, 240)).convert(mode)
    key = storage.new_key(owner=alice.uuid, suffix="png")
    data = made("PNG", odd)
    storage.put(key=key, data=data, content_type="image/png")
    source = Image.objects.create(
        owner=alice, object_key=key, output_format=OutputFormat.PNG, width=320, height=240, size_bytes=len(data)
    )
    run = submitted(**edit((source, "source"), mask_id=painted(source).pk, feather_px=FEATHER, lock=True))
    [frame] = work(run)
    locked = frame.images.get(kind=ImageKind.LOCKED)
    got = pixels(locked.object_key)
    was = opened(data)
    was = was.convert("RGBA" if "A" in mode else "RGB")
    stays = outside(run, source, Size(320, 240))
    assert changed(was, got, stays) == 0
    inside = ImageChops.invert(stays)
    assert changed(was, got, inside) > 0.5 * inside.histogram()[255]


# --- pure ---------------------------------------------------------------------------------------------------------


def test_what_was_made_lies_inside_whatever_size_it_came_in() -> None:
    original, sheet = speckled((300, 200)), sheets.whole(Size(300, 200))
    mask = whole_mask(box((300, 200), (100, 50, 200, 150)), sheet, feather_px=0)
    for size in ((1056, 704), (2112, 1408), (300, 200)):
        before = original.copy()
        done = pixel_lock.lock(
            original=original.copy(), made=Pillow.new("RGB", size, "red"), mask=mask, sheet=sheet, asked=Size(1056, 704)
        )
        assert done.picture.crop((100, 50, 200, 150)).getcolors() == [(100 * 100, (255, 0, 0))]
        assert changed(before, done.picture, ImageChops.invert(mask)) == 0
        assert done.changed_share > 0.9


def test_a_model_that_keeps_what_was_to_stay_has_changed_nothing() -> None:
    original, sheet, asked = speckled((304, 208)), sheets.whole(Size(304, 208)), Size(304, 208)
    mask = whole_mask(box((304, 208), (0, 0, 100, 100)), sheet, feather_px=8)
    done = pixel_lock.lock(original=original.copy(), made=original.copy(), mask=mask, sheet=sheet, asked=asked)
    assert done.changed_share == 0
    assert done.heat.getextrema() == (0, 0)


def test_the_mask_that_is_sent_is_hard_and_transparent_where_it_is_to_change() -> None:
    sheet, asked = sheets.whole(Size(300, 200)), Size(1056, 704)
    mask = whole_mask(box((300, 200), (100, 50, 200, 150)), sheet, feather_px=20)
    sent = opened(pixel_lock.sent_mask(mask, sheet=sheet, asked=asked))
    assert (sent.format, sent.mode, sent.size) == ("PNG", "RGBA", asked)
    alpha = sent.getchannel("A")
    assert {value for value, count in enumerate(alpha.histogram()) if count} == {0, 255}
    assert (alpha.getpixel((528, 352)), alpha.getpixel((10, 10))) == (0, 255)
    gone = ImageChops.invert(alpha).getbbox()
    assert gone and all(abs(a - b) <= 3 for a, b in zip(gone, (352, 176, 704, 528), strict=True))


def test_the_finest_mask_that_is_kept_is_no_larger_than_the_api_takes() -> None:
    size = Size(2880, 2880)
    noise = Pillow.effect_noise(size, 200).point(lambda value: 255 if value >= 128 else 0)
    data = pixel_lock.sent_mask(noise, sheet=sheets.whole(size), asked=size)
    assert len(data) < 4_000_000


def box(size: tuple[int, int], at: tuple[int, int, int, int]) -> Pillow.Image:
    """A mask with one rectangle."""
    mask = Pillow.new("L", size)
    mask.paste(255, at)
    return mask


def whole_mask(painted: Pillow.Image, sheet: Sheet, *, feather_px: int) -> Pillow.Image:
    """The mask of a source that lies on no larger sheet."""
    return pixel_lock.mask_of(painted, sheet=sheet, source=sheet.size, feather_px=feather_px, most=Size(2000, 2000))


@pytest.mark.parametrize("feather_px", [0, 1, 12])
def test_an_extended_original_is_blended_as_deep_as_its_feather_and_no_deeper(feather_px: int) -> None:
    sheet, source = Sheet(width=400, height=300, x=100, y=0), Size(200, 300)
    mask = pixel_lock.mask_of(None, sheet=sheet, source=source, feather_px=feather_px, most=Size(2000, 2000))
    stays = mask.point(lambda value: 255 * (value == 0)).getbbox()
    assert stays == (100 + feather_px, 0, 300 - feather_px, 300)
    row = [mask.getpixel((x, 150)) for x in range(100, 100 + feather_px)]
    assert row == sorted(row, reverse=True) and len(set(row)) == feather_px


@pytest.mark.parametrize(
    ("source", "ratio", "across", "down", "sheet"),
    [
        ((640, 480), (16, 9), 30, 50, (864, 480, 67, 0)),
        ((640, 480), (9, 16), 50, 0, (640, 1152, 0, 0)),
        ((640, 480), (9, 16), 50, 100, (640, 1152, 0, 672)),
        ((640, 480), (4, 3), 50, 50, (640, 480, 0, 0)),
        ((1003, 997), (1, 1), 50, 50, (1003, 1008, 0, 6)),
    ],
)
def test_an_extended_sheet_holds_its_source(
    source: tuple[int, int], ratio: tuple[int, int], across: int, down: int, sheet: tuple[int, int, int, int]
) -> None:
    found = sheets.extended(Size(*source), ratio=Fraction(*ratio), across=across, down=down)
    assert (found.width, found.height, found.x, found.y) == sheet
    assert found.x + source[0] <= found.width and found.y + source[1] <= found.height


def test_a_sheet_lies_in_the_middle_of_what_is_asked_for() -> None:
    scale, at = Sheet(width=400, height=1300).placed(Size(592, 1760))
    assert scale == pytest.approx(1760 / 1300)
    assert at.left == pytest.approx(592 - at.right)
    assert (at.top, at.bottom) == (0, 1760)
    inner = Sheet(width=200, height=100, x=50, y=10).source_in(Size(400, 200), Size(100, 80))
    assert inner == (100, 20, 300, 180)


def test_the_ground_of_an_extended_source_has_its_colours() -> None:
    sheet = Sheet(width=200, height=100, x=50, y=0)
    green = Pillow.new("RGB", (100, 100), (10, 200, 30))
    sent = pixel_lock.sent(green, sheet=sheet, source=Size(100, 100), asked=Size(400, 200))
    assert sent.size == (400, 200)
    assert sent.getpixel((5, 100)) == (10, 200, 30)


# --- what a model is told -----------------------------------------------------------------------------------------


def test_the_source_is_sent_first_and_handles_stay() -> None:
    assert instructions.sent_order(["style", "source", "product"]) == [2, 1, 3]
    told = instructions.words(roles=["style", "source"]).splitlines()
    assert told[0].startswith("Image 1 (@2) is the picture to edit")
    assert told[1].startswith("Image 2 (@1) is for its style")


def test_every_role_and_everything_kept_has_words() -> None:
    assert set(instructions.ROLES) == set(Role.values)
    assert set(instructions.KEEP) == set(Keep.values)
    assert set(instructions.STRENGTH) == set(Strength.values)


def test_the_words_of_an_edit() -> None:
    told = instructions.words(
        roles=["source"], keep=["text", "face"], keep_words="the crack", strength="low", way="mask"
    )
    assert told.splitlines() == [
        "Image 1 (@1) is the picture to edit.",
        instructions.WAYS["mask"],
        "There, stay very close to it: a slight variation.",
        "Keep exactly as they are: the face and who it is, all text and lettering.",
        "Keep as it is, too: the crack",
    ]
    assert instructions.words(roles=[]) == ""
    assert instructions.words(roles=["style"]).splitlines()[-1] == instructions.NEW
