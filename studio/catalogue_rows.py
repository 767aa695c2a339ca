"""The catalogue a new studio starts with: the models alive on 2026-11-24, what they cost the house, and prices.

Tokens out of one 1024 x 1024 picture, by quality: OpenAI notes, section 5 (fal's table via litellm; for 2.6 a third
party's "three to four times 2.5 at low and medium, equal above", taken at 3.5). All sizes of that table lie within 5 in
100 of k x short / long x (2 + megapixels), so that a band's dearest size is its largest square, and the largest squares
take 1.25, 1.9 and 3.4 times a 1024 square.
"""

from typing import Any, Final

FLARE_25: Final = {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7024}
FLARE_26: Final = {"low": 686, "medium": 1536, "high": 1756, "xhigh": 3122, "max": 7024}
GPT_IMAGE_2: Final = {"low": 200, "medium": 1756, "high": 7024}
BAND_FACTOR: Final = {"s": 1.25, "m": 1.9, "l": 3.4}

REFERENCE_CREDITS: Final = 1  # a picture that goes along: 1,450 tokens in at most, 1.2 US cents
TOKEN_CENTS: Final = {"text_in_cents": 500, "image_in_cents": 800, "image_out_cents": 3000}
ALL: Final = {"formats": ["png", "jpeg", "webp"], "backgrounds": ["auto", "opaque", "transparent"]}
FIVE: Final = list(FLARE_25)

# Credits a picture by quality, for the bands s, m and l.
Ladder = dict[str, tuple[int, int, int]]
FAST_26: Final[Ladder] = {
    "low": (3, 4, 5), "medium": (4, 6, 8), "high": (6, 8, 10), "xhigh": (9, 11, 15), "max": (14, 20, 28)
}  # fmt: skip
FINE_26: Final[Ladder] = {
    "low": (6, 8, 10), "medium": (9, 12, 15), "high": (12, 15, 18), "xhigh": (16, 20, 26), "max": (24, 32, 40)
}  # fmt: skip
FAST_25: Final[Ladder] = {
    "low": (2, 3, 3), "medium": (3, 4, 5), "high": (5, 6, 9), "xhigh": (8, 10, 14), "max": (13, 18, 27)
}  # fmt: skip
FINE_25: Final[Ladder] = {
    "low": (4, 5, 6), "medium": (6, 8, 10), "high": (9, 11, 14), "xhigh": (13, 17, 22), "max": (20, 28, 38)
}  # fmt: skip
STEADY_2: Final[Ladder] = {"low": (2, 3, 3), "medium": (5, 6, 9), "high": (13, 18, 27)}
SAMPLE: Final[Ladder] = {"low": (1, 1, 1), "medium": (1, 1, 1), "high": (2, 2, 2)}

MODELS: Final[list[dict[str, Any]]] = [
    {
        "api_name": "gpt-image-2.6-flare", "label": "2.6 Flare", "note": "Fast, for drafts and most work",
        "speed": 5, "cost": 2, "fidelity": 3, "typical_s": 9, "qualities": FIVE, "tokens": FLARE_26, "ladder": FAST_26,
    },
    {
        "api_name": "gpt-image-2.6-sunburst", "label": "2.6 Sunburst", "note": "Slower, for fine detail and lettering",
        "speed": 2, "cost": 4, "fidelity": 5, "typical_s": 24, "qualities": FIVE, "tokens": FLARE_26, "ladder": FINE_26,
    },
    {
        "api_name": "gpt-image-2.5-flare", "label": "2.5 Flare", "note": "The flare before, and the cheapest",
        "speed": 4, "cost": 1, "fidelity": 2, "typical_s": 14, "qualities": FIVE, "tokens": FLARE_25, "ladder": FAST_25,
    },
    {
        "api_name": "gpt-image-2.5-sunburst", "label": "2.5 Sunburst", "note": "The sunburst before",
        "speed": 2, "cost": 3, "fidelity": 4, "typical_s": 28, "qualities": FIVE, "tokens": FLARE_25, "ladder": FINE_25,
    },
    {
        "api_name": "gpt-image-2", "label": "GPT Image 2", "note": "The steady one",
        "speed": 1, "cost": 3, "fidelity": 4, "typical_s": 58, "qualities": list(GPT_IMAGE_2), "tokens": GPT_IMAGE_2,
        "ladder": STEADY_2, "takes_markup": False,
    },
    {
        "api_name": "sandbox", "label": "Sample", "note": "Samples drawn on this machine", "sandbox_only": True,
        "speed": 5, "cost": 1, "fidelity": 2, "typical_s": 4, "qualities": list(SAMPLE),
        "tokens": dict.fromkeys(SAMPLE, 0), "ladder": SAMPLE,
        "text_in_cents": 0, "image_in_cents": 0, "image_out_cents": 0,
    },
]  # fmt: skip
