"""Pages of a user with a hundred thousand pictures, signed in, while five hundred event streams are open.

Five people who look at a page for a second before they ask for the next; and five who never pause, in turns against
the product's web processes, a bare view that renders an equal list behind the same server (bench/bare_site.py), and the
same pages under gunicorn's threads.
"""

import http.client
import random
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urlsplit

from bench import presses, shelves, stage, visitors
from bench.measure import RUNS, Measurement, Target, alternately, beside, percentile
from bench.visitors import Visitor
from gptimage.processes import COMMANDS
from tests.listening import free_port, wait_for

PICTURES, STREAMS, EACH = 100_000, 500, 10
PICTURE: Final = re.compile(rb"<img [^>]*\bdata-picture\b")
PEOPLE: Final = 5
SECONDS: Final = 1.0
CALM_S: Final = 2.5  # of looking and asking
LOOK_S: Final = (0.5, 1.5)
MOST_QUERIES: Final = {"studio": 8, "library": 8, "image": 10}  # a picture's presses have prices, and it has a family
GUNICORN: Final = (
    "gunicorn gptimage.wsgi:application --worker-class gthread --workers 2 --threads 8 --log-level warning"
)


def measure(*, small: bool) -> list[Measurement]:
    """Studio, library and one picture's page."""
    pictures, streams, seconds, rounds = (2000, 20, 0.3, 2) if small else (PICTURES, STREAMS, SECONDS, RUNS)
    with stage.running("pages") as running:
        running.start_web()
        [owner] = presses.owners(1)
        image = shelves.fill(user=owner, pictures=pictures)
        visitor = visitors.signed_in(owner, url=running.url, model=presses.catalogue_model())
        bare, gunicorn = _start_peers(running)
        lines = _open_streams(running, streams)
        found = []
        for name, path in (("studio", "/studio/"), ("library", "/library/"), ("image", image)):
            page = Page(name, path, visitor, seconds)
            found += page.measured(bare, gunicorn, rounds=rounds)
        for line in lines:
            line.close()
    return found


class Page:
    """One page, and how it is asked for."""

    def __init__(self, name: str, path: str, visitor: Visitor, seconds: float) -> None:
        self.name, self.path, self.visitor, self.seconds = name, path, visitor, seconds
        self.busy_ms: list[float] = []

    def measured(self, bare: str, gunicorn: str, *, rounds: int) -> list[Measurement]:
        """How long it takes, beside both peers, and its queries."""
        self.visitor.line.close()  # it has rested for too long for the server
        data = self.visitor.get(self.path)
        items, queries = len(PICTURE.findall(data)), self._queries()
        for url in (self.visitor.url, bare, gunicorn):  # both workers of each have loaded what they load once
            self._asked(url, f"/?items={items}" if url == bare else self.path, 0.5)
        calm_ms = [self._calm() for _ in range(rounds)]
        ours, list_rate, threads = alternately(
            self._rate, lambda: self._asked(bare, f"/?items={items}", self.seconds)[0],
            lambda: self._asked(gunicorn, self.path, self.seconds)[0], rounds=rounds,
        )  # fmt: skip
        about = f"{len(data) / 1000:.0f} kB, {items} pictures on it"
        return [
            Measurement(
                name=f"pages: {self.name}, p95", unit="ms", runs=calm_ms, target=Target(most=50),
                note=f"five people, each a page a second or so; {about}",
            ),
            Measurement(
                name=f"pages: {self.name}, p95 without a pause", unit="ms", runs=self.busy_ms,
                note="five people who ask for the next page at once",
            ),
            Measurement(
                name=f"pages: {self.name}, queries",
                unit="queries",
                runs=queries,
                target=Target(most=MOST_QUERIES[self.name]),
                note="the middleware's for session and user are among them",
            ),
            beside(
                f"pages: {self.name} beside a bare list", "pages/s", ours, list_rate, target=Target(least_ratio=0.5),
                against=f"a view with one query and a template of {items} pictures, same server",
            ),
            beside(
                f"pages: {self.name} beside gunicorn", "pages/s", ours, threads, target=Target(least_ratio=0.85),
                against="the same pages under gunicorn gthread, 2 x 8, without streams",
            ),
        ]  # fmt: skip

    def _rate(self) -> float:
        rate, times = self._asked(self.visitor.url, self.path, self.seconds)
        self.busy_ms.append(1000 * percentile(times, 0.95))
        return rate

    def _calm(self) -> float:
        """The p95 of people who look at what they have asked for, in ms."""
        _, times = self._asked(self.visitor.url, self.path, CALM_S * self.seconds / SECONDS, LOOK_S)
        return 1000 * percentile(times, 0.95)

    def _asked(
        self, url: str, path: str, seconds: float, look_s: tuple[float, float] = (0, 0)
    ) -> tuple[float, list[float]]:
        """Pages a second, and the seconds of each."""
        with ThreadPoolExecutor(PEOPLE) as pool:
            began = time.perf_counter()
            asking = [pool.submit(self._ask, url, path, seconds, look_s) for _ in range(PEOPLE)]
            times = [one for person in asking for one in person.result()]
            return len(times) / (time.perf_counter() - began), times

    def _ask(self, url: str, path: str, seconds: float, look_s: tuple[float, float]) -> list[float]:
        times, at = list[float](), urlsplit(url)
        line = http.client.HTTPConnection(str(at.hostname), at.port, timeout=30)
        end = time.perf_counter() + seconds
        time.sleep(random.uniform(0, look_s[1]))  # they did not come at the same moment
        while (began := time.perf_counter()) < end:
            line.request("GET", path, headers={"Cookie": self.visitor.cookies})
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path} was answered {answer.status}")
            times.append(time.perf_counter() - began)
            time.sleep(random.uniform(*look_s))
        line.close()
        return times

    def _queries(self) -> list[float]:
        """How many the page takes here, in this process, where they can be counted."""
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        browser = Client(headers={"cookie": self.visitor.cookies, "host": "127.0.0.1"})
        counts = []
        for _ in range(RUNS + 1):
            with CaptureQueriesContext(connection) as captured:
                answer = browser.get(self.path)
            if answer.status_code != 200:
                raise RuntimeError(f"{self.path} was answered {answer.status_code}")
            counts.append(float(len(captured)))
        return counts[1:]


def _start_peers(running: stage.Stage) -> tuple[str, str]:
    """The bare site and gunicorn; their addresses."""
    bare, gunicorn = free_port(), free_port()
    running.start(
        "bare", COMMANDS["web"].replace("gptimage.asgi", "bench.bare_site"),
        GRANIAN_PORT=str(bare), DJANGO_SETTINGS_MODULE="",
    )  # fmt: skip
    running.start("gunicorn", f"{GUNICORN} --bind 127.0.0.1:{gunicorn}")
    wait_for(f"http://127.0.0.1:{bare}/?items=1", running.processes["bare"])
    wait_for(f"http://127.0.0.1:{gunicorn}/healthz", running.processes["gunicorn"])
    return f"http://127.0.0.1:{bare}", f"http://127.0.0.1:{gunicorn}"


def _open_streams(running: stage.Stage, count: int) -> list[socket.socket]:
    """Streams that nobody reads; they say little."""
    model = presses.catalogue_model()
    crowd = [visitors.signed_in(user, url=running.url, model=model) for user in presses.owners(count // EACH)]
    return [_stream(person) for person in crowd for _ in range(EACH)]


def _stream(person: Visitor) -> socket.socket:
    line = socket.create_connection((person.line.host, person.line.port), timeout=30)
    line.sendall(f"GET /live/ HTTP/1.1\r\nHost: {person.line.host}\r\nCookie: {person.cookies}\r\n\r\n".encode())
    if not line.recv(4096).startswith(b"HTTP/1.1 200"):
        raise RuntimeError("a stream was refused")
    return line
