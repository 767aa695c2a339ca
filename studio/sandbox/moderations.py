"""The moderation endpoint: what it takes, what it flags, and how it goes wrong on demand.

It flags by phrases of its own and by nothing else: "sandbox: violence", and so on with every category's name. A picture
in a data: URL is flagged as violence where the pixels in its four corners are pure magenta (255, 0, 255), give or take
24 a channel: nothing but colour outlives what happens to a picture on its way here.
"""

import base64
import io
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from PIL import Image
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from studio.sandbox import errors
from studio.sandbox.refusals import REFUSALS

MODELS = ("omni-moderation-latest", "omni-moderation-2024-09-26")
# Category, and whether pictures are looked at for it too.
CATEGORIES = {
    "harassment": False,
    "harassment/threatening": False,
    "hate": False,
    "hate/threatening": False,
    "illicit": False,
    "illicit/violent": False,
    "self-harm": True,
    "self-harm/instructions": True,
    "self-harm/intent": True,
    "sexual": True,
    "sexual/minors": False,
    "violence": True,
    "violence/graphic": True,
}
PHRASE = "sandbox: "
SIGN, SIGN_MEANS, SIGN_TOLERANCE = (255, 0, 255), "violence", 24
PIXELS_MOST = 89_000_000
PARAMETERS = ("input", "model")
LOW, HIGH = 0.00001, 0.98

Json = dict[str, Any]
# What one result is about: its words, whether a picture came with them, and whether one of those has the sign.
Matter = tuple[str, bool, bool]


def answer(body: object) -> Json:
    """The JSON for a decoded request; raises ApiError in the API's words."""
    if not isinstance(body, dict):
        raise errors.ApiError(400, "We could not parse the JSON body of your request.")
    for name in body:
        if name not in PARAMETERS:
            raise errors.unknown_parameter(str(name))
    model = _model(body.get("model"))
    matters = _matters(body)
    name = sha256(repr((model, matters)).encode()).hexdigest()[:32]
    return {"id": f"modr-{name}", "model": model, "results": [result(*matter) for matter in matters]}


def result(words: str, pictured: bool = False, signed: bool = False) -> Json:
    """What is said of some words. A name below another, as in violence/graphic, flags that one too."""
    told = [name for name in CATEGORIES if any(PHRASE + each in words.lower() for each in _below(name))]
    found = [name for name in CATEGORIES if name in told or (signed and name == SIGN_MEANS)]
    kinds = {name: ["text", *(["image"] if pictured and seen else [])] for name, seen in CATEGORIES.items()}
    return {
        "flagged": bool(found),
        "categories": {name: name in found for name in CATEGORIES},
        "category_scores": {name: HIGH if name in found else LOW for name in CATEGORIES},
        "category_applied_input_types": kinds if words else {name: kind[1:] for name, kind in kinds.items()},
    }


def _below(name: str) -> Iterable[str]:
    return (each for each in CATEGORIES if each == name or each.startswith(f"{name}/"))


def _model(said: object) -> str:
    if said is None:
        return MODELS[0]
    if not isinstance(said, str):
        raise errors.invalid_type("model", expected="a string", got=said)
    if said not in MODELS:
        words = f"Invalid value for 'model' = {said}. Please check the OpenAI documentation and try again."
        raise errors.ApiError(400, words)
    return said


def _matters(body: Json) -> list[Matter]:
    said = body.get("input")
    if said is None:
        raise errors.missing("input")
    if isinstance(said, str):
        return [(said, False, False)]
    if not isinstance(said, list):
        raise errors.invalid_type("input", expected="a string or an array", got=said)
    if not said:
        raise errors.ApiError(400, "Invalid 'input': empty array.", code="empty_array", param="input")
    if all(isinstance(one, str) for one in said):
        return [(one, False, False) for one in said]
    parts = [_part(index, one) for index, one in enumerate(said)]
    words = "\n".join(words for words, pictured, _ in parts if not pictured)
    return [(words, any(pictured for _, pictured, _ in parts), any(signed for *_, signed in parts))]


def _part(index: int, part: object) -> Matter:
    where = f"input[{index}]"
    if not isinstance(part, dict):
        raise errors.invalid_type(where, expected="an object", got=part)
    match part.get("type"):
        case "text" if isinstance(part.get("text"), str):
            return part["text"], False, False
        case "image_url" if isinstance(part.get("image_url"), dict) and isinstance(part["image_url"].get("url"), str):
            return "", True, _signed(part["image_url"]["url"])
        case "text" | "image_url" as kind:
            raise errors.missing(f"{where}.{kind}")
        case other:
            raise errors.not_supported(f"{where}.type", value=str(other), supported=("text", "image_url"))


def _signed(url: str) -> bool:
    """Whether a picture in a data: URL has the sign in all its corners. One that cannot be read has none."""
    try:
        with Image.open(
            io.BytesIO(base64.b64decode(url.partition(";base64,")[2])), formats=("PNG", "JPEG", "WEBP")
        ) as file:
            if not 0 < file.width * file.height <= PIXELS_MOST:
                return False
            right, bottom = file.width - 1, file.height - 1
            picture = file.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    corners = [picture.getpixel(at) for at in ((0, 0), (right, 0), (0, bottom), (right, bottom))]
    return all(
        isinstance(corner, tuple) and all(abs(a - b) <= SIGN_TOLERANCE for a, b in zip(corner, SIGN, strict=True))
        for corner in corners
    )


async def _silence(scope: Scope, receive: Receive, send: Send) -> None:
    """Not a byte until the caller gives up."""
    while (await receive())["type"] != "http.disconnect":
        pass


MISHAPS: dict[str, ASGIApp] = {
    "silence": _silence,
    "html": HTMLResponse("<!doctype html><title>Please wait</title><p>Checking your browser before you go on.</p>"),
    "json_cut": Response('{"id": "modr-1", "results": [{"flag', media_type="application/json"),
    "odd": JSONResponse({"id": None, "model": 7, "results": [{"flagged": "no", "categories": ["violence"]}]}),
}
# Those of the image endpoint that are no matter of pictures, and its own.
FAULTS = (*(name for name in REFUSALS if name != "moderation"), *MISHAPS)


def respond(body: object, *, fault: str | None) -> ASGIApp:
    """The answer, or what goes wrong instead."""
    if fault in REFUSALS:
        raise REFUSALS[fault]()
    if fault is not None:
        return MISHAPS[fault]
    return JSONResponse(answer(body))
