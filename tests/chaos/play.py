"""One seed, from the first press to the promises."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from django.db import DatabaseError, connection
from playwright.sync_api import sync_playwright
from redis.exceptions import RedisError

from accounts.models import User
from studio import library, spool
from studio.models import ENDED, Generation, Image, Upload, UploadState
from tests.chaos import faults, promises
from tests.chaos.parts import Stage
from tests.chaos.people import Crowd, signed_in
from tests.listening import behave

PEOPLE: Final = 8
CALM: Final = 8  # pictures before anything goes wrong
CALM_S: Final = 4.0
EVERY_S: Final = 2.5
SHARE: Final = 0.25
QUIET_S: Final = 180.0  # a model that named no limit is asked more slowly after a 429, and twice as often each minute
MOST_RSS_MB: Final = 700
MOST_CONNECTIONS: Final = 120


@dataclass
class Report:
    """What one seed showed."""

    seed: int
    counts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    presses: int = 0
    unanswered: int = 0
    refused: int = 0
    ended: list[str] = field(default_factory=list)  # by themselves
    loud_s: float = 0
    quiet_s: float = 0
    rss_mb: dict[str, int] = field(default_factory=dict)
    connections: int = 0
    breaches: list[str] = field(default_factory=list)


class Play:
    """The stage, the crowd and the clock of one seed."""

    def __init__(self, stage: Stage, *, seed: int, pictures: int, only: list[str], shot: Path | None) -> None:
        self.stage, self.seed, self.pictures = stage, seed, pictures
        self.moments = faults.plan(seed=seed, seconds=3600, every_s=EVERY_S, only=only)
        self.shot = shot
        self.crowd = Crowd(url=stage.url, seed=seed, size=PEOPLE)
        self.report = Report(seed)

    def play(self) -> Report:
        """Calm, loud, quiet, and what was broken."""
        self._calm()
        self._loud()
        self._quiet()
        people = self.crowd.people
        report = self.report
        report.breaches += promises.breaches(people=people, log=self.stage.calls)
        report.breaches += self._swollen()
        report.counts = promises.counts()
        report.presses = sum(len(person.accepted) for person in people)
        report.unanswered = sum(len(person.unanswered) for person in people)
        report.refused = sum(person.refused for person in people)
        return report

    def _calm(self) -> None:
        self.crowd.start(pictures=CALM)
        self.crowd.wait()
        self._wait(lambda: not _open(), seconds=15)
        self.report.breaches += promises.calm(list(Generation.objects.select_related("run")), within_s=CALM_S)

    def _loud(self) -> None:
        begun = time.monotonic()
        self.crowd.enough.clear()
        self.crowd.start(pictures=self.pictures)
        while self.crowd.asked < self.pictures and self.crowd.presses and self.moments:
            self._model(share=SHARE)
            self._sample()
            self._operate()
            if time.monotonic() - begun >= self.moments[0].at_s:
                moment = self.moments.pop(0)
                self.report.faults.append(moment.name)
                faults.happen(moment, self.stage)
            time.sleep(0.1)
        if self.crowd.asked < self.pictures:
            self.report.breaches.append(f"only {self.crowd.asked} pictures could be asked for")
        if self.shot:
            self._show_operators_page(self.shot)
        self.report.loud_s = round(time.monotonic() - begun, 1)

    def _quiet(self) -> None:
        begun = time.monotonic()
        for part in self.stage.parts.values():
            part.tell(signal.SIGCONT)
            part.start()
        with contextlib.suppress(RedisError):
            self.stage.redis().config_set("maxmemory", "0")
        self.crowd.wait()

        def settled() -> bool:
            self._model(share=0)
            self._sample()
            self._operate()
            uncopied = Image.objects.filter(widths=[]).exclude(kind__in=library.DRAWN)
            unread = Upload.objects.filter(state__in=(UploadState.WAITING, UploadState.READING))
            kept = Upload.objects.filter(state=UploadState.READY).exclude(quarantine_key="")
            busy = (uncopied, unread, kept)
            return not _open() and not spool.kept() and not any(rows.exists() for rows in busy)

        self._wait(settled, seconds=QUIET_S)
        self.report.quiet_s = round(time.monotonic() - begun, 1)

    def _wait(self, condition: Any, *, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(DatabaseError):
                if condition():
                    return
            time.sleep(0.2)

    def _operate(self) -> None:
        """What the product's own starter does about a process that ended by itself, and an operator about a model."""
        for name, part in self.stage.parts.items():
            if part.process.poll() is not None:
                self.report.ended.append(name)
                part.start()
        try:
            faults.offer_again()
        except DatabaseError:
            connection.close()

    def _model(self, *, share: float) -> None:
        """How often the model goes wrong from now on; one that was killed starts as a good one."""
        with contextlib.suppress(OSError):
            behave(self.stage.environment["OPENAI_BASE_URL"], share=share, moderation_share=share / 5)

    def _show_operators_page(self, file: Path) -> None:
        """What an operator sees in the middle of it."""
        boss = User.objects.create_superuser(email="operator@example.com", password=None)
        cookies = signed_in(boss)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=self.stage.url)
            context.add_cookies(
                [{"name": name, "value": value, "url": self.stage.url} for name, value in cookies.items()]
            )
            page = context.new_page()
            page.goto("/admin/stuck/")
            page.screenshot(path=file, full_page=True)
            browser.close()

    def _sample(self) -> None:
        for name, part in self.stage.parts.items():
            self.report.rss_mb[name] = max(self.report.rss_mb.get(name, 0), part.rss_mb())
        with contextlib.suppress(psycopg.Error, DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            [count] = cursor.fetchone() or (0,)
            self.report.connections = max(self.report.connections, count)

    def _swollen(self) -> list[str]:
        big = {name: mb for name, mb in self.report.rss_mb.items() if name.startswith("w") and mb > MOST_RSS_MB}
        found = [f"{name} held {mb} MB" for name, mb in big.items()]
        if self.report.connections > MOST_CONNECTIONS:
            found.append(f"{self.report.connections} connections to the database")
        return found


def _open() -> bool:
    return Generation.objects.exclude(status__in=ENDED).exists()
