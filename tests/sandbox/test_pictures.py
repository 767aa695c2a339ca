import colorsys
import hashlib
import io
import itertools
import uuid
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from studio.sandbox import darkroom, finish, plates, traits
from tests.sandbox.conftest import sit, sketch

Draw = Callable[..., Image.Image]
RUNS = ("perfume bottle", "cozy living room", "coffee mug", "misty mountains", "hand wash bottle on white")


def apart(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures at a size where only what one sees counts."""
    small = [picture.convert("RGB").resize((48, 48), Image.Resampling.BOX) for picture in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


def lightness(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).mean[0]


def hue_at(picture: Image.Image, x: float, y: float) -> float:
    """The hue, in degrees, of a small patch."""
    left, top = round(x * picture.width), round(y * picture.height)
    red, green, blue = ImageStat.Stat(picture.convert("RGB").crop((left, top, left + 8, top + 8))).mean
    return 360 * colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)[0]


def test_the_same_order_is_the_same_file() -> None:
    digests = {hashlib.sha256(darkroom.final(sit("a green chair at dusk", "77")).data).digest() for _ in range(2)}
    assert len(digests) == 1
    assert digests != {hashlib.sha256(darkroom.final(sit("a green chair at dusk", "78")).data).digest()}


@pytest.mark.parametrize("prompt", RUNS)
def test_the_frames_of_a_run_differ_plainly(prompt: str) -> None:
    for first in (1041, 2000, 3_333_333):
        frames = [sketch(prompt, str(first + at)) for at in range(4)]
        assert min(apart(one, other) for one, other in itertools.combinations(frames, 2)) > 6


@pytest.mark.parametrize("prompt", RUNS)
def test_seeds_that_do_not_count_differ_too(prompt: str) -> None:
    frames = [sketch(prompt, str(uuid.UUID(int=at))) for at in range(6)]
    apart_by = sorted(apart(one, other) for one, other in itertools.combinations(frames, 2))
    assert apart_by[0] > 1
    assert apart_by[len(apart_by) // 2] > 8


def test_the_frames_of_a_run_show_the_same_thing() -> None:
    shown = {sit("headphones", str(seed)).recipe.plate.slug for seed in range(12)}
    assert shown == {"headphones-colour", "headphones-white"}


@pytest.mark.parametrize(
    "size", ["1024x1024", "1536x1024", "1024x1536", "1920x1088", "2304x768", "768x2304", "816x816"]
)
def test_the_size_is_exact(size: str, draw: Draw) -> None:
    for prompt in ("perfume bottle", "night city"):
        assert draw(prompt, size=size, quality="low").size == tuple(int(side) for side in size.split("x"))


def test_auto_takes_the_shape_that_suits_the_scene(draw: Draw) -> None:
    assert draw("a perfume bottle on a plinth", size="auto", quality="low").size == (1024, 1536)
    assert draw("ocean at sunset", size="auto", quality="low").size == (1536, 1024)


def test_no_frame_cuts_a_thing_that_fits() -> None:
    for plate in plates.shelf():
        if not traits.of(plate.slug).cuts_out:
            continue
        own = "1536x1024" if plate.width > plate.height else "1024x1536"
        for seed, size in itertools.product("1234", ("1024x1024", own)):
            recipe = sit(plate.prompt, seed, size=size).recipe
            left, top, right, bottom = traits.focus(recipe.plate.slug)
            wide, high = recipe.plate.size
            box = recipe.frame.box
            seen = min(box[2], right * wide) - max(box[0], left * wide)
            assert seen > 0.85 * (right - left) * wide, (plate.slug, size)
            assert min(box[3], bottom * high) - max(box[1], top * high) > 0.85 * (bottom - top) * high


def test_lettering_is_never_mirrored() -> None:
    for plate in plates.shelf():
        if traits.of(plate.slug).lettered:
            recipes = [sit(plate.prompt, str(seed)).recipe for seed in range(8)]
            assert not any(one.mirrored for one in recipes if traits.of(one.plate.slug).lettered)


@pytest.mark.parametrize(("colour", "low", "high"), [("red", 345, 380), ("green", 100, 170), ("blue", 205, 250)])
def test_a_colour_moves_the_subject_s_hue(colour: str, low: int, high: int) -> None:
    prompt = f"packshot of a {colour} hand wash bottle on pure white"
    hue = bottle_hue(prompt)
    assert low <= hue <= high or low <= hue + 360 <= high
    assert sketch(prompt, seed="3").getpixel((8, 8)) == (255, 255, 255)


def test_a_ground_moves_and_the_subject_stays() -> None:
    prompt = "a hand wash bottle on a {} background"
    hues = [bottle_hue(prompt.format(colour)) for colour in ("white", "blue", "pink")]
    assert max(hues) - min(hues) < 40
    assert 195 <= hue_at(sketch(prompt.format("blue"), seed="3"), 0.04, 0.3) <= 265


def bottle_hue(prompt: str) -> float:
    """The hue in the lower middle of the bottle, wherever the frame has put it."""
    recipe = sit(prompt, seed="3").recipe
    left, top, right, bottom = traits.focus(recipe.plate.slug)
    x = ((left + right) / 2 * recipe.plate.width - recipe.frame.box[0]) / recipe.frame.width
    y = ((top + 7 * bottom) / 8 * recipe.plate.height - recipe.frame.box[1]) / recipe.frame.height
    return hue_at(sketch(prompt, seed="3"), x, y)


def test_moods_change_the_light() -> None:
    def mean(mood: str) -> float:
        return sum(lightness(sketch(f"coffee mug{mood}", seed=seed)) for seed in "1234") / 4

    assert mean(", night") < 0.75 * mean("")
    assert mean(", airy") > 1.1 * mean("")
    red, green, blue = sketch("coffee mug, noir", seed="4").split()
    assert ImageChops.difference(red, green).getextrema()[1] < 14
    assert ImageChops.difference(green, blue).getextrema()[1] < 14


def test_a_cut_out_has_a_clear_ground_and_a_solid_subject(draw: Draw) -> None:
    for output_format in ("png", "webp"):
        picture = draw("hand wash bottle", background="transparent", output_format=output_format)
        alpha = picture.getchannel("A")
        assert alpha.getpixel((20, 20)) == 0
        assert alpha.crop((480, 600, 540, 700)).getextrema() == (255, 255)


def test_more_quality_is_more_detail(draw: Draw) -> None:
    def detail(quality: str) -> float:
        grey = draw("night city", seed="9", quality=quality).convert("L").crop((200, 200, 800, 800)).reduce(2)
        return ImageStat.Stat(grey.filter(ImageFilter.FIND_EDGES)).mean[0]

    low, medium, high, most = (detail(quality) for quality in ("low", "medium", "high", "max"))
    assert low < 0.9 * medium
    assert medium < 0.95 * high
    assert high < most


def test_every_file_says_that_it_is_a_sample(draw: Draw) -> None:
    assert draw("a chair").info["Comment"] == finish.NOTE
    for output_format in ("jpeg", "webp"):
        exif = draw("a chair", output_format=output_format).getexif()
        assert exif[0x010E] == finish.NOTE


def test_the_mark_is_in_the_corner(draw: Draw) -> None:
    corner = draw("packshot of a chair on pure white", seed="3").convert("L").crop((900, 980, 1024, 1024))
    light, dark = corner.getextrema()[1], corner.getextrema()[0]
    assert light == 255
    assert dark < 130  # type: ignore[operator]


def test_compression_makes_the_file_smaller() -> None:
    for output_format in ("jpeg", "webp"):
        whole = darkroom.final(sit("night city", output_format=output_format)).data
        small = darkroom.final(sit("night city", output_format=output_format, output_compression=30)).data
        assert len(small) < 0.6 * len(whole)


def test_partials_come_nearer_step_by_step_and_begin_in_noise() -> None:
    sitting = sit("coffee mug on a table", "6")
    final = Image.open(io.BytesIO(darkroom.final(sitting).data))
    steps = [Image.open(io.BytesIO(darkroom.partial(sitting, step=step, count=3).data)) for step in range(3)]
    assert all(max(step.size) == 512 for step in steps)
    distances = [apart(step, final) for step in steps]
    assert distances[0] > distances[1] > distances[2]
    thumbnail = final.resize((512, 512)).filter(ImageFilter.GaussianBlur(12))
    assert roughness(steps[0]) > 3 * roughness(thumbnail)


def roughness(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L").filter(ImageFilter.FIND_EDGES)).mean[0]


def test_a_partial_keeps_the_shape_and_the_format() -> None:
    data = darkroom.partial(sit("a chair", size="1536x1024", output_format="webp"), step=0, count=1).data
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size) == ("WEBP", (512, 341))
