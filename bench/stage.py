"""The real processes of the product on services of their own, with a database that flushes to disk, for one bench."""

import contextlib
import json
import logging
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bench.machine import ROOT
from gptimage.embedded import services
from gptimage.embedded.children import die_with_parent
from gptimage.processes import COMMANDS, WORKER_ENVIRONMENT
from tests.listening import free_port, wait_for

SETTINGS: Final = {
    "DJANGO_SETTINGS_MODULE": "gptimage.settings",
    "SECRET_KEY": "bench-only-" * 5,
    "OPENAI_API_KEY": "sandbox",
    "SANDBOX": "1",
    "EMBEDDED": "1",
    "WELCOME_CREDITS": "0",
    # A bench is one address, and presses more often than any person.
    **{
        f"RATE_{action}": "1000000/1000000"
        for action in ("RUNS", "QUOTES", "FRAMES", "PREVIEWS", "DOWNLOADS", "STREAMS")
    },
}


class Stage:
    """What runs, by name, and where it is reached."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.environment['GRANIAN_PORT']}"

    def start(self, name: str, command: str = "", **environment: str) -> "subprocess.Popen[bytes]":
        """Starts a process of the product, or the command given, and returns before it is ready."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                shlex.split(command or COMMANDS[name]),
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        return self.processes[name]

    def start_web(self, command: str = "") -> None:
        """The pages; returns once they answer."""
        wait_for(f"{self.url}/healthz", self.start("web", command), seconds=40)

    def start_model(self, *arguments: str) -> None:
        """The sandbox; returns once it answers."""
        port = self.environment["OPENAI_BASE_URL"].rpartition(":")[2].removesuffix("/v1")
        command = f"python manage.py sandbox --canned --port {port} {shlex.join(arguments)}"
        wait_for(f"http://127.0.0.1:{port}/health", self.start("model", command))

    def tell_model(self, **behaviour: Any) -> None:
        """Other behaviour of the sandbox, for calls from now on."""
        request = urllib.request.Request(
            f"{self.environment['OPENAI_BASE_URL']}/sandbox/behaviour",
            json.dumps(behaviour).encode(),
            {"Authorization": "Bearer sandbox", "Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()

    def tell(self, name: str, number: int) -> None:
        """A signal to a process and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, number)

    def kill(self, name: str) -> None:
        """Ends it without a chance to say a word."""
        self.tell(name, signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> None:
        """Ends all of them, kindly first."""
        for name in self.processes:
            self.tell(name, signal.SIGCONT)
            self.tell(name, signal.SIGTERM)
        deadline = time.monotonic() + 8
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for name in list(self.processes):
            self.kill(name)


@contextlib.contextmanager
def running(name: str, settings: Mapping[str, str] | None = None) -> Iterator[Stage]:
    """Services, prepared, and Django set up in this process; the bench starts what it measures. Ends all of it."""
    folder = ROOT / ".local/bench" / name
    shutil.rmtree(folder, ignore_errors=True)
    with services(root=folder) as found:
        environment = {
            **os.environ,
            **WORKER_ENVIRONMENT,
            **SETTINGS,
            **(settings or {}),
            **found,
            "LOCAL_DIR": str(folder / "local"),
            "GRANIAN_HOST": "127.0.0.1",
            "GRANIAN_PORT": str(free_port()),
            "OPENAI_BASE_URL": f"http://127.0.0.1:{free_port()}/v1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        os.environ.update(environment)
        subprocess.run([sys.executable, "-m", "gptimage.prepare"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()  # the environment names the services only now
        logging.disable(logging.INFO)
        stage = Stage(folder, environment)
        try:
            yield stage
        finally:
            stage.stop()
