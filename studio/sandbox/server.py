"""The server itself: an ASGI app with the image endpoint, the list of models and a health check."""

import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.sandbox import answers, behaviour, errors, validation
from studio.sandbox.behaviour import Behaviour
from studio.sandbox.roster import ENGINES


def create_app(settings: Behaviour | None = None) -> ASGIApp:
    """The app with its own small pool of threads for the pixel work; a waiting call holds none of them."""
    app = Starlette(
        routes=[
            Route("/v1/images/generations", generate, methods=["POST"]),
            Route("/v1/models", models, methods=["GET"]),
            Route("/v1/models/{model:path}", model, methods=["GET"]),
            Route("/health", health, methods=["GET"]),
            Route("/{path:path}", nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ],
        exception_handlers={errors.ApiError: refused},  # type: ignore[dict-item]
    )
    app.state.settings = settings or Behaviour.from_environment()
    app.state.pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="paint")
    app.state.canned = {}
    return Doorkeeper(app)


class Doorkeeper:
    """Asks for a key, and gives every answer its request id, as the real API does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, request_id = time.monotonic(), f"req_{uuid.uuid4().hex}".encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                spent_ms = str(round(1000 * (time.monotonic() - started))).encode()
                named = [(b"x-request-id", request_id), (b"openai-processing-ms", spent_ms)]
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


def refuse(refusal: errors.ApiError) -> JSONResponse:
    """The answer that a refusal is."""
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


async def generate(request: Request) -> Response:
    """Pictures for a prompt, whole or as a stream."""
    call = await _call(request)
    if call.fault == "stream_error" and not call.order.stream:
        raise errors.server_error()
    if call.fault == "silence":
        await _never(request, call)
    if call.order.stream:
        return StreamingResponse(answers.stream(call), media_type="text/event-stream")
    if call.fault == "cut":
        return _torn(call)
    return JSONResponse(await answers.whole(call))


def _torn(call: answers.Call) -> Response:
    """A body that ends before the length that was announced."""
    headers = {"content-length": "1000000"}
    return StreamingResponse(answers.torn(call), headers=headers, media_type="application/json")


async def _call(request: Request) -> answers.Call:
    """The request, checked and with everything that is decided before a pixel is made."""
    try:
        body = await request.json()
    except ValueError:
        message = "We could not parse the JSON body of your request."
        raise errors.ApiError(400, message) from None
    order = validation.read(body)
    settings: Behaviour = request.app.state.settings
    fault = behaviour.fault_of(request.headers, settings)
    seed = request.headers.get("x-sandbox-seed") or ""
    quality = "high" if order.quality == "auto" else order.quality
    latency_s = behaviour.latency_of(request.headers, settings, quality=quality, seed=seed or order.prompt)
    return answers.Call(
        order=order,
        seed=seed,
        quality=quality,
        fault=fault,
        latency_s=latency_s,
        log=settings.calls,
        pool=request.app.state.pool,
        canned=request.app.state.canned if settings.canned else None,
    )


async def _never(request: Request, call: answers.Call) -> None:
    """Hold the line until the caller gives up; the call is paid for all the same."""
    call.record(outcome="undelivered")
    while (await request.receive())["type"] != "http.disconnect":
        pass
