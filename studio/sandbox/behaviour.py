"""How the process and a single request want the server to behave: latency, faults, the log of paid calls.

A process takes its settings from the command line, and new ones by `POST /v1/sandbox/behaviour`; a request may ask for
its own with the headers `X-Sandbox-Latency` and `X-Sandbox-Fault` (`none` switches the process's faults off). Words in
a prompt never cause a fault.

A plan draws for each call whether something goes wrong, and what. It draws from the plan's name, the call's seed and
how often that seed was asked: the same plan gives the same faults for the same seeds, in whatever order they come.
Moderation goes wrong by settings of its own, so that a plan for pictures stays what it is.
"""

import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from studio.sandbox import errors, moderations
from studio.sandbox.mishaps import MISHAPS
from studio.sandbox.refusals import REFUSALS

# Seconds from the request to the final picture, when nobody says otherwise.
LATENCY_S = {"low": 2.5, "medium": 4.0, "high": 6.0, "xhigh": 7.5, "max": 9.0}
LATENCY_MOST_S = 3600.0
FAULTS = (*REFUSALS, *MISHAPS)
_ENVIRONMENT = "SANDBOX_BEHAVIOUR"


@dataclass(frozen=True)
class Behaviour:
    """The process's settings. They travel to the server's worker process through its environment.

    A `fault` is every call's; without one a `plan` gives that `share` of the calls one of the `faults` (None: of all).
    `moderation_fault` is every moderation's; without one the plan gives `moderation_share` of them one of theirs.
    `per_minute` is how many calls a model takes in a minute of `minute_s` seconds.
    """

    latency_s: float | None = None
    latency_spread: float = 0.0
    fault: str | None = None
    plan: str | None = None
    share: float = 0.3
    faults: tuple[str, ...] | None = None
    moderation_fault: str | None = None
    moderation_share: float = 0.0
    per_minute: int | None = None
    minute_s: float = 60.0
    canned: bool = False
    calls: str | None = None

    def export(self) -> None:
        """Leave the settings where the server's worker process finds them."""
        os.environ[_ENVIRONMENT] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls) -> "Behaviour":
        """The settings that the process was started with."""
        said = json.loads(os.environ.get(_ENVIRONMENT, "{}"))
        faults = said.pop("faults", None)
        return cls(**said, faults=None if faults is None else tuple(faults))

    def told(self) -> dict[str, Any]:
        """What can be changed while the server runs."""
        return {name: getattr(self, name) for name in _CHANGES}


def changed(settings: Behaviour, said: object) -> Behaviour:
    """The settings with those replaced that are said; raises where one is not known or not possible."""
    if not isinstance(said, dict):
        raise errors.ApiError(400, "Say what is to change, as a JSON object.")
    for name in said:
        if name not in _CHANGES:
            raise errors.unknown_parameter(str(name))
    return replace(settings, **{name: _CHANGES[name](name, value) for name, value in said.items()})


def fault_of(headers: Mapping[str, str], behaviour: Behaviour, *, seed: str = "", nth: int = 1) -> str | None:
    """The fault for this request, the nth with its seed; raises for those that are refusals and for unknown names."""
    said = headers.get("x-sandbox-fault") or behaviour.fault or _drawn(behaviour, seed=seed, nth=nth)
    if not said or said == "none":
        return None
    _known("X-Sandbox-Fault", said)
    if said in REFUSALS:
        raise REFUSALS[said]()
    return said


def moderation_fault_of(headers: Mapping[str, str], behaviour: Behaviour, *, seed: str, nth: int) -> str | None:
    """The fault for this moderation, the nth with its seed."""
    said = headers.get("x-sandbox-fault") or behaviour.moderation_fault
    if not said and behaviour.plan is not None:
        draw = _draw(behaviour.plan, seed, nth, "moderation")
        said = draw.choice(moderations.FAULTS) if draw.random() < behaviour.moderation_share else None
    return None if said in (None, "", "none") else _known("X-Sandbox-Fault", str(said), moderations.FAULTS)


def latency_of(headers: Mapping[str, str], behaviour: Behaviour, *, quality: str, seed: str, nth: int = 1) -> float:
    """Seconds until the final. The default varies by a tenth with the seed, so that a run's pictures don't
    all arrive in one instant."""
    said = headers.get("x-sandbox-latency")
    if said is not None:
        try:
            return min(LATENCY_MOST_S, max(0.0, float(said)))
        except ValueError:
            raise errors.invalid_value("X-Sandbox-Latency", "The latency is a number of seconds.") from None
    spread = behaviour.latency_spread
    factor = 1 + spread * _draw(behaviour.plan, seed, nth, "latency").uniform(-1, 1) if spread else 1.0
    if behaviour.latency_s is not None:
        return behaviour.latency_s * factor
    sway = sha256(seed.encode()).digest()[0] / 255 - 0.5
    return LATENCY_S[quality] * (1 + 0.2 * sway) * factor


def _drawn(behaviour: Behaviour, *, seed: str, nth: int) -> str | None:
    """What the plan says for this call."""
    if behaviour.plan is None:
        return None
    draw = _draw(behaviour.plan, seed, nth)
    return draw.choice(behaviour.faults or FAULTS) if draw.random() < behaviour.share else None


def _draw(*parts: object) -> random.Random:
    return random.Random(":".join(map(str, parts)))  # noqa: S311 - a draw that can be repeated is what is wanted


def _known(param: str, name: str, faults: tuple[str, ...] = FAULTS) -> str:
    if name not in faults:
        raise errors.invalid_value(param, f"There is no fault '{name}'. There are: {', '.join(faults)}.")
    return name


def _fault(name: str, value: object) -> str | None:
    return _one_of(name, value, FAULTS)


def _moderation_fault(name: str, value: object) -> str | None:
    return _one_of(name, value, moderations.FAULTS)


def _one_of(name: str, value: object, faults: tuple[str, ...]) -> str | None:
    if value is not None and not isinstance(value, str):
        raise errors.invalid_type(name, expected="a string", got=value)
    return None if value in (None, "none") else _known(name, str(value), faults)


def _faults(name: str, value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise errors.invalid_type(name, expected="an array of strings", got=value)
    if not value:
        raise errors.invalid_value(name, "Name a fault, or say null for all of them.")
    return tuple(_known(name, one) for one in value)


def _plan(name: str, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise errors.invalid_type(name, expected="a string or an integer", got=value)
    return None if value is None else str(value)


def _share(name: str, value: object) -> float:
    return _between(name, value, most=1.0)


def _minute(name: str, value: object) -> float:
    return _between(name, value, most=LATENCY_MOST_S)


def _latency(name: str, value: object) -> float | None:
    return None if value is None else _between(name, value, most=LATENCY_MOST_S)


def _per_minute(name: str, value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise errors.invalid_type(name, expected="an integer", got=value)
    if value is not None and value < 1:
        raise errors.invalid_value(name, f"'{name}' is 1 or more, or null for no limit.")
    return value


def _between(name: str, value: object, *, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise errors.invalid_type(name, expected="a number", got=value)
    if not 0 <= value <= most:
        raise errors.invalid_value(name, f"'{name}' lies between 0 and {most:g}.")
    return float(value)


_CHANGES: dict[str, Callable[[str, object], Any]] = {
    "fault": _fault,
    "latency_s": _latency,
    "latency_spread": _share,
    "per_minute": _per_minute,
    "minute_s": _minute,
    "plan": _plan,
    "share": _share,
    "faults": _faults,
    "moderation_fault": _moderation_fault,
    "moderation_share": _share,
}
