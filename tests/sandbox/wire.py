"""Talking to a sandbox without the openai client, which hides much of what goes wrong."""

import json
import socket
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.sandbox.conftest import Server

ASKED: dict[str, Any] = {"model": "sandbox", "prompt": "a chair", "size": "1024x1024", "quality": "low"}
STREAMED = {**ASKED, "stream": True, "partial_images": 2}


@dataclass
class Heard:
    """What came over the wire."""

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def request_id(self) -> str:
        return self.headers["x-request-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[dict[str, Any]]:
        blocks = self.body.decode().strip().split("\n\n")
        return [json.loads(block.split("\ndata: ")[1]) for block in blocks]

    @property
    def finished(self) -> dict[str, Any]:
        """What says the finished picture: the whole answer, or the event."""
        if self.headers["content-type"].startswith("application/json"):
            return self.json
        return next(event for event in self.events if event["type"].endswith(".completed"))

    @property
    def picture(self) -> dict[str, Any]:
        """The part of it that holds the picture."""
        return self.finished["data"][0] if "data" in self.finished else self.finished


def ask(
    server: Server, fault: str, asked: dict[str, Any] = ASKED, *, most: int | None = None, seed: str = "1"
) -> Heard:
    """One call; hangs up after `most` bytes."""
    told = {"Authorization": "Bearer x", "X-Sandbox-Fault": fault, "X-Sandbox-Seed": seed}
    body = bytearray()
    with httpx2.stream("POST", f"{server.url}/images/generations", json=asked, headers=told, timeout=10) as answer:
        for chunk in answer.iter_raw():
            body += chunk
            if most is not None and len(body) >= most:
                break
        return Heard(answer.status_code, answer.headers, bytes(body))


def get(server: Server, path: str, key: str = "Bearer x") -> httpx2.Response:
    return httpx2.get(urllib.parse.urljoin(server.url, path), headers={"Authorization": key})


def bare(server: Server, fault: str, asked: dict[str, Any] = ASKED, *, seed: str) -> socket.socket:
    """A call on a plain socket, sent and not yet answered."""
    where, data = urllib.parse.urlsplit(server.url), json.dumps(asked).encode()
    head = f"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nX-Sandbox-Fault: {fault}\r\n"
    head += f"X-Sandbox-Seed: {seed}\r\nX-Sandbox-Latency: 0.2\r\nContent-Length: {len(data)}\r\n\r\n"
    line = socket.create_connection((str(where.hostname), where.port or 80), timeout=10)
    line.sendall(head.encode() + data)
    return line


def paid(server: Server, name: str) -> list[dict[str, Any]]:
    """The log's lines of that seed or request id, once there is one."""
    end = time.monotonic() + 3
    while time.monotonic() < end and not server.paid(name):
        time.sleep(0.02)
    return server.paid(name)
