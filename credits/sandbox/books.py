"""Everything that this Stripe knows: objects by kind and id, in memory and, where a file is named, on disk."""

import contextlib
import copy
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from credits.sandbox import errors
from credits.sandbox.kinds import KINDS
from credits.sandbox.shapes import Thing, make

_NOBODY = {"id": None, "idempotency_key": None}


class Books:
    """The objects, the answers kept for idempotency keys, and who is told of events.

    One event loop's thread uses them; each call is done whole before the next begins.
    """

    def __init__(self, *, state: Path | None = None, hooked: bool = False) -> None:
        self.state, self.hooked = state, hooked
        self.address = ""
        self.request: Thing = _NOBODY
        self.tell: Callable[[Thing], None] = lambda event: None
        self.clear()
        if state is not None and state.exists():
            kept = json.loads(state.read_text())
            self.objects.update(kept["objects"])
            self.answers.update(kept["answers"])

    def clear(self) -> None:
        """Forget all."""
        self.objects: dict[str, dict[str, Thing]] = {kind: {} for kind in KINDS}
        self.answers: dict[str, list[Any]] = {}

    def save(self) -> None:
        """Onto disk, whole or not at all."""
        if self.state is None:
            return
        self.state.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=self.state.parent, prefix=self.state.name)
        with contextlib.ExitStack() as undo:
            undo.callback(Path(name).unlink, missing_ok=True)
            with os.fdopen(number, "w") as file:
                json.dump({"objects": self.objects, "answers": self.answers}, file)
            Path(name).replace(self.state)

    def add(self, kind: str, event: str | None = None, **fields: Any) -> Thing:
        """A new object, and the event that tells of it."""
        thing = make(kind, **fields)
        self.objects[kind][thing["id"]] = thing
        if event:
            self.emit(event, thing)
        return thing

    def change(self, thing: Thing, event: str | None = None, **fields: Any) -> Thing:
        """Other values, and the event that tells of them and of those before."""
        before = {name: copy.deepcopy(thing.get(name)) for name, value in fields.items() if thing.get(name) != value}
        thing.update(fields)
        if event:
            self.emit(event, thing, before={name: value for name, value in before.items() if name[0] != "_"})
        return thing

    def emit(self, kind: str, thing: Thing, *, before: Thing | None = None) -> Thing:
        """Keep an event of what the object is now, and pass it on."""
        data: Thing = {"object": shown(thing)} | ({"previous_attributes": before} if before else {})
        event = self.add("event", type=kind, data=data, request=dict(self.request), pending_webhooks=int(self.hooked))
        self.tell(event)
        return event

    def get(self, kind: str, name: object, *, param: str | None = None) -> Thing:
        """The object with that id; Stripe's refusal where there is none."""
        found = self.objects[kind].get(str(name))
        if found is None:
            raise errors.no_such(kind, str(name), param=param)
        return found

    def find(self, kind: str, **fields: Any) -> list[Thing]:
        """Those with these values, newest first."""
        all_of_it = reversed(list(self.objects[kind].values()))
        return [one for one in all_of_it if all(one.get(name) == value for name, value in fields.items())]

    def view(self, thing: Thing, expand: Iterable[str] = ()) -> Thing:
        """As it is sent, with what `expand` names in full."""
        result: Thing = shown(thing)
        for path in expand:
            self._expand(result, path.split("."), path)
        return result

    def _expand(self, node: Any, steps: list[str], path: str) -> None:
        if node is None or not steps:
            return
        if isinstance(node, list):
            for one in node:
                self._expand(one, steps, path)
            return
        if not isinstance(node, dict):
            raise errors.invalid(f"This property cannot be expanded ({path}).", param="expand")
        if steps[0] not in node:
            node[steps[0]] = self._unasked(node, steps[0])
        node[steps[0]] = self._full(node[steps[0]], path)
        self._expand(node[steps[0]], steps[1:], path)

    def _full(self, value: Any, path: str) -> Any:
        if isinstance(value, list):
            return [self._full(one, path) for one in value]
        if not isinstance(value, str):
            return value
        for things in self.objects.values():
            if value in things:
                return shown(things[value])
        raise errors.invalid(f"This property cannot be expanded ({path}).", param="expand")

    def _unasked(self, node: Thing, field: str) -> Thing:
        """Lists that stand in no object until somebody asks for them."""
        match node.get("object"), field:
            case "checkout.session", "line_items":
                found = self.objects["checkout.session"][node["id"]]["_line_items"]
            case "invoice", "payments":
                found = self.find("invoice_payment", invoice=node["id"])
            case "charge", "refunds":
                found = self.find("refund", charge=node["id"])
            case "customer", "subscriptions":
                found = [one for one in self.find("subscription", customer=node["id"]) if one["status"] != "canceled"]
            case _:
                raise errors.invalid(f"This property cannot be expanded ({field}).", param="expand")
        return page(shown(found), url=f"/v1/{node['object'].replace('.', '/')}s/{node['id']}/{field}")


def page(things: list[Thing], *, url: str, more: bool = False) -> Thing:
    """A list object."""
    return {"object": "list", "data": things, "has_more": more, "url": url}


def shown(value: Any) -> Any:
    """A copy without what is ours."""
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items() if not key.startswith("_")}
    return [shown(one) for one in value] if isinstance(value, list) else value
