from typing import Any

import pytest

from studio.sandbox import errors, validation

GOOD: dict[str, Any] = {"model": "sandbox", "prompt": "a chair"}
REFUSED = [
    ({"prompt": None}, 400, "missing_required_parameter", "prompt"),
    ({"prompt": ""}, 400, "empty_string", "prompt"),
    ({"prompt": " \n "}, 400, "empty_string", "prompt"),
    ({"prompt": "x" * 32_001}, 400, "string_above_max_length", "prompt"),
    ({"prompt": 7}, 400, "invalid_type", "prompt"),
    ({"model": None}, 400, "missing_required_parameter", "model"),
    ({"model": "gpt-image-1"}, 404, "model_not_found", "model"),
    ({"size": "1920x1080"}, 400, "invalid_value", "size"),
    ({"size": "512x512"}, 400, "invalid_value", "size"),
    ({"size": "3856x1024"}, 400, "invalid_value", "size"),
    ({"size": "3840x1024"}, 400, "invalid_value", "size"),
    ({"size": "3840x2176"}, 400, "invalid_value", "size"),
    ({"size": "big"}, 400, "invalid_value", "size"),
    ({"size": "0x0"}, 400, "invalid_value", "size"),
    ({"size": "-1024x1024"}, 400, "invalid_value", "size"),
    ({"size": "١٠٢٤x1024"}, 400, "invalid_value", "size"),
    ({"quality": "hd"}, 400, "invalid_value", "quality"),
    ({"quality": "max", "model": "gpt-image-2"}, 400, "invalid_value", "quality"),
    ({"background": "pink"}, 400, "invalid_value", "background"),
    ({"background": "transparent", "output_format": "jpeg"}, 400, "invalid_value", "background"),
    ({"output_format": "tiff"}, 400, "invalid_value", "output_format"),
    ({"output_format": "gif"}, 400, "invalid_value", "output_format"),
    ({"output_compression": 101, "output_format": "webp"}, 400, "integer_above_max_value", "output_compression"),
    ({"output_compression": -1, "output_format": "webp"}, 400, "integer_below_min_value", "output_compression"),
    ({"output_compression": 50}, 400, "invalid_value", "output_compression"),
    ({"n": 0}, 400, "integer_below_min_value", "n"),
    ({"n": 11}, 400, "integer_above_max_value", "n"),
    ({"n": "x"}, 400, "invalid_type", "n"),
    ({"n": True}, 400, "invalid_type", "n"),
    ({"stream": "yes"}, 400, "invalid_type", "stream"),
    ({"partial_images": 2}, 400, "invalid_value", "partial_images"),
    ({"partial_images": 4, "stream": True}, 400, "integer_above_max_value", "partial_images"),
    ({"moderation": "none"}, 400, "invalid_value", "moderation"),
    ({"complexity": "high", "model": "gpt-image-2"}, 400, "invalid_value", "complexity"),
    ({"response_format": "b64_json"}, 400, "unknown_parameter", "response_format"),
    ({"seed": 3}, 400, "unknown_parameter", "seed"),
    ({"frame_count": 9}, 400, "invalid_value", "frame_count"),
    ({"prompt": "a beheading"}, 400, "moderation_blocked", None),
]


@pytest.mark.parametrize(("change", "status", "code", "param"), REFUSED)
def test_what_the_api_refuses(change: dict[str, Any], status: int, code: str, param: str | None) -> None:
    with pytest.raises(errors.ApiError) as caught:
        validation.read({**GOOD, **change})
    error = caught.value.body()["error"]
    assert (caught.value.status, error["code"], error["param"]) == (status, code, param)
    assert error["message"]


@pytest.mark.parametrize("body", [None, [], "prompt", 3])
def test_a_body_that_is_no_object(body: object) -> None:
    with pytest.raises(errors.ApiError) as caught:
        validation.read(body)
    assert caught.value.status == 400


def test_a_block_says_where_and_why() -> None:
    error = errors.moderation_blocked().body()["error"]
    assert error["type"] == "image_generation_user_error"
    assert error["moderation_details"] == {"moderation_stage": "input", "categories": ["violence"]}
    assert "safety_violations=[violence]" in error["message"]


@pytest.mark.parametrize("size", ["1024x1024", "3840x2160", "1920x1088", "1440x480", "1024x640", "auto"])
def test_legal_sizes_pass(size: str) -> None:
    order = validation.read({**GOOD, "size": size})
    assert order.size == (None if size == "auto" else tuple(int(side) for side in size.split("x")))


def test_everything_at_once_passes() -> None:
    order = validation.read(
        {
            "model": "gpt-image-2.6-flare",
            "prompt": "x" * 32_000,
            "n": 10,
            "size": "1536x1024",
            "quality": "max",
            "background": "transparent",
            "output_format": "webp",
            "output_compression": 0,
            "moderation": "low",
            "complexity": "low",
            "stream": True,
            "partial_images": 3,
            "user": "someone",
        }
    )
    assert (order.n, order.partial_images, order.safety_identifier) == (10, 3, "someone")


def test_a_null_is_as_good_as_nothing() -> None:
    order = validation.read({**GOOD, "size": None, "n": None, "quality": None, "stream": None})
    assert (order.size, order.n, order.quality, order.stream) == (None, 1, "auto", False)


def test_a_forbidden_word_inside_another_word_is_none() -> None:
    assert validation.read({**GOOD, "prompt": "a categorical chart"}).prompt
    with pytest.raises(errors.ApiError):
        validation.read({**GOOD, "prompt": "Gore, everywhere"})
