"""People with a browser: signed in, with credits, doing over HTTP what the pages' scripts do."""

import http.client
import json
import queue
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import urlencode, urlsplit

from bench import presses

PATIENCE_S: Final = 60.0


@dataclass
class Visitor:
    """One user at one address of the product; a connection that stays open, as a browser's does."""

    url: str
    pk: int
    uuid: str
    cookies: str
    token: str
    model: int
    line: http.client.HTTPConnection = field(init=False)
    heard: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection(str(urlsplit(self.url).hostname), urlsplit(self.url).port, timeout=30)

    def get(self, path: str) -> bytes:
        """A page or fragment; anything but 200 is a bug of the bench."""
        return self._ask("GET", path, None, {"Cookie": self.cookies})

    def post(self, path: str, values: dict[str, Any]) -> bytes:
        """A press as htmx sends it."""
        headers = {
            "Cookie": f"{self.cookies}; csrftoken={self.token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
            "HX-Current-URL": f"{self.url}/studio/",
        }
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": self.token, **values}), headers)

    def brief(self, **changes: Any) -> dict[str, Any]:
        """What the composer sends for one 1024 px PNG of medium quality, with previews."""
        return {
            "mode": "text",
            "prompt": "A stoneware cup on a sunlit breakfast table",
            "shape": "square",
            "scale": "standard",
            "model": self.model,
            "quality": "medium",
            "output_format": "png",
            "compression": 90,
            "background": "auto",
            "previews": "on",
            "count": 1,
            "key": uuid.uuid4(),
            "quoted": 1,  # the sandbox's sample at medium
        } | changes

    def listen(self) -> None:
        """Opens the event stream; `heard` gets what it says. Returns once it is open."""
        opened = threading.Event()
        threading.Thread(target=self._listen, args=(opened,), daemon=True).start()
        if not opened.wait(PATIENCE_S):
            raise TimeoutError("no event stream")

    def press_and_watch(self) -> float:
        """Presses Generate and follows the frame as static/js does; the seconds until the finished tile was fetched.

        A preview's event fetches the preview; any other one fetches the tile, which says itself whether it is done.
        """
        began = time.perf_counter()
        frame = _frame_of(self.post("/studio/runs/", self.brief()))
        while True:
            event = self.heard.get(timeout=PATIENCE_S)
            if event.get("frame") != frame:
                continue
            if "preview" in event:
                self._ask("GET", f"/studio/frames/{frame}/preview?n={event['preview']}", None, {"Cookie": self.cookies})
                continue
            tile = self.get(f"/studio/frames/{frame}/")
            if b'data-state="done"' in tile:
                return time.perf_counter() - began
            if b'data-state="failed"' in tile:
                raise RuntimeError(f"frame {frame} failed")

    def _ask(self, verb: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        self.line.request(verb, path, body, headers)
        answer = self.line.getresponse()
        data = answer.read()
        if answer.status not in (200, 204):
            raise RuntimeError(f"{verb} {path} was answered {answer.status}: {data[:300]!r}")
        return data

    def _listen(self, opened: threading.Event) -> None:
        line = http.client.HTTPConnection(str(urlsplit(self.url).hostname), urlsplit(self.url).port)
        line.request("GET", "/live/", headers={"Cookie": self.cookies, "Accept": "text/event-stream"})
        answer = line.getresponse()
        if answer.status != 200:
            return
        for raw in answer:
            if raw.startswith(b"retry:"):
                opened.set()
            elif raw.startswith(b"data: "):
                self.heard.put(json.loads(raw[6:]))


def _frame_of(page: bytes) -> str:
    frame = page.decode().partition('data-frame="')[2].partition('"')[0]
    return frame or _complain("the press made no frame", page)


def _complain(words: str, page: bytes) -> NoReturn:
    raise RuntimeError(f"{words}: {page.decode()[:600]}")


def arrive(*, url: str, count: int) -> list[Visitor]:
    """So many new people, signed in and with credits."""
    model = presses.catalogue_model()
    return [signed_in(user, url=url, model=model) for user in presses.owners(count)]


def signed_in(user: Any, *, url: str, model: int) -> Visitor:
    """A browser in which the user is signed in."""
    from django.conf import settings
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    browser = Client()
    browser.force_login(user)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return Visitor(
        url=url,
        pk=user.pk,
        uuid=str(user.uuid),
        cookies=f"{settings.SESSION_COOKIE_NAME}={session}",
        token=_get_new_csrf_string(),
        model=model,
    )
