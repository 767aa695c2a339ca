"""The mask editor's page by itself, without a database: its template, the statics, and what is posted to it."""

import email
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from functools import partial
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string

from tests.listening import ROOT, free_port

SHAPES = [
    {"value": value, "label": label, "ratio": ratio}
    for value, label, ratio in (
        ("square", "Square", "1:1"), ("portrait", "Portrait", "4:5"), ("story", "Story", "9:16"),
        ("wide", "Wide", "16:9"), ("banner", "Banner", "21:9"),
    )
]  # fmt: skip
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"
)
EXTENDED = 14  # credits
TYPES = {
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".png": "image/png",
    ".css": "text/css",
}


@dataclass
class Editor:
    """Where the page is, what it shows, and what it has sent: fields by name, as bytes."""

    url: str
    context: dict[str, Any]
    posted: list[dict[str, bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    mask: bytes = b""  # what is at /mask.png


def context(**changes: Any) -> dict[str, Any]:
    """All that the template reads."""
    plate = "/static/plates/stoneware-cup.webp"
    return {
        "source": {"uuid": UUID(int=118), "number": "118-3", "width": 1536, "height": 1536, "src": plate},
        "mask": None,
        "markup": None,
        "hidden": [("model", "sunburst"), ("quality", "high")],
        "prompt": "The jug in a sage green glaze, same shape, same light.",
        "model_label": "2.6 Sunburst",
        "quality_label": "high",
        "make": "Edit the painted part",
        "feather": 12,
        "composer": {"quote": {"credits": 9}},
        "keep": ["Product", "Lighting"],
        "can_markup": True,
        "kind": "paint",
        "shapes": SHAPES,
        "extend_shape": "wide",
        "lock": True,
        "errors": {},
        "last": {"number": "124-1", "src": plate, "heat_src": plate, "share": "3.1", "seconds": "9.2"},
        "LANGUAGE_CODE": "en",
        **changes,
    }


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, editor: Editor, **more: Any) -> None:
        self.editor = editor
        super().__init__(*arguments, directory=str(ROOT), **more)

    extensions_map = TYPES

    def do_GET(self) -> None:
        if self.path == "/mask.png":
            self._answer(self.editor.mask, "image/png")
        elif self.path.startswith("/static/"):
            super().do_GET()
        else:
            self._answer(render_to_string("studio/mask.html", self.editor.context).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/studio/quote":
            credits = EXTENDED if b"mask_kind=extend" in body else 9
            context = {"composer": {"quote": {"credits": credits}}}
            self._answer(render_to_string("studio/_mask_cost.html", context).encode())
            return
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = email.message_from_bytes(head + body, policy=policy.HTTP)
        fields = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            fields[str(name)] = content if isinstance(content, bytes) else b""
        self.editor.paths.append(self.path)
        self.editor.posted.append(fields)
        self._answer(b"<!doctype html><html lang=en><title>Sent</title><h1>Sent</h1>")

    def _answer(self, content: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: Any) -> None:
        """Says nothing."""


@contextmanager
def serving(**changes: Any) -> Iterator[Editor]:
    """The editor's page, at an address of its own, until the block ends."""
    port = free_port()
    editor = Editor(f"http://127.0.0.1:{port}/", context(**changes))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, editor=editor))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield editor
    finally:
        server.shutdown()
        server.server_close()
