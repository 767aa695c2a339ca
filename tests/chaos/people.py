"""People at the real pages: they sign in, press Generate, press again when nothing answers, and cancel now and then."""

import random
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import httpx2
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pillow

from accounts.models import User
from credits import ledger
from studio import drawings, uploads
from studio.models import Image, ImageModel
from tests.studio.pages import form

GRANTED = 5000
PATIENCE_S = 25.0


@dataclass
class Person:
    """One user with a browser of their own, and what the pages answered."""

    user: User
    url: str
    cookies: dict[str, str]
    draw: random.Random
    source: str  # a picture of theirs, and a mask that is painted on it
    mask: str
    brought: list[str] = field(default_factory=list)  # names of files that a page took
    accepted: list[str] = field(default_factory=list)  # keys of presses that a page took
    asked: int = 0  # pictures in them
    unanswered: list[str] = field(default_factory=list)
    refused: int = 0

    def press(self, models: list[int]) -> None:
        """Opens the studio and presses Generate, as often as it takes to be answered."""
        with httpx2.Client(base_url=self.url, cookies=self.cookies, timeout=10) as browser:
            page = self._open(browser)
            if page is None:
                return
            if self.draw.random() < 0.15:
                self._bring(browser, page)
            count = self.draw.choice((1, 1, 2, 4))
            values = self._values(page, models, count)
            answer = self._insist(browser, values)
            if answer is None:
                self.unanswered.append(values["key"])
            elif answer.is_redirect:
                self.accepted.append(values["key"])
                self.asked += count
                if self.draw.random() < 0.1:
                    self._cancel(browser)
            else:
                self.refused += 1

    def _values(self, page: str, models: list[int], count: int) -> dict[str, Any]:
        hidden = form(page)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        values = {
            "csrfmiddlewaretoken": token[1] if token else "",
            "key": hidden.get("key", str(uuid.uuid4())),
            "mode": "text",
            "prompt": f"A stoneware cup, number {self.draw.randrange(10**6)}",
            "shape": "square",
            "scale": "standard",
            "model": self.draw.choice(models),
            "quality": "low",
            "output_format": self.draw.choice(("png", "webp", "jpeg")),
            "compression": 80,
            "background": "auto",
            "count": count,
        }
        values |= {"previews": "on"} if self.draw.random() < 0.6 else {}
        return values | (self._edit() if self.draw.random() < 0.3 else {})

    def _edit(self) -> dict[str, Any]:
        """A part of their picture painted anew, the rest put back; or all of it changed."""
        edit = {"mode": "image", "picture": self.source, f"role-{self.source}": "source", "shape": "source"}
        painted = {"mask": self.mask, "feather": 8, "lock": "on"}
        return edit | (painted if self.draw.random() < 0.7 else {})

    def _bring(self, browser: httpx2.Client, page: str) -> None:
        """One more picture of theirs, which nobody has seen before."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        file = ("more.png", picture(self.draw.randrange(10**6)), "image/png")
        try:
            answer = browser.post(
                "/studio/uploads/", files={"file": file}, data={"csrfmiddlewaretoken": token[1] if token else ""}
            )
        except httpx2.HTTPError:
            return
        self.brought += re.findall(r'data-upload="([^"]+)"', answer.text)

    def _insist(self, browser: httpx2.Client, values: dict[str, Any]) -> httpx2.Response | None:
        """The same press, with the same key, until a page answers; a sum that changed is read and agreed to."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                answer = browser.post("/studio/runs/", data=values)
            except httpx2.HTTPError:
                time.sleep(0.5)
                continue
            if answer.status_code == 422 and (quoted := form(answer.text).get("quoted")) != values.get("quoted"):
                values["quoted"] = quoted
            elif answer.status_code < 500:
                return answer
            else:
                time.sleep(0.5)
        return None

    def _open(self, browser: httpx2.Client) -> str | None:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                page = browser.get("/studio/")
            except httpx2.HTTPError:
                time.sleep(0.5)
                continue
            if page.status_code == 200:
                return page.text
            time.sleep(0.5)
        return None

    def _cancel(self, browser: httpx2.Client) -> None:
        page = self._open(browser)
        found = re.search(r'action="(/studio/runs/[0-9a-f-]+/cancel)"', page or "")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page or "")
        if found and token:
            try:
                browser.post(found[1], data={"csrfmiddlewaretoken": token[1]})
            except httpx2.HTTPError:
                return


class Crowd:
    """Some people who press until enough pictures are asked for, each in a thread."""

    def __init__(self, *, url: str, seed: int, size: int) -> None:
        self.models = list(ImageModel.objects.values_list("pk", flat=True))
        self.people = [_person(url, number, random.Random(f"{seed}:{number}")) for number in range(size)]
        self.enough = threading.Event()
        self.threads: list[threading.Thread] = []

    @property
    def asked(self) -> int:
        """Pictures in presses that were taken."""
        return sum(person.asked for person in self.people)

    @property
    def presses(self) -> bool:
        """Whether anybody still does."""
        return any(thread.is_alive() for thread in self.threads)

    def start(self, *, pictures: int) -> None:
        """They press until so many pictures are asked for."""
        self.threads = [threading.Thread(target=self._live, args=(person, pictures)) for person in self.people]
        for thread in self.threads:
            thread.start()

    def wait(self) -> None:
        """Until each has had an answer to the last press."""
        self.enough.set()
        for thread in self.threads:
            thread.join()

    def _live(self, person: Person, pictures: int) -> None:
        while self.asked < pictures and not self.enough.is_set():
            person.press(self.models)
            time.sleep(person.draw.uniform(0.1, 0.8))


def _person(url: str, number: int, draw: random.Random) -> Person:
    user = User.objects.create_user(email=f"person-{number}@example.com")
    ledger.grant(wallet=ledger.wallet_of(user=user), credits=GRANTED, cause=f"chaos:{number}")
    upload = uploads.receive(user=user, file=SimpleUploadedFile("mine.png", picture(number)))
    uploads.wait_for(uploads=[upload], seconds=PATIENCE_S)
    source = Image.objects.get(owner=user)
    mask = drawings.mask(source=source, rectangle=drawings.Share(20, 20, 60, 70))
    return Person(user, url, signed_in(user), draw, str(source.uuid), str(mask.uuid))


def picture(number: int) -> bytes:
    """A picture like no other."""
    tint = number % 200, number // 200 % 200, number // 40_000 % 200
    out = BytesIO()
    grey = Pillow.linear_gradient("L").resize((900, 600))
    Pillow.merge("RGB", [grey.point(lambda value, part=part: (value + part) % 256) for part in tint]).save(out, "PNG")
    return out.getvalue()


def signed_in(user: User) -> dict[str, str]:
    """The cookie of a browser in which the user is signed in."""
    browser = Client()
    browser.force_login(user)
    return {settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value}
