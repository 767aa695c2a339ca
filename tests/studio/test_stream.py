"""The event stream at /live/, as an ASGI server calls it: who gets it, and what arrives."""

import asyncio
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from studio import live, stream
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


class Visitor:
    """One browser at the stream: keeps what is sent, leaves when told to."""

    def __init__(self, session: str = "", method: str = "GET") -> None:
        cookie = f"theme=dark; {settings.SESSION_COOKIE_NAME}={session}".encode()
        self.scope = {"type": "http", "path": "/live/", "method": method, "headers": [(b"cookie", cookie)]}
        self.status = 0
        self.body = b""
        self.ended = False
        self.gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line[6:]) for line in self.body.decode().splitlines() if line.startswith("data: ")]

    async def until(self, count: int) -> list[dict[str, Any]]:
        for _try in range(200):
            if len(self.events()) >= count:
                break
            await asyncio.sleep(0.02)
        return self.events()


def session_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def attend(visitor: Visitor) -> "asyncio.Task[None]":
    """Opens the stream and waits until its subscription stands."""
    task = asyncio.create_task(stream.stream(visitor.scope, visitor.receive, visitor.send))
    for _try in range(200):
        if visitor.status and live.connection().pubsub_numpat():
            break
        await asyncio.sleep(0.02)
    return task


def test_events_reach_their_owner_only(alice: User, bob: User) -> None:
    sessions = [session_of(signed_in(user)) for user in (alice, bob)]

    async def scene() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        hers, his = Visitor(sessions[0]), Visitor(sessions[1])
        tasks = [await attend(visitor) for visitor in (hers, his)]
        live.publish(user=alice.uuid, kind="frame", frame="f", state="running")
        live.publish(user=bob.uuid, kind="balance")
        live.publish(user=alice.uuid, kind="frame", frame="f", state="succeeded")
        found = await hers.until(2), await his.until(1)
        for visitor in (hers, his):
            visitor.gone.set()
        await asyncio.gather(*tasks)
        return found

    hers, his = asyncio.run(scene())
    assert [event["state"] for event in hers] == ["running", "succeeded"]
    assert his == [{"kind": "balance"}]
    assert stream._streams == {}


@pytest.mark.parametrize("session", ["", "made-up"])
def test_nobody_without_a_session_gets_a_stream(session: str) -> None:
    visitor = Visitor(session)
    asyncio.run(stream.stream(visitor.scope, visitor.receive, visitor.send))
    assert (visitor.status, visitor.ended) == (401, True)


def test_a_suspended_user_gets_no_stream(alice: User) -> None:
    session = session_of(signed_in(alice))
    User.objects.filter(pk=alice.pk).update(is_active=False)
    visitor = Visitor(session)
    asyncio.run(stream.stream(visitor.scope, visitor.receive, visitor.send))
    assert visitor.status == 401


def test_only_get() -> None:
    visitor = Visitor(method="POST")
    asyncio.run(stream.stream(visitor.scope, visitor.receive, visitor.send))
    assert visitor.status == 405


def test_a_stream_ends_with_its_session(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEAT_S", 0.05)
    monkeypatch.setattr(stream, "SESSION_S", 0.1)
    client = signed_in(alice)
    session = session_of(client)

    async def scene() -> Visitor:
        visitor = Visitor(session)
        task = await attend(visitor)
        await asyncio.to_thread(client.logout)
        await asyncio.wait_for(task, 5)
        return visitor

    assert asyncio.run(scene()).ended


def test_all_streams_end_when_the_server_is_told_to_stop(alice: User) -> None:
    session = session_of(signed_in(alice))

    async def scene() -> Visitor:
        visitor = Visitor(session)
        task = await attend(visitor)
        for number in range(stream.QUEUE):  # and nothing that waits to be sent holds it up
            stream._pass_on(str(alice.uuid), b"%d" % number)
        stream.end_all()
        await asyncio.wait_for(task, 5)
        return visitor

    visitor = asyncio.run(scene())
    assert visitor.ended
    assert visitor.events() == []


def test_a_page_too_slow_for_its_events_is_told_to_catch_up() -> None:
    async def scene() -> bytes:
        queue: asyncio.Queue[bytes] = asyncio.Queue(2)
        stream._streams["someone"] = {queue}
        for number in range(3):
            stream._pass_on("someone", str(number).encode())
        del stream._streams["someone"]
        return queue.get_nowait()

    assert json.loads(asyncio.run(scene())) == {"kind": "behind"}
