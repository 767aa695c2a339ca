"""What the mask's page shows: the source, what is painted on it, and the composer's other fields, kept hidden."""

from typing import Any, Final, cast

from django.http import QueryDict
from django.utils.translation import gettext as _

from studio import drawings, picture_urls
from studio.composer import Composer
from studio.edits import FEATHER
from studio.forms import SHAPES
from studio.models import Image
from studio.sizes import RATIOS

# What the page has fields of its own for.
OWN: Final = (
    "prompt",
    "mask",
    "markup",
    "feather",
    "lock",
    "extend_shape",
    "extend_x",
    "extend_y",
    "csrfmiddlewaretoken",
)
PRESSES: Final = ("mask_kind", "move", "remove", "unmask", "quoted", "left", "top", "right", "bottom")


def page(*, source: Image, composer: Composer) -> dict[str, Any]:
    """The template's context."""
    data, size = cast(QueryDict, composer.form.data), drawings.size_of(source)
    values = composer.values
    return {
        "source": {
            "uuid": source.uuid,
            "number": source.generation.frame if source.generation else source.name or _("Your picture"),
            "width": size.width,
            "height": size.height,
            "src": picture_urls.largest(source),
            "ratio": size,
        },
        "mask": {"uuid": values["mask"], "feather": values.get("feather") or FEATHER} if values.get("mask") else None,
        "markup": {"uuid": values["markup"]} if values.get("markup") else None,
        "hidden": [(name, value) for name in data if name not in (*OWN, *PRESSES) for value in data.getlist(name)],
        "composer": composer,
        "prompt": values.get("prompt") or "",
        "model_label": composer.model.label if composer.model else "",
        "quality_label": composer.quality_label,
        "credits": composer.quote.credits if composer.quote else None,
        "keep": [label for _value, label, chosen in composer.keeps if chosen],
        "can_markup": composer.model is None or composer.model.takes_markup,
        "shapes": [(value, str(label), "{}:{}".format(*RATIOS[value])) for value, label in SHAPES if value in RATIOS],
        "lock": bool(values.get("lock")),
        "feather": FEATHER if values.get("feather") is None else values["feather"],
        "errors": {name: errors[0] for name, errors in composer.form.errors.items()},
        "kind": "extend" if values.get("extend_shape") else "markup" if values.get("markup") else "paint",
    }
