import pytest

from studio.sandbox import recipes, words
from studio.sandbox.oklab import from_hex
from tests.sandbox.conftest import sit


def tinted(prompt: str) -> tuple[bool, bool]:
    """Whether the prompt colours the subject, and whether it colours the ground. A packshot: it bears both."""
    recipe = sit(prompt, seed="0").recipe
    grounds = {from_hex(one) for one in (*recipes.STUDIO_GROUNDS, *recipes.NIGHT_GROUNDS)}
    return recipe.body is not None, recipe.ground is not None and recipe.ground not in grounds


@pytest.mark.parametrize(
    ("prompt", "subject", "ground"),
    [
        ("a blue armchair", True, False),
        ("an armchair in emerald velvet", True, False),
        ("an armchair on a pink background", False, True),
        ("a navy armchair against a mint wall", True, True),
        ("an armchair, a red apple beside it", False, False),
        ("an armchair at blue hour", False, False),
        ("an armchair, black and white photo", False, False),
    ],
)
def test_a_colour_goes_to_what_the_words_give_it(prompt: str, subject: bool, ground: bool) -> None:
    assert tinted(prompt) == (subject, ground)


def test_a_shade_word_changes_the_colour() -> None:
    pale, plain, dark = (
        words.tints(words.tokens(f"{shade} blue chair"))[0].colour[0] for shade in ("pale", "a", "dark")
    )
    assert dark < plain < pale


def test_plurals_and_other_names_mean_the_same() -> None:
    assert words.canonical("mugs") == words.canonical("teacup") == words.canonical("cup")
    assert words.canonical("couches") == words.canonical("sofa")
    assert words.canonical("berries") == words.canonical("berry")


def test_the_subject_weighs_more_than_its_surroundings() -> None:
    terms = dict(words.read("a mug on a table").terms)
    assert terms["cup"] > terms["table"]
    assert dict(words.read("On a table, a mug").terms)["cup"] == terms["table"]
