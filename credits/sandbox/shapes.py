"""New objects of each kind, with ids like Stripe's."""

import copy
import secrets
import string
import time
from typing import Any

from credits.sandbox.kinds import KINDS

Thing = dict[str, Any]  # an object of Stripe's; keys that begin with "_" are ours and are never shown
_LETTERS = string.ascii_letters + string.digits


_BESIDES = ("id", "card", "sepa_debit")  # said by the caller, or only where the object is of that type


def fresh_id(beginning: str, length: int = 24) -> str:
    """An id that looks like Stripe's."""
    return beginning + "".join(secrets.choice(_LETTERS) for _ in range(length))


def make(kind: str, **fields: Any) -> Thing:
    """A new object of that kind with these fields; a field that the kind lacks is a mistake of ours."""
    beginning, length, shape = KINDS[kind]
    lacking = [name for name in fields if name not in shape and name not in _BESIDES and name[0] != "_"]
    if lacking:
        raise KeyError(f"{kind} has no {lacking}")
    now = int(time.time())
    base = {"id": fresh_id(beginning, length), "object": kind, "created": now, "livemode": False}
    return {**base, **copy.deepcopy(shape), **fields}
