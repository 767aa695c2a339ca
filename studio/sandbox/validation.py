"""What a request may say, checked as the real API checks it; the outcome is an `Order`.

Each rule is a small function that returns the value or raises the API's own refusal.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studio.sandbox import errors
from studio.sandbox.material import Material
from studio.sandbox.roster import ENGINES, Engine

PROMPT_LIMIT = 32_000
EDGE_STEP, EDGE_LIMIT, RATIO_LIMIT = 16, 3840, 3
PIXELS_LEAST, PIXELS_MOST = 655_360, 8_294_400
FORMATS = ("png", "jpeg", "webp")
GATED_FORMATS = ("gif", "svg")
FORBIDDEN = re.compile(r"\b(gore|beheading|beheaded|dismembered|snuff film|mass shooting)\b", re.IGNORECASE)

Body = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """A request that passed. `size` is None for auto; the painter picks the plate's own shape then.

    `material` is what an edit begins with; a generation has none.
    """

    prompt: str
    engine: Engine
    n: int
    size: tuple[int, int] | None
    quality: str
    background: str
    output_format: str
    output_compression: int
    stream: bool
    partial_images: int
    safety_identifier: str | None
    material: Material | None = None

    @property
    def event(self) -> str:
        """What the events of its stream are called, but for their last part."""
        return "image_generation" if self.material is None else "image_edit"


def read(body: object, *, rules: "Rules | None" = None) -> Order:
    """The order in a decoded JSON body; raises ApiError in the API's words. `rules` are those of generations."""
    rules = RULES if rules is None else rules
    if not isinstance(body, dict):
        raise errors.ApiError(400, "We could not parse the JSON body of your request.")
    for name in body:
        if name not in rules:
            raise errors.unknown_parameter(str(name))
    given: Body = {name: value for name, value in body.items() if value is not None}
    engine = _engine(given)
    output_format = _format(given)
    background = _background(given, output_format=output_format)
    stream = _boolean(given, "stream")
    for name, rule in rules.items():
        if rule is not None and name in given:
            rule(given, engine)
    return Order(
        prompt=_prompt(given),
        engine=engine,
        n=_integer(given, "n", least=1, most=10, default=1),
        size=_size(given),
        quality=_choice(given, "quality", engine.qualities, default="auto"),
        background=background,
        output_format=output_format,
        output_compression=_compression(given, output_format=output_format),
        stream=stream,
        partial_images=_partials(given, stream=stream),
        safety_identifier=_text(given, "safety_identifier") or _text(given, "user"),
    )


def _prompt(body: Body) -> str:
    if "prompt" not in body:
        raise errors.missing("prompt")
    prompt = _text(body, "prompt") or ""
    if not prompt.strip():
        message = "Invalid 'prompt': empty string. Expected a string with minimum length 1."
        raise errors.ApiError(400, message, code="empty_string", param="prompt")
    if len(prompt) > PROMPT_LIMIT:
        message = (
            "Invalid 'prompt': string too long. Expected a string with maximum length "
            f"{PROMPT_LIMIT}, but got a string with length {len(prompt)} instead."
        )
        raise errors.ApiError(400, message, code="string_above_max_length", param="prompt")
    if FORBIDDEN.search(prompt):
        raise errors.moderation_blocked()
    return prompt


def _engine(body: Body) -> Engine:
    if "model" not in body:
        raise errors.missing("model")
    name = _text(body, "model") or ""
    if name not in ENGINES:
        raise errors.model_not_found(name)
    return ENGINES[name]


def _size(body: Body) -> tuple[int, int] | None:
    said = _text(body, "size") or "auto"
    if said == "auto":
        return None
    sides = said.split("x")
    if len(sides) != 2 or not all(side.isascii() and side.isdigit() and len(side) < 6 for side in sides):
        raise errors.invalid_value("size", f"Invalid size '{said}'. Expected 'auto' or WIDTHxHEIGHT.")
    width, height = (int(side) for side in sides)
    fault = size_fault(width, height)
    if fault:
        raise errors.invalid_value("size", f"Invalid size '{said}'. {fault}")
    return width, height


def size_fault(width: int, height: int) -> str | None:
    """What is wrong with a size, in the API's words."""
    if width % EDGE_STEP or height % EDGE_STEP:
        return f"Width and height must be divisible by {EDGE_STEP}."
    if not 0 < max(width, height) <= EDGE_LIMIT:
        return f"The longest edge must be at most {EDGE_LIMIT} pixels."
    if max(width, height) > RATIO_LIMIT * min(width, height):
        return f"The aspect ratio must lie between 1:{RATIO_LIMIT} and {RATIO_LIMIT}:1."
    if width * height < PIXELS_LEAST:
        return f"Requested resolution is below the current minimum pixel budget of {PIXELS_LEAST}."
    if width * height > PIXELS_MOST:
        return f"Requested resolution exceeds the current maximum pixel budget of {PIXELS_MOST}."
    return None


def _format(body: Body) -> str:
    said = _choice(body, "output_format", FORMATS + GATED_FORMATS, default="png")
    if said in GATED_FORMATS:
        raise errors.invalid_value("output_format", f"Output format '{said}' is not enabled for this project.")
    return said


def _background(body: Body, *, output_format: str) -> str:
    said = _choice(body, "background", ("transparent", "opaque", "auto"), default="auto")
    if said == "transparent" and output_format == "jpeg":
        message = "Transparent background is not supported for output format 'jpeg'. Use 'png' or 'webp'."
        raise errors.invalid_value("background", message)
    return said


def _compression(body: Body, *, output_format: str) -> int:
    value = _integer(body, "output_compression", least=0, most=100, default=100)
    if value < 100 and output_format == "png":
        message = "Compression less than 100 is not supported for PNG output format."
        raise errors.invalid_value("output_compression", message)
    return value


def _partials(body: Body, *, stream: bool) -> int:
    if "partial_images" in body and not stream:
        raise errors.invalid_value("partial_images", "'partial_images' is only supported when 'stream' is true.")
    return _integer(body, "partial_images", least=0, most=3, default=0)


def _moderation(body: Body, engine: Engine) -> None:
    _choice(body, "moderation", ("auto", "low"), default="auto")


def _complexity(body: Body, engine: Engine) -> None:
    if not engine.takes_complexity:
        message = f"The 'complexity' parameter is not supported by the model '{engine.name}'."
        raise errors.invalid_value("complexity", message)
    _choice(body, "complexity", ("low", "medium", "high"), default="high")


def _input_fidelity(body: Body, engine: Engine) -> None:
    if not engine.takes_input_fidelity:
        message = f"The 'input_fidelity' parameter is not supported by the model '{engine.name}'."
        raise errors.invalid_value("input_fidelity", message)
    _choice(body, "input_fidelity", ("high", "low"), default="low")


def _only_gated(name: str) -> "Rule":
    def refuse(body: Body, engine: Engine) -> None:
        raise errors.invalid_value(name, f"'{name}' needs an output format that is not enabled for this project.")

    return refuse


def _text(body: Body, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise errors.invalid_type(name, expected="a string", got=value)
    return value


def _choice(body: Body, name: str, choices: tuple[str, ...], *, default: str) -> str:
    value = _text(body, name)
    if value is None:
        return default
    if value not in choices:
        raise errors.not_supported(name, value=value, supported=choices)
    return value


def _boolean(body: Body, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise errors.invalid_type(name, expected="a boolean", got=value)
    return value


def _integer(body: Body, name: str, *, least: int, most: int, default: int) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise errors.invalid_type(name, expected="an integer", got=value)
    if value < least:
        message = f"Invalid '{name}': integer below minimum value. Expected at least {least}, but got {value} instead."
        raise errors.ApiError(400, message, code="integer_below_min_value", param=name)
    if value > most:
        message = f"Invalid '{name}': integer above maximum value. Expected at most {most}, but got {value} instead."
        raise errors.ApiError(400, message, code="integer_above_max_value", param=name)
    return value


Rule = Callable[[Body, Engine], None]
Rules = dict[str, Rule | None]
# Every parameter of both endpoints; those without a rule of their own are read into the order above.
SHARED: Rules = {
    "prompt": None,
    "model": None,
    "n": None,
    "size": None,
    "quality": None,
    "background": None,
    "output_format": None,
    "output_compression": None,
    "stream": None,
    "partial_images": None,
    "safety_identifier": None,
    "user": None,
    "complexity": _complexity,
    "frame_count": _only_gated("frame_count"),
    "frame_duration_ms": _only_gated("frame_duration_ms"),
    "svg": _only_gated("svg"),
}
RULES: Rules = {**SHARED, "moderation": _moderation}
EDIT_RULES: Rules = {**SHARED, "input_fidelity": _input_fidelity}
