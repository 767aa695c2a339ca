"""The product as its users meet it: the real processes, on a database of their own."""

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg

from gptimage.processes import COMMANDS, WORKER_ENVIRONMENT
from tests.backstage import LOCAL, sandbox
from tests.listening import ROOT, free_port, wait_for

LATENCY_S = "1.2"  # long enough to see previews arrive, short enough for a test
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])  # two run at once, each with a site of its own
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Site:
    """A running product: its address, its mail, its database."""

    url: str
    environment: dict[str, str]
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    members: list[tuple[str, str, str]] = field(default_factory=list)  # address, the session's cookie, and its value

    def python(self, *arguments: str) -> str:
        """Runs Python in this site's environment and returns what it prints."""
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Reads, or writes, this site's database."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            cursor = connection.execute(query, parameters)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def wait_until(self, query: str, seconds: float = 60) -> None:
        """Returns once a query's first value is true."""
        end = time.monotonic() + seconds
        while not self.rows(query)[0][0]:
            if time.monotonic() > end:
                raise TimeoutError(query)
            time.sleep(0.1)

    def newest_mail(self, to: str, seconds: float = 20) -> str:
        """The text of the last mail to an address; a worker sends it, so it may take a moment."""
        end = time.monotonic() + seconds
        while not (found := self._mail(to)):
            if time.monotonic() > end:
                raise LookupError(to)
            time.sleep(0.1)
        return found

    def _mail(self, to: str) -> str:
        outbox = Path(self.environment["LOCAL_DIR"]) / "outbox"
        for path in sorted(outbox.glob("*"), key=lambda found: found.stat().st_mtime, reverse=True):
            for raw in path.read_bytes().split(b"-" * 79)[::-1]:
                mail = message_from_bytes(raw.strip(), policy=policy.default)
                if to in str(mail.get("to", "")):
                    return str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        return ""


def chromium() -> str:
    """Debian's browser, or the one that CHROMIUM names; `make test` sees to it that there is one."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise RuntimeError("No Chromium: apt install chromium, or set CHROMIUM to one.")
    return found


@contextlib.contextmanager
def running(name: str) -> Iterator[Site]:
    """Starts a site under a name of its own and ends it."""
    port = free_port()
    local = LOCAL / name
    shutil.rmtree(local, ignore_errors=True)
    local.mkdir(parents=True)
    model, address = sandbox("--latency", LATENCY_S)
    environment = {
        **os.environ,
        "DATABASE_URL": _new_database(name),
        "REDIS_URL": os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{15 - WORKER}",
        "LOCAL_DIR": str(local),
        "OPENAI_BASE_URL": address,
        "GRANIAN_HOST": "127.0.0.1",
        "GRANIAN_PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **WORKER_ENVIRONMENT,
    }
    site = Site(url=f"http://127.0.0.1:{port}", environment=environment, processes=[model])
    try:
        site.accounts = json.loads(site.python("-m", "gptimage.prepare").splitlines()[-1])

        for process, command in COMMANDS.items():
            site.processes.append(_start(process, command, site))
        wait_for(f"{site.url}/readyz", site.processes[1], seconds=40)
        yield site
    finally:
        for process in site.processes:
            process.send_signal(signal.SIGTERM)
        for process in site.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def _start(name: str, command: str, site: Site) -> "subprocess.Popen[bytes]":
    with (Path(site.environment["LOCAL_DIR"]) / f"{name}.log").open("wb") as log:
        return subprocess.Popen(shlex.split(command), cwd=ROOT, env=site.environment, stdout=log, stderr=log)


def _new_database(name: str) -> str:
    base, _slash, _database = os.environ["DATABASE_URL"].rpartition("/")
    database = f"site_{name}".replace("-", "_")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {database}")
    return f"{base}/{database}"
