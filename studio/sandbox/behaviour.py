"""How the process and a single request want the server to behave: latency, faults, the log of paid calls.

A process takes its settings from the command line; a request may ask for its own with the headers
`X-Sandbox-Latency` and `X-Sandbox-Fault` (`none` switches the process's fault off). Words in a prompt never
cause a fault.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from studio.sandbox import errors
from studio.sandbox.mishaps import MISHAPS
from studio.sandbox.refusals import REFUSALS

# Seconds from the request to the final picture, when nobody says otherwise.
LATENCY_S = {"low": 2.5, "medium": 4.0, "high": 6.0, "xhigh": 7.5, "max": 9.0}
FAULTS = (*REFUSALS, *MISHAPS)
_ENVIRONMENT = "SANDBOX_BEHAVIOUR"


@dataclass(frozen=True)
class Behaviour:
    """The process's settings. They travel to the server's worker process through its environment."""

    latency_s: float | None = None
    fault: str | None = None
    canned: bool = False
    calls: str | None = None

    def export(self) -> None:
        """Leave the settings where the server's worker process finds them."""
        os.environ[_ENVIRONMENT] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls) -> "Behaviour":
        """The settings that the process was started with."""
        return cls(**json.loads(os.environ.get(_ENVIRONMENT, "{}")))


def fault_of(headers: Mapping[str, str], behaviour: Behaviour) -> str | None:
    """The fault for this request; raises for those that are refusals and for names nobody knows."""
    said = headers.get("x-sandbox-fault") or behaviour.fault
    if not said or said == "none":
        return None
    if said not in FAULTS:
        raise errors.invalid_value("X-Sandbox-Fault", f"There is no fault '{said}'. There are: {', '.join(FAULTS)}.")
    if said in REFUSALS:
        raise REFUSALS[said]()
    return said


def latency_of(headers: Mapping[str, str], behaviour: Behaviour, *, quality: str, seed: str) -> float:
    """Seconds until the final. The default varies by a tenth with the seed, so that a run's pictures don't
    all arrive in one instant."""
    said = headers.get("x-sandbox-latency")
    if said is not None:
        try:
            return min(3600.0, max(0.0, float(said)))
        except ValueError:
            raise errors.invalid_value("X-Sandbox-Latency", "The latency is a number of seconds.") from None
    if behaviour.latency_s is not None:
        return behaviour.latency_s
    sway = sha256(seed.encode()).digest()[0] / 255 - 0.5
    return LATENCY_S[quality] * (1 + 0.2 * sway)
