"""What the user asked for, validated: the frozen description that a run keeps and a model gets."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

from studio.sizes import Size

PROMPT_MOST: Final = 32_000  # characters, the API's limit
COUNT_MOST: Final = 10


@dataclass(frozen=True, kw_only=True)
class Brief:
    """One press of Generate. `model_id` names the row of the catalogue; `compression` is set for JPEG and WebP only.

    `pictures` that come along, each with its role, in the order of their numbers. `sheet`: width, height, x and y,
    where the source is to be extended. `lock`: outside the mask the original is put back. `remade`: how it was pressed
    on a picture.
    """

    mode: str
    prompt: str
    model_id: int
    width: int
    height: int
    quality: str
    output_format: str
    compression: int | None
    background: str
    previews: int
    count: int
    pictures: tuple[tuple[int, str], ...] = ()
    instructions: str = ""
    keep: tuple[str, ...] = ()
    keep_words: str = ""
    strength: str = ""
    mask_id: int | None = None
    markup_id: int | None = None
    feather_px: int = 0
    lock: bool = False
    sheet: tuple[int, int, int, int] | None = None
    remade: str = ""

    @property
    def size(self) -> Size:
        """Width and height together."""
        return Size(self.width, self.height)

    def digest(self) -> str:
        """SHA-256 of everything asked, however it was pressed: the same press twice has the same digest."""
        asked = {name: value for name, value in asdict(self).items() if name != "remade"}
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
