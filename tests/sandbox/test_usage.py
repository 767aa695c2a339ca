import pytest

from studio.sandbox import usage, validation

# Measured for gpt-image-2.5: tokens by size, from low to max.
TABLE = {
    (1024, 1024): (196, 439, 1756, 3122, 7024),
    (1024, 1536): (158, 343, 1372, 2459, 5488),
    (1920, 1080): (147, 343, 1320, 2347, 5280),
    (2560, 1440): (205, 478, 1843, 3276, 7370),
    (3840, 2160): (371, 865, 3336, 5930, 13342),
}


@pytest.mark.parametrize(("size", "tokens"), TABLE.items())
def test_the_curve_runs_through_the_measured_table(size: tuple[int, int], tokens: tuple[int, ...]) -> None:
    for quality, measured in zip(usage.SQUARE_TOKENS, tokens, strict=True):
        said = usage.output_tokens(family="2.5", quality=quality, size=size)
        assert said == pytest.approx(measured, rel=0.05), quality


def test_each_partial_costs_a_hundred_and_the_sums_are_right() -> None:
    order = validation.read({"model": "sandbox", "prompt": "a red chair", "stream": True, "partial_images": 3})
    told = usage.of_order(order, quality="low", size=(1024, 1024))
    assert told["output_tokens"] == 196 + 300
    assert told["total_tokens"] == 196 + 300 + usage.text_tokens("a red chair")
    assert told["input_tokens_details"] == {"text_tokens": told["input_tokens"], "image_tokens": 0}
