"""What runs cost, and what they cost the house."""

import pytest

from studio import catalogue as shelf
from studio import quotes
from studio.catalogue_rows import MODELS
from studio.generations import endings
from studio.models import ImageModel, Price
from studio.quotes import PriceFacts, TokenPrices

FLARE = TokenPrices(text_in=500, image_in=800, image_out=3000)


def test_quote_adds_references_and_previews() -> None:
    price = PriceFacts(credits=4, reference_credits=2, preview_credits=1)
    assert quotes.quote(price=price, count=3, references=2, previews=3) == quotes.Quote(each=11, credits=33)


def test_cost_of_the_price_lists_own_example() -> None:
    # gpt-image-2.5 at high, 1024 x 1024: 1756 tokens out, $0.0527 (OpenAI notes, section 5)
    assert quotes.cost_microusd(tokens=FLARE, text_in=0, image_in=0, image_out=1756) == 52_680


def test_cost_is_rounded_up() -> None:
    assert quotes.cost_microusd(tokens=FLARE, text_in=1, image_in=0, image_out=0) == 5
    assert (
        quotes.cost_microusd(tokens=TokenPrices(text_in=1, image_in=1, image_out=1), text_in=1, image_in=0, image_out=0)
        == 1
    )


@pytest.mark.django_db
def test_usage_without_output_details_is_billed_as_picture(catalogue: list[ImageModel]) -> None:
    usage = {"input_tokens": 20, "output_tokens": 1000, "input_tokens_details": {"text_tokens": 20, "image_tokens": 0}}
    assert endings.cost_of(model=catalogue[0], usage=usage) == 20 * 5 + 1000 * 30
    assert endings.cost_of(model=catalogue[0], usage={}) is None


@pytest.mark.django_db
def test_no_price_that_a_new_studio_starts_with_loses_money(catalogue: list[ImageModel], settings: object) -> None:
    value = settings.CREDIT_VALUE_MICROUSD  # type: ignore[attr-defined]
    rows = Price.objects.select_related("model")
    assert rows.count() == sum(3 * len(model["ladder"]) for model in MODELS)
    losing = [str(row) for row in rows if row.credits * value < shelf.worst_case(row)]
    assert losing == []
