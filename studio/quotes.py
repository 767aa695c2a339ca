"""What a run costs, at most. Pure: the caller brings the price; no models, no request."""

from dataclasses import dataclass
from typing import Final

# Outside figures behind the worst case, all for one call (OpenAI notes of 2026-11-24):
PROMPT_TOKENS: Final = 8_000  # 32,000 characters, the longest prompt the API takes, at 4 characters a token
PREVIEW_TOKENS: Final = 100  # each partial image, third party quoting OpenAI
REFERENCE_TOKENS: Final = 1_450  # one edit's input, third party


@dataclass(frozen=True, kw_only=True)
class PriceFacts:
    """One row of the price list: credits for a picture, for each reference and for each preview."""

    credits: int
    reference_credits: int = 0
    preview_credits: int = 0


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The most that a run will cost: `each` picture's share, and `credits` for all of them."""

    each: int
    credits: int


@dataclass(frozen=True, kw_only=True)
class TokenPrices:
    """What the provider charges, US cents per million tokens."""

    text_in: int
    image_in: int
    image_out: int


def quote(*, price: PriceFacts, count: int, references: int = 0, previews: int = 0) -> Quote:
    """Credits for `count` pictures of one price."""
    each = price.credits + references * price.reference_credits + previews * price.preview_credits
    return Quote(each=each, credits=each * count)


def cost_microusd(*, tokens: TokenPrices, text_in: int, image_in: int, image_out: int) -> int:
    """What a call cost the house, in millionths of a US dollar, rounded up."""
    cents_per_million = text_in * tokens.text_in + image_in * tokens.image_in + image_out * tokens.image_out
    return -(-cents_per_million // 100)


def worst_case_microusd(*, tokens: TokenPrices, output_tokens: int, references: int = 0, previews: int = 3) -> int:
    """The most that one call can cost the house: the longest prompt, the dearest size, every preview."""
    return cost_microusd(
        tokens=tokens,
        text_in=PROMPT_TOKENS,
        image_in=references * REFERENCE_TOKENS,
        image_out=output_tokens + previews * PREVIEW_TOKENS,
    )
