"""What a prompt for an edit says beside the picture."""

import pytest

from studio.sandbox import match, wishes


@pytest.mark.parametrize(
    ("prompt", "words", "said"),
    [
        ("A cup by the sea.\nKeep exactly as they are: the product, the camera angle.", "A cup by the sea.", {"keeps"}),
        ("A cup. Leave the face unchanged. Follow its palette and light.", "A cup.", {"keeps", "follows"}),
        ("Make a new picture.\nA cup on oak", "A cup on oak", {"fresh"}),
        ("Remove the cup", "Remove the cup", {"removes"}),
        ("Make it deep blue", "Make it deep blue", {"dyes"}),
        ("Change the cup into a blue vase", "Change the cup into a blue vase", set()),
        ("A keepsake box, colourful", "A keepsake box, colourful", set()),
    ],
)
def test_it_reads(prompt: str, words: str, said: set[str]) -> None:
    read = wishes.read(prompt)
    assert read.words == words
    assert {name for name in ("keeps", "follows", "fresh", "removes", "dyes") if getattr(read, name)} == said


@pytest.mark.parametrize(
    ("prompt", "slug"),
    [("A bottle by the sea at sunset", "sea-at-sunset"), ("in a foggy forest", "forest-in-fog"), ("a red chair", None)],
)
def test_a_place_is_named_beside_a_thing(prompt: str, slug: str | None) -> None:
    found = match.place(prompt)
    assert (found and found.slug) == slug
