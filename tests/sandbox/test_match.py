import pytest

from studio.sandbox import match, plates, traits

FITS = {
    "A stoneware mug of coffee on a breakfast table": "stoneware-cup",
    "flat white in a cup": "stoneware-cup",
    "perfume bottle on a plinth, peach light": "perfume-plinths",
    "A serum dropper with a blank label": "amber-dropper",
    "Packshot of a shampoo bottle on pure white": "pump-bottle-white",
    "a grey couch in a loft": "sofa-and-plant",
    "Luxury wristwatch, macro": "wrist-watch",
    "someone reading a novel": "hardcover-books",
    "iced latte in a tall glass": "iced-citrus-drink",
    "Hot air balloons over Cappadocia": "balloons-over-hills",
    "Manhattan skyline at night": "night-city",
    "a cosy chalet in the snow": "snowy-cabin",
    "mobile app for meditation, landing page": "floating-phone",
    "Portrait of a CEO": "plaster-head",
    "fluffy waffles with maple syrup": "pancake-stack",
    "an old bike in Rome": "bicycle-and-wall",
    "coffee bag packaging design": "packaging-set",
    "logo on a business card": "stationery-set",
    "A peaceful ocean at sunset": "sea-at-sunset",
    "Cyberpunk tunnel of neon": "neon-arches",
}
NEAR = {
    "diamond engagement ring": "wrist-watch",
    "podcast about technology": "headphones",
    "a bowl of ramen": "pancake-stack",
    "campaign for a running shoe": "headphones",
    "golden retriever in a flat": "sofa-and-plant",
}


@pytest.mark.parametrize(("prompt", "slug"), FITS.items())
def test_the_named_thing_is_shown(prompt: str, slug: str) -> None:
    found = match.find(prompt)
    assert found.named
    assert found.plates[0].slug == slug


@pytest.mark.parametrize(("prompt", "beginning"), NEAR.items())
def test_what_no_plate_shows_gets_the_nearest(prompt: str, beginning: str) -> None:
    found = match.find(prompt)
    assert not found.named
    assert found.plates[0].slug.startswith(beginning)


def test_a_colour_is_no_fruit() -> None:
    assert match.find("an orange armchair").plates[0].slug.startswith("chair")


@pytest.mark.parametrize("prompt", ["xyzzy", "?!", "Ω ж 漢字", "a" * 32_000])
def test_words_that_say_nothing_still_get_something_beautiful(prompt: str) -> None:
    found = match.find(prompt)
    assert not found.named
    assert len(found.plates) >= 2
    assert all(plate.slug in match.WELCOME for plate in found.plates)


def test_a_cut_out_comes_from_a_plate_that_bears_it() -> None:
    for prompt in ("misty mountains", "pancakes", "headphones", "xyzzy"):
        assert all(traits.of(plate.slug).cuts_out for plate in match.find(prompt, cut_out=True).plates)


def test_every_plate_has_its_files_its_traits_and_a_licence() -> None:
    for plate in plates.shelf():
        assert traits.of(plate.slug).names
        assert plates.picture(plate.slug).size == plate.size
        assert not traits.of(plate.slug).cuts_out or plate.has_mask
    assert "CC0" in (plates.FOLDER / "README.md").read_text()
