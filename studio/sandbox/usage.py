"""What a picture would have cost in tokens on the real API.

There is no official table for the models alive. The measured numbers of gpt-image-2.5 (196, 439, 1756, 3122,
7024 tokens at 1024x1024 from low to max; 5488 at 1024x1536 and 13342 at 3840x2160 in max) all lie within two
in a hundred of one curve: tokens = k * short/long * (2 + megapixels). That curve is used here. gpt-image-2
knows three steps and spends at medium what 2.5 spends at high, at high what it spends at max; gpt-image-2.6
is said to spend three to four times as much as 2.5 at low and medium and the same above.
"""

from studio.sandbox.validation import Order

SQUARE_TOKENS = {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7024}
TOKENS_PER_PARTIAL = 100
TOKENS_PER_INPUT = 1450
_BY_FAMILY = {
    "2": {"low": 196, "medium": 1756, "high": 7024},
    "2.6": {**SQUARE_TOKENS, "low": 686, "medium": 1536},
}
_SQUARE_MEGAPIXELS = 1024 * 1024 / 1e6


def output_tokens(*, family: str, quality: str, size: tuple[int, int]) -> int:
    """Tokens of one picture without its partials."""
    square = _BY_FAMILY.get(family, SQUARE_TOKENS)[quality]
    width, height = size
    share = (2 + width * height / 1e6) / (2 + _SQUARE_MEGAPIXELS)
    return round(square * min(size) / max(size) * share)


def text_tokens(prompt: str) -> int:
    """About four tokens for three words, as English text has; never fewer than one."""
    return max(1, round(len(prompt.split()) * 4 / 3))


def of_order(order: Order, *, quality: str, size: tuple[int, int], pictures: int = 1) -> dict[str, object]:
    """The `usage` object for one answer of that many pictures."""
    text = text_tokens(order.prompt)
    seen = TOKENS_PER_INPUT * order.material.count if order.material else 0
    one = output_tokens(family=order.engine.family, quality=quality, size=size)
    made = pictures * (one + TOKENS_PER_PARTIAL * order.partial_images)
    return {
        "input_tokens": text + seen,
        "input_tokens_details": {"text_tokens": text, "image_tokens": seen},
        "output_tokens": made,
        "total_tokens": text + seen + made,
    }
