"""What a browser reads from the composer and posts to it."""

import re
import uuid
from typing import Any

from studio.models import ImageModel


def form(page: str) -> dict[str, str]:
    """The composer's hidden fields: the first of each name, as other forms follow it."""
    hidden = reversed(re.findall(r'<input[^>]*type="hidden"[^>]*>', page))
    pairs = [(re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in hidden]
    return {name[1]: value[1] for name, value in pairs if name and value}


def posted(catalogue: list[ImageModel], page: str = "", **changes: Any) -> dict[str, str]:
    """What a browser posts from the composer."""
    values = {
        "mode": "text",
        "prompt": "A stoneware cup",
        "shape": "square",
        "scale": "standard",
        "model": catalogue[0].pk,
        "quality": "medium",
        "output_format": "png",
        "compression": 90,
        "background": "auto",
        "previews": "on",
        "count": 1,
        "key": uuid.uuid4(),
        "quoted": 4,
        **{name: value for name, value in form(page).items() if name in ("key", "quoted")},
    } | changes
    return {name: str(value) for name, value in values.items() if value is not None}
