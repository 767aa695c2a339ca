"""The calls that there are: each registers itself with its address and the parameters that it knows."""

from collections.abc import Callable
from dataclasses import dataclass

from credits.sandbox.books import Books
from credits.sandbox.parameters import Known
from credits.sandbox.shapes import Thing

Answer = Callable[[Books, Thing, str], Thing]  # the books, what was said, the id in the address or ""


@dataclass(frozen=True)
class Call:
    """One call of the API."""

    method: str
    path: str
    known: Known
    answer: Answer


CALLS: list[Call] = []


def call(method: str, path: str, words: str = "") -> Callable[[Answer], Answer]:
    """Register a function as the answer to a call; its address may hold one `{id}`."""

    def register(answer: Answer) -> Answer:
        CALLS.append(Call(method, f"/v1/{path}", Known.of(words), answer))
        return answer

    return register


def merged(before: Thing, said: Thing | None) -> Thing:
    """Metadata as Stripe takes it: named keys are set or, where empty, removed; None removes all."""
    if said is None:
        return {}
    return {key: value for key, value in {**before, **said}.items() if value is not None}


def metadata_of(said: Thing) -> Thing:
    """The metadata that a new object begins with."""
    return merged({}, said.get("metadata"))
