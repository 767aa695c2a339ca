"""The server itself: an ASGI app with the API, the hosted pages, and addresses of its own to make things happen."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from credits.sandbox import catalogue, changes, control, errors, lists, pages, payments, sessions, subscriptions
from credits.sandbox.books import Books
from credits.sandbox.calls import CALLS, Call
from credits.sandbox.parameters import read
from credits.sandbox.settings import Settings
from credits.sandbox.webhooks import Courier

_REGISTERED = (catalogue, changes, lists, payments, sessions, subscriptions)  # importing them fills CALLS
_TICK_S = 1.0
Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(settings: Settings | None = None) -> Starlette:
    """The app. All that it knows is used by its event loop's thread alone."""
    settings = settings or Settings.from_environment()
    app = Starlette(
        routes=[
            *(Route(call.path, _answering(call), methods=[call.method]) for call in CALLS),
            *(Route(path, _controlling(act), methods=["POST"]) for path, act in control.ACTS.items()),
            *pages.ROUTES,
            Route("/health", health),
            Route("/{path:path}", nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ],
        exception_handlers={errors.StripeError: refused},  # type: ignore[dict-item]
        lifespan=_lifespan,
    )
    books = Books(state=settings.state, hooked=bool(settings.webhook_url))
    app.state.settings, app.state.books = settings, books
    app.state.behaviour = control.Behaviour()
    app.state.courier = Courier(books, url=settings.webhook_url, secret=settings.webhook_secret)
    app.state.courier.delivers = settings.deliver
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.courier.release()
    clock = asyncio.get_running_loop().create_task(_expire(app.state.books))
    try:
        yield
    finally:
        clock.cancel()
        await app.state.courier.stop()


async def _expire(books: Books) -> None:
    while True:
        if sessions.expire_due(books):
            books.save()
        await asyncio.sleep(_TICK_S)


def _admit(request: Request) -> None:
    """Only with this server's key."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise errors.no_key()
    if key.strip() != request.app.state.settings.key:
        raise errors.wrong_key(key.strip())


def _answering(call: Call) -> Endpoint:
    """The endpoint of an API call."""

    async def endpoint(request: Request) -> Response:
        _admit(request)
        behaviour: control.Behaviour = request.app.state.behaviour
        encoded = "&".join(filter(None, (request.url.query, (await request.body()).decode())))
        if behaviour.fault:
            raise errors.FAULTS[behaviour.fault]()
        response = _answer(call, request, encoded)
        if behaviour.latency_s:  # after the deed: whoever gave up waiting has done it all the same
            await asyncio.sleep(behaviour.latency_s)
        return response

    return endpoint


def _answer(call: Call, request: Request, encoded: str) -> Response:
    books: Books = request.app.state.books
    key = request.headers.get("idempotency-key") if call.method == "POST" else None
    asked = f"{request.url.path}?{encoded}"
    if key and key in books.answers:
        before, status, body = books.answers[key]
        if before != asked:
            raise errors.other_parameters(key)
        return _response(request, body, status=status, replayed=True)
    said = read(encoded, call.known)
    books.address = str(request.base_url).rstrip("/")
    books.request = {"id": _request_id(request), "idempotency_key": key}
    try:
        thing = call.answer(books, said, request.path_params.get("id", ""))
        status, body = 200, json.dumps(books.view(thing, said.get("expand") or ()), indent=2)
    except errors.StripeError as refusal:
        if refusal.status != 402:
            raise
        status, body = 402, json.dumps(refusal.body(), indent=2)
    finally:
        books.request = {"id": None, "idempotency_key": None}
    if key:
        books.answers[key] = [asked, status, body]
    if call.method != "GET":
        books.save()
    return _response(request, body, status=status)


def _controlling(act: control.Act) -> Endpoint:
    """The endpoint of a control: JSON in, JSON out, with the same key."""

    async def endpoint(request: Request) -> Response:
        _admit(request)
        body = await request.body()
        try:
            said = json.loads(body or b"{}")
        except ValueError:
            raise errors.invalid("Say it as a JSON object.") from None
        books: Books = request.app.state.books
        books.address = str(request.base_url).rstrip("/")
        try:
            done = act(request, said)
            result = done if isinstance(done, dict) else await done
        except KeyError as missing:
            raise errors.missing_parameter(str(missing.args[0])) from None
        finally:
            books.save()  # a payment that was declined has left its traces too
        return _response(request, json.dumps(books.view(result), indent=2), status=200)

    return endpoint


def _request_id(request: Request) -> str:
    if not hasattr(request.state, "name"):
        request.state.name = f"req_{uuid.uuid4().hex[:14]}"
    name: str = request.state.name
    return name


def _response(request: Request, body: str, *, status: int, replayed: bool = False) -> Response:
    headers = {"Request-Id": _request_id(request), "Stripe-Version": request.headers.get("stripe-version", "")}
    if key := request.headers.get("idempotency-key"):
        headers["Idempotency-Key"] = key
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(body, status_code=status, headers=headers, media_type="application/json")


async def refused(request: Request, exc: errors.StripeError) -> Response:
    """For whatever was raised on the way."""
    return _response(request, json.dumps(exc.body(), indent=2), status=exc.status)


async def health(request: Request) -> Response:
    """For whoever starts the server and waits for it; needs no key."""
    return JSONResponse({"status": "ok"})


async def nowhere(request: Request) -> Any:
    """Every other address."""
    raise errors.no_such_call(request.method, request.url.path)
