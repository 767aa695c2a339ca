"""The event stream at /live/: a small native ASGI application, since a stream is a connection that only waits.

One Valkey subscription a process, a bounded queue a stream, the session looked up when it opens and once a minute.
No database connection is held. What asks the database and the cache runs in a thread and in a context of its own: by
`sync_to_async` each stream would keep that thread's cache client, 60 kB of it.
"""

import asyncio
import contextlib
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

import redis.asyncio as redis
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.utils.crypto import constant_time_compare

from accounts import addresses, rates
from accounts.models import User
from studio.live import CHANNEL

BEAT_S: Final = 20
SESSION_S: Final = 60
QUEUE: Final = 200
MOST_OPEN: Final = 20  # a browser has one, however many its tabs
RETRY_MS: Final = 3000
END: Final = b""
HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_streams: dict[str, set[asyncio.Queue[bytes]]] = {}
_reader: asyncio.Task[None] | None = None


async def stream(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serves one stream until the page leaves or its session ends.

    401 without a session, 405 but for GET, 429 to who opens them too often or has too many.
    """
    if scope["method"] != "GET":
        await _refuse(send, 405)
        return
    session_key = _session_key(scope)
    user = await asyncio.to_thread(_user, session_key)
    if user is None:
        await _refuse(send, 401)
        return
    wait_s = await asyncio.to_thread(_too_often, user, addresses.of_scope(scope))
    if wait_s or len(_streams.get(user, ())) >= MOST_OPEN:
        await _refuse(send, 429, wait_s or rates.MINUTE_S)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE)
    _streams.setdefault(user, set()).add(queue)
    _listen()
    serving = asyncio.create_task(_serve(queue, session_key, user, send))
    try:
        await asyncio.wait({serving, asyncio.create_task(_gone(receive))}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        serving.cancel()
        _streams[user].discard(queue)
        if not _streams[user]:
            del _streams[user]


def end_all() -> None:
    """Ends every stream of this process, as it is told to stop; the pages come back by themselves. On the loop only."""
    for queues in _streams.values():
        for queue in queues:
            _empty(queue)
            queue.put_nowait(END)


async def _serve(queue: "asyncio.Queue[bytes]", session_key: str, user: str, send: Any) -> None:
    await _write(send, f"retry: {RETRY_MS}\n\n".encode())
    checked = asyncio.get_running_loop().time()
    while True:
        try:
            data = await asyncio.wait_for(queue.get(), BEAT_S)
            if data == END:
                await _close(send)
                return
            await _write(send, b"data: " + data + b"\n\n")
        except TimeoutError:
            await _write(send, b": here\n\n")
        if (now := asyncio.get_running_loop().time()) - checked > SESSION_S:
            checked = now
            if await asyncio.to_thread(_user, session_key) != user:
                await _close(send)
                return


async def _close(send: Any) -> None:
    await send({"type": "http.response.body", "body": b""})


async def _write(send: Any, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Any, status: int, wait_s: int = 0) -> None:
    headers = [(b"content-type", b"text/plain")]
    if wait_s:
        headers.append((b"retry-after", str(wait_s).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _session_key(scope: dict[str, Any]) -> str:
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    with contextlib.suppress(CookieError):
        morsel = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
        return morsel.value if morsel else ""
    return ""


def _too_often(user: str, address: str) -> int:
    return rates.spend(action="streams", user=user, address=address)


def _user(session_key: str) -> str | None:
    """The uuid of the user whose session this is, as Django's own authentication would find it."""
    if not session_key:
        return None
    try:
        session = SessionStore(session_key)
        if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
            return None
        user = User.objects.filter(pk=session[SESSION_KEY], is_active=True).first()
        if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            return None
        return str(user.uuid)
    finally:
        connection.close()


def _listen() -> None:
    global _reader
    if _reader is None or _reader.done():
        _reader = asyncio.create_task(_read())


async def _read() -> None:
    """This process's one subscription, as long as it has streams; a broker that is away is asked again."""
    while _streams:
        with contextlib.suppress(redis.RedisError, OSError):
            client = redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
            async with client, client.pubsub() as subscription:
                await subscription.psubscribe(f"{CHANNEL}*")
                while _streams:
                    message = await subscription.get_message(ignore_subscribe_messages=True, timeout=5)
                    if message:
                        _pass_on(message["channel"].decode().removeprefix(CHANNEL), message["data"])
        await asyncio.sleep(1)


def _pass_on(user: str, data: bytes) -> None:
    for queue in _streams.get(user, ()):
        if queue.full():  # a page too slow for its events catches up by asking for all of them
            _empty(queue)
            queue.put_nowait(json.dumps({"kind": "behind"}).encode())
        else:
            queue.put_nowait(data)


def _empty(queue: "asyncio.Queue[bytes]") -> None:
    while not queue.empty():
        queue.get_nowait()
