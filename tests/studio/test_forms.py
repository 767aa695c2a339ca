"""What the composer posts: every bad value gets a sentence beside its field."""

from typing import Any

import pytest
from django.http import QueryDict

from studio.forms import ComposerForm
from studio.models import ImageModel

pytestmark = pytest.mark.django_db


def posted(catalogue: list[ImageModel], **changes: Any) -> ComposerForm:
    """A form as the browser posts it, with some values changed; None leaves a field out."""
    values = {
        "prompt": "A cup",
        "shape": "square",
        "scale": "standard",
        "model": catalogue[0].pk,
        "quality": "medium",
        "output_format": "png",
        "compression": "90",
        "background": "auto",
        "previews": "on",
        "count": "4",
    } | changes
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in values.items() if value is not None})
    return ComposerForm(query)


def test_it_works(catalogue: list[ImageModel]) -> None:
    form = posted(catalogue)
    assert form.is_valid(), form.errors
    brief = form.brief()
    assert (brief.width, brief.height, brief.count, brief.compression, brief.previews) == (1024, 1024, 4, None, 2)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"prompt": None}, "prompt", "Say what you want to see."),
    ({"prompt": "  \n "}, "prompt", "Say what you want to see."),
    ({"prompt": "x" * 32_001}, "prompt", "1 too many"),
    ({"count": "0"}, "count", "1 to 10"),
    ({"count": "11"}, "count", "1 to 10"),
    ({"count": "x"}, "count", "1 to 10"),
    ({"model": "99999"}, "model", "not offered any more"),
    ({"model": "x"}, "model", "not offered any more"),
    ({"background": "transparent", "output_format": "jpeg"}, "background", "JPEG has no transparency"),
    ({"scale": "own", "width": "1000", "height": "1000"}, "width", "multiples of 16"),
    ({"scale": "own", "width": "3840", "height": "1024"}, "width", "3 times"),
    ({"scale": "own", "width": "512", "height": "512"}, "width", "655,360"),
    ({"scale": "own", "width": "4096", "height": "2048"}, "width", "3,840"),
    ({"scale": "own", "width": "", "height": ""}, "width", "multiples of 16"),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD)
def test_bad_values_get_a_sentence(
    changes: dict[str, Any], field: str, words: str, catalogue: list[ImageModel]
) -> None:
    form = posted(catalogue, **changes)
    assert not form.is_valid()
    assert words in " ".join(form.errors[field])


def test_the_operators_limit_counts(catalogue: list[ImageModel], settings: Any) -> None:
    settings.MAX_PIXELS = 2_000_000
    form = posted(catalogue, scale="own", width="1920", height="1920")
    assert "2,000,000" in " ".join(form.errors["width"])
    assert posted(catalogue, scale="largest").is_valid()


def test_a_model_without_the_setting(catalogue: list[ImageModel]) -> None:
    steady = next(model for model in catalogue if "xhigh" not in model.qualities)
    form = posted(catalogue, model=steady.pk, quality="xhigh")
    assert "does not have this setting" in " ".join(form.errors["quality"])


def test_a_stopped_or_shut_down_model_vanishes(catalogue: list[ImageModel]) -> None:
    ImageModel.objects.filter(pk=catalogue[0].pk).update(stopped_reason="billing")
    ImageModel.objects.filter(pk=catalogue[1].pk).update(shutdown_date="2020-01-01")
    for gone, other, words in (
        (catalogue[0], catalogue[2], "not on offer just now"),
        (catalogue[1], catalogue[3], "not offered any more"),
    ):
        told = f"{gone.label} is {words}. Choose another one, such as {other.label}. Nothing was charged."
        assert posted(catalogue, model=gone.pk).errors["model"] == [told]
    assert posted(catalogue).offered[0].pk == catalogue[2].pk


def test_for_a_stopped_model_one_stands_in_that_has_the_settings(catalogue: list[ImageModel]) -> None:
    ImageModel.objects.filter(pk=catalogue[0].pk).update(stopped_reason="billing")
    for quality in catalogue[0].qualities:
        form = posted(catalogue, quality=quality)
        assert list(form.errors) == ["model"]
        assert form.stand_in is not None
        assert quality in form.stand_in.qualities


def test_compression_goes_to_jpeg_and_webp_only(catalogue: list[ImageModel]) -> None:
    form = posted(catalogue, output_format="webp", compression="70")
    assert form.is_valid() and form.brief().compression == 70
    form = posted(catalogue, output_format="jpeg", compression="")
    assert form.is_valid() and form.brief().compression == 90
