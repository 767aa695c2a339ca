"""What the mask's page shows: the source, what is painted on it, and the composer's other fields, kept hidden."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from studio import drawings, picture_urls, pictures, storage
from studio.composer import Composer
from studio.edits import FEATHER
from studio.forms import SHAPES
from studio.models import Image, ImageKind, ImageModel
from studio.sizes import RATIOS

# What the page has fields of its own for, and presses that are no setting.
OWN: Final = (
    "key", "prompt", "feather", "lock", "extend_shape", "extend_x", "extend_y", "csrfmiddlewaretoken", "quoted",
    "mask_kind", "drawn", "tool", "move", "remove", "unmask", "left", "top", "right", "bottom",
)  # fmt: skip


class Shape(NamedTuple):
    """A shape that the source may be extended to."""

    value: str
    label: str
    ratio: str


def page(*, source: Image, composer: Composer) -> dict[str, Any]:
    """The template's context."""
    data, size, values = cast(QueryDict, composer.form.data), drawings.size_of(source), composer.values
    foreign = "mask" in composer.form.errors  # what is named was drawn on another picture
    return {
        "source": {
            "uuid": source.uuid,
            "number": source.generation.frame if source.generation else source.name or _("Your picture"),
            "width": size.width,
            "height": size.height,
            "src": picture_urls.largest(source),
            "warm": pictures.warm(source.placeholder),
        },
        "mask": None if foreign else _drawn(values.get("mask")),
        "markup": None if foreign else _drawn(values.get("markup")),
        "hidden": [(name, value) for name in data if name not in OWN for value in data.getlist(name)],
        "prompt": values.get("prompt") or "",
        "model_label": composer.model.label if composer.model else "",
        "quality_label": composer.quality_label,
        "count": composer.count,
        "make": _("Edit the painted part"),
        "composer": composer,
        "keep": [
            *(label for _value, label, chosen in composer.keeps if chosen),
            *filter(None, [values.get("keep_words")]),
        ],
        "can_markup": takes_markup(composer.model),
        "shapes": [
            Shape(value, str(label), "{}:{}".format(*RATIOS[value])) for value, label in SHAPES if value in RATIOS
        ],
        "lock": bool(values.get("lock")),
        "feather": FEATHER if values.get("feather") in (None, "") else values["feather"],
        "errors": {name: errors[0] for name, errors in composer.form.errors.items() if name == "mask"},
        "kind": kind_of(values, composer.model),
        "extend_shape": values.get("extend_shape") or "",
        "extend_x": values.get("extend_x"),
        "extend_y": values.get("extend_y"),
        "last": _last(source),
    }


def kind_of(values: Mapping[str, Any], model: ImageModel | None) -> str:
    """Of the three ways to say what is to change, the one that is in use; painting where none is, or none it reads."""
    if values.get("extend_shape"):
        return "extend"
    return "markup" if values.get("markup") and takes_markup(model) else "paint"


def takes_markup(model: ImageModel | None) -> bool:
    """Whether marks are offered: a model that is still to be chosen may read them."""
    return model is None or model.takes_markup


def _drawn(name: Any) -> dict[str, str] | None:
    return {"src": reverse("studio:drawing", args=[name])} if name else None


def _last(source: Image) -> dict[str, Any] | None:
    """The newest picture that was made of this source by a mask, with what the model had changed beside it."""
    locked = Image.objects.filter(parent=source, kind=ImageKind.LOCKED, deleted_at__isnull=True)
    image = locked.select_related("generation__run").order_by("-id").first()
    if image is None or image.generation is None:
        return None
    return {
        "number": image.generation.frame,
        "extended": image.generation.run.sheet is not None,
        "src": picture_urls.src(image),
        "heat_src": storage.url(key=image.heat_key),
        "share": percent(image.changed_share or 0),
        "seconds": round(image.generation.seconds or 0, 1),
    }


def percent(share: float) -> str:
    """A share in percent with one decimal, as far as it is not nothing."""
    return "0" if not share else f"{max(0.1, 100 * share):.1f}"
