"""The server itself: an ASGI app with the image endpoints, moderation, the list of models and a health check.

Two addresses are its own: a way to change its behaviour while it runs, and the files that some faults tell of.
"""

import asyncio
import functools
import os
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.sandbox import behaviour, edit_order, errors, files, limits, moderations, validation
from studio.sandbox.answers import Answer
from studio.sandbox.behaviour import Behaviour
from studio.sandbox.calls import Call, Mishap, Room
from studio.sandbox.mishaps import MISHAPS
from studio.sandbox.roster import ENGINES


def create_app(settings: Behaviour | None = None) -> ASGIApp:
    """The app with its own small pool of threads for the pixel work; a waiting call holds none of them."""
    app = Starlette(
        routes=[
            Route("/v1/images/generations", generate, methods=["POST"]),
            Route("/v1/images/edits", edit, methods=["POST"]),
            Route("/v1/moderations", moderate, methods=["POST"]),
            Route(files.PATH + "{name}", file, methods=["GET"]),
            Route("/v1/sandbox/behaviour", behave, methods=["POST"]),
            Route("/v1/models", models, methods=["GET"]),
            Route("/v1/models/{model:path}", model, methods=["GET"]),
            Route("/health", health, methods=["GET"]),
            Route("/{path:path}", nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ],
        exception_handlers={errors.ApiError: refused},  # type: ignore[dict-item]
    )
    app.state.settings = settings or Behaviour.from_environment()
    app.state.room = Room(ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="paint"))
    app.state.asked = Counter[str]()
    app.state.moderated = Counter[str]()
    app.state.limits = limits.Counter()
    return Doorkeeper(app)


class Doorkeeper:
    """Asks for a key, and gives every answer its request id and what is left of the minute, as the real API does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, request_id = time.monotonic(), f"req_{uuid.uuid4().hex}"
        scope = {**scope, "state": {**scope.get("state", {}), "request_id": request_id}}

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                spent_ms = str(round(1000 * (time.monotonic() - started))).encode()
                named = [(b"x-request-id", request_id.encode()), (b"openai-processing-ms", spent_ms)]
                named += [(name.encode(), said.encode()) for name, said in scope["state"].get("limits", {}).items()]
                message = {**message, "headers": [*message["headers"], *named]}
            await send(message)

        inner = self.app if _has_key(scope) else refuse(errors.unauthorized())
        await inner(scope, receive, send_with_id)


def _has_key(scope: Scope) -> bool:
    if scope["path"] == "/health":
        return True
    said = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    scheme, _, key = said.partition(" ")
    return scheme.lower() == "bearer" and bool(key.strip())


def refuse(refusal: errors.ApiError) -> Response:
    """The answer that a refusal is."""
    if refusal.page is not None:
        return HTMLResponse(refusal.page, status_code=refusal.status, headers=refusal.headers)
    return JSONResponse(refusal.body(), status_code=refusal.status, headers=refusal.headers)


async def refused(request: Request, exc: errors.ApiError) -> Response:
    """For whatever was raised on the way."""
    return refuse(exc)


async def health(request: Request) -> Response:
    """For whoever starts the server and waits for it; needs no key."""
    return JSONResponse({"status": "ok"})


async def nowhere(request: Request) -> Response:
    """Every other address."""
    raise errors.not_found(request.url.path, method=request.method)


async def models(request: Request) -> Response:
    """All models."""
    return JSONResponse({"object": "list", "data": [engine.listing() for engine in ENGINES.values()]})


async def model(request: Request) -> Response:
    """One model."""
    name = request.path_params["model"]
    if name not in ENGINES:
        raise errors.model_not_found(name)
    return JSONResponse(ENGINES[name].listing())


async def file(request: Request) -> Response:
    """A picture that an answer told the address of."""
    name = request.path_params["name"]
    if name == files.ENDLESS:
        return StreamingResponse(files.endless(), media_type="image/png")
    found = request.app.state.room.files.get(name)
    if found is None:
        raise errors.not_found(request.url.path, method=request.method)
    kind, data = found
    return Response(data, media_type=kind)


async def behave(request: Request) -> Response:
    """Other settings, for calls from now on. A plan that is said begins from the start."""
    said = await _json(request)
    state = request.app.state
    state.settings = behaviour.changed(state.settings, said)
    if "plan" in said:
        state.asked.clear()
        state.moderated.clear()
    return JSONResponse(state.settings.told())


async def generate(request: Request) -> ASGIApp:
    """Pictures for a prompt, whole or as a stream."""
    return _answer(request, validation.read(await _json(request)))


async def edit(request: Request) -> ASGIApp:
    """Pictures that begin with other pictures."""
    return _answer(request, await edit_order.receive(request, pool=request.app.state.room.pool))


def _answer(request: Request, order: validation.Order) -> Answer:
    settings: Behaviour = request.app.state.settings
    request.state.limits = request.app.state.limits.take(order.engine.name, settings)
    seed = request.headers.get("x-sandbox-seed") or ""
    request.app.state.asked[seed] += 1
    nth = request.app.state.asked[seed]
    fault = behaviour.fault_of(request.headers, settings, seed=seed, nth=nth)
    quality = "high" if order.quality == "auto" else order.quality
    latency_s = behaviour.latency_of(request.headers, settings, quality=quality, seed=seed or order.prompt, nth=nth)
    call = Call(
        order=order,
        seed=seed,
        quality=quality,
        fault=fault,
        mishap=Mishap() if fault is None else MISHAPS[fault],
        latency_s=latency_s,
        request_id=request.state.request_id,
        address=str(request.base_url).rstrip("/"),
        log=settings.calls,
        canned=settings.canned,
        room=request.app.state.room,
    )
    return Answer(call)


async def moderate(request: Request) -> ASGIApp:
    """What some words read as. Costs nothing, so that it stands in no log of paid calls."""
    state = request.app.state
    body, seed = await _json(request), request.headers.get("x-sandbox-seed") or ""
    state.moderated[seed] += 1
    nth = state.moderated[seed]
    fault = behaviour.moderation_fault_of(request.headers, state.settings, seed=seed, nth=nth)
    respond = functools.partial(moderations.respond, body, fault=fault)
    return await asyncio.get_running_loop().run_in_executor(state.room.pool, respond)


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        raise errors.ApiError(400, "We could not parse the JSON body of your request.") from None
