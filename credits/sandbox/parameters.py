"""Reads form-encoded, nested parameters (`items[0][price]=…`) by a call's list of those it knows.

The list is words: `name`, `name:kind`, `*` behind a required name, nested names with dots and without the numbers of
lists: `mode*:payment|subscription line_items.price line_items.quantity:int metadata:map`. A `map` holds any text, a
`tree` anything at all. An empty value is None: "unset it".
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from credits.sandbox import errors

_STEP = re.compile(r"[^\[\]]+|(?<=\[)(?=\])")
_OPEN = ("map", "tree")


@dataclass(frozen=True)
class Known:
    """The parameters of a call: kinds by dotted name, and which are required."""

    kinds: dict[str, str]
    required: tuple[str, ...]

    @classmethod
    def of(cls, words: str) -> "Known":
        """From the list of words."""
        pairs = [word.partition(":") for word in [*words.split(), "expand"]]
        required = tuple(name[:-1] for name, _, _ in pairs if name.endswith("*"))
        return cls({name.rstrip("*"): kind or "text" for name, _, kind in pairs}, required)


def read(encoded: str, known: Known) -> dict[str, Any]:
    """What was said, as nested dicts and lists of typed values; raises as Stripe does where it makes no sense."""
    said: dict[Any, Any] = {}
    for raw, value in parse_qsl(encoded, keep_blank_values=True):
        name, steps = _place(raw, known)
        _put(said, steps, _typed(value, name, raw, known), raw)
    for name in known.required:
        if name not in said:
            raise errors.missing_parameter(name)
        if said[name] is None:
            message = f"You passed an empty string for '{name}'. '{name}' cannot be unset."
            raise errors.invalid(message, param=name, code="parameter_invalid_empty")
    result: dict[str, Any] = _with_lists(said)
    return result


def _place(raw: str, known: Known) -> tuple[str, list[Any]]:
    """The dotted name, and the way there with numbers for the places in lists."""
    name, steps = "", []
    for step in _STEP.findall(raw):
        kind = known.kinds.get(name)
        if kind != "map" and (step == "" or step.isdigit()):
            steps.append(int(step or 0))
            continue
        if kind not in _OPEN:
            name = f"{name}.{step}" if name else step
        steps.append(step)
    return name, steps


def _put(said: dict[Any, Any], steps: list[Any], value: Any, raw: str) -> None:
    for step in steps[:-1]:
        said = said.setdefault(step, {})
        if not isinstance(said, dict):
            raise errors.invalid(f"Invalid object: {raw}", param=raw)
    last = steps[-1]
    said[len(said) if raw.endswith("[]") else last] = value


def _with_lists(said: Any) -> Any:
    if not isinstance(said, dict):
        return said
    if said and all(isinstance(key, int) for key in said):
        return [_with_lists(said[key]) for key in sorted(said)]
    return {key: _with_lists(value) for key, value in said.items()}


def _typed(value: str, name: str, raw: str, known: Known) -> Any:
    kind = known.kinds.get(name)
    if kind is None and not (value == "" and any(one.startswith(f"{name}.") for one in known.kinds)):
        raise errors.unknown_parameter(raw)
    if value == "":
        return None
    if kind in ("bool", "tree") and value in ("true", "false"):
        return value == "true"
    if kind == "bool":
        raise errors.invalid(f"Invalid boolean: {value}", param=raw)
    if kind in ("int", "float"):
        return _number(value, raw, whole=kind == "int")
    if kind is not None and "|" in kind and value not in kind.split("|"):
        raise errors.invalid(f"Invalid {raw}: must be one of {', '.join(kind.split('|'))}", param=raw)
    return value


def _number(value: str, raw: str, *, whole: bool) -> int | float:
    try:
        return int(value) if whole else float(value)
    except ValueError:
        kind = "integer" if whole else "decimal"
        raise errors.invalid(f"Invalid {kind}: {value}", param=raw, code=f"parameter_invalid_{kind}") from None
