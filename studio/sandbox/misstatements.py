"""JSON that says something else than the API promises. Each changes what is said in place, and the pictures in it."""

import base64
from collections.abc import Callable
from hashlib import sha256

from studio.sandbox import files
from studio.sandbox.calls import Call, Json, Statement

UNKNOWN = {"x_unknown": {"list": [1, None, "two"]}, "x_null": None}


def empty(call: Call, said: Json, pictures: list[Json]) -> None:
    """No picture: an empty list, or in a stream an empty text."""
    if "data" in said:
        said["data"] = []
    else:
        said["b64_json"] = ""


def base64_cut(call: Call, said: Json, pictures: list[Json]) -> None:
    """Base64 that ends within a group of four."""
    for picture in pictures:
        text = picture["b64_json"]
        picture["b64_json"] = text[: len(text) // 8 * 4 + 3]


def url(call: Call, said: Json, pictures: list[Json]) -> None:
    """The picture's address at this server instead of the picture."""
    _tell_addresses(pictures, lambda data: call.address + _keep(call, data))


def url_relative(call: Call, said: Json, pictures: list[Json]) -> None:
    """The same, as a path."""
    _tell_addresses(pictures, lambda data: _keep(call, data))


def url_huge(call: Call, said: Json, pictures: list[Json]) -> None:
    """An address at this server whose body never ends."""
    _tell_addresses(pictures, lambda data: call.address + files.PATH + files.ENDLESS)


def url_gone(call: Call, said: Json, pictures: list[Json]) -> None:
    """An address at this server where nothing is."""
    _tell_addresses(pictures, lambda data: call.address + files.PATH + files.GONE)


def url_of(address: str) -> Statement:
    """An address that nobody should follow."""

    def elsewhere(call: Call, said: Json, pictures: list[Json]) -> None:
        _tell_addresses(pictures, lambda data: address)

    return elsewhere


def extra(call: Call, said: Json, pictures: list[Json]) -> None:
    """Fields that nobody knows, at every level."""
    for level in (said, *pictures, said.get("usage", {}), said.get("usage", {}).get("input_tokens_details", {})):
        level.update(UNKNOWN)


def no_usage(call: Call, said: Json, pictures: list[Json]) -> None:
    """Nothing about tokens."""
    del said["usage"]


def odd(call: Call, said: Json, pictures: list[Json]) -> None:
    """Every field but the picture is of an unexpected type. `usage` is a list, or for every other seed negative."""
    counts = {"input_tokens": -7, "output_tokens": -196, "total_tokens": "many", "input_tokens_details": [3]}
    listed = sha256(call.seed.encode()).digest()[0] % 2
    for picture in pictures:
        picture |= {"url": 7, "revised_prompt": 8.5}
    said |= {"usage": [counts] if listed else counts, "size": None, "quality": "lo\0w", "background": 5}
    said["created" if "data" in said else "created_at"] = "yesterday"


def odd_partial(call: Call, said: Json, pictures: list[Json]) -> None:
    """The same before the picture is finished."""
    said |= {"partial_image_index": "first", "size": None, "quality": "lo\0w", "created_at": "today"}


def _tell_addresses(pictures: list[Json], address: Callable[[bytes], str]) -> None:
    for picture in pictures:
        picture["url"] = address(base64.b64decode(picture.pop("b64_json")))


def _keep(call: Call, data: bytes) -> str:
    return files.PATH + call.room.files.put(data, kind=f"image/{call.order.output_format}")
