"""Legal sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import sizes
from studio.sizes import Limits, Size


@pytest.mark.parametrize("shape", sizes.RATIOS)
@pytest.mark.parametrize("scale", sizes.SCALES)
def test_every_shape_and_scale_is_legal_and_true_to_its_ratio(shape: str, scale: str) -> None:
    size = sizes.fit(shape, scale)
    across, down = sizes.RATIOS[shape]
    assert sizes.problems(size) == []
    assert abs(size.ratio * down / across - 1) < 0.005
    assert sizes.shape_of(size) == shape


@pytest.mark.parametrize(
    ("size", "codes"),
    [
        (Size(1920, 1080), ["step"]),
        (Size(1920, 1088), []),
        (Size(512, 512), ["least"]),
        (Size(3840, 2160), []),
        (Size(3840, 1264), ["ratio"]),
        (Size(3856, 2144), ["side"]),
        (Size(3200, 3200), ["most"]),
        (Size(0, 1024), ["step"]),
        (Size(-16, 16), ["step"]),
    ],
)
def test_problems(size: Size, codes: list[str]) -> None:
    assert [problem.code for problem in sizes.problems(size)] == codes


@given(
    shape=st.sampled_from(list(sizes.RATIOS)), side=st.integers(1536, 3840), pixels=st.integers(1_000_000, 8_294_400)
)
def test_operators_limits_hold(shape: str, side: int, pixels: int) -> None:
    limits = Limits(longest_side=side, most_pixels=pixels)
    assert sizes.problems(sizes.fit(shape, "largest", limits), limits) == []


def test_bands_end_where_they_say() -> None:
    assert [sizes.band(sizes.fit("square", scale)) for scale in sizes.SCALES] == ["s", "m", "l"]
    assert sizes.band(Size(2016, 864)) == "s"


@pytest.mark.parametrize(
    ("size", "near"),
    [
        (Size(1080, 1080), Size(1088, 1088)),
        (Size(1080, 1350), Size(1088, 1360)),
        (Size(1200, 628), Size(1200, 640)),
    ],
)
def test_the_nearest_size_holds_what_was_asked(size: Size, near: Size) -> None:
    assert sizes.nearest(size) == near


@given(st.builds(Size, st.integers(-10, 100_000), st.integers(-10, 100_000)))
def test_whatever_is_typed_has_a_legal_size_nearby(size: Size) -> None:
    assert sizes.problems(sizes.nearest(size)) == []
