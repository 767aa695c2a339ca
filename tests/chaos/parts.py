"""The real processes of the product, each of which can be killed, stopped, stalled and started again."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import redis

from bench import usage
from gptimage.embedded import postgres, s3, valkey
from gptimage.embedded.children import sole_use_of
from gptimage.embedded.site import Site, make_room, remembered_keys, remembered_ports
from gptimage.processes import COMMANDS, WORKER_ENVIRONMENT
from studio.sandbox.behaviour import FAULTS
from tests.listening import ROOT, free_port, wait_for

PROCESSES: Final = {
    "web": COMMANDS["web"],
    "worker-1": COMMANDS["worker-generate"].replace("generate@%h", "generate-1@%h"),
    "worker-2": COMMANDS["worker-generate"].replace("generate@%h", "generate-2@%h"),
    "worker-default": COMMANDS["worker-default"],
    "beat": COMMANDS["beat"],
}
SETTINGS: Final = {
    "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
    "SECRET_KEY": "chaos-only-" * 5,
    "OPENAI_API_KEY": "sandbox",
    "SANDBOX": "1",
    "EMBEDDED": "1",
    "LEASE_S": "5",
    "IMAGE_TIMEOUT_S": "6",
    "WELCOME_CREDITS": "0",
    "MODEL_PAUSE_S": "1",
    "MODEL_PAUSE_MOST_S": "2",
    "REFUSED_REFUNDS_A_DAY": "100000",
    **{f"RATE_{action}": "100000/100000" for action in ("RUNS", "QUOTES", "FRAMES", "PREVIEWS", "DOWNLOADS")},
}

# A model that asks for ten minutes is left alone for ten minutes, which is longer than anybody watches.
BRIEF: Final = [fault for fault in FAULTS if fault != "rate_limit_long"]


class Part:
    """One process and its children. `start` also starts the next after a kill."""

    def __init__(self, name: str, spawn: "Callable[[], subprocess.Popen[bytes]]") -> None:
        self.name = name
        self.spawn = spawn
        self.process = spawn()

    def start(self) -> None:
        if self.process.poll() is not None:
            self.process = self.spawn()

    def tell(self, number: int) -> None:
        """To it alone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def kill(self) -> None:
        """It and all of its children, as a machine that loses its power does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self, number: int = signal.SIGTERM, patience_s: float = 15) -> None:
        """Told to stop; killed when it does not."""
        self.tell(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)
        self.kill()

    def rss_mb(self) -> int:
        """What it and its children hold in memory."""
        return round(usage.rss_mb(self.process.pid))


class Stage:
    """All parts, by name, and the address that people visit."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.parts: dict[str, Part] = {}
        self.url = f"http://127.0.0.1:{environment['GRANIAN_PORT']}"
        self.calls = folder / "calls.log"
        self.deployed: list[Part] = []

    def __getitem__(self, name: str) -> Part:
        return self.parts[name]

    def add(self, name: str, command: str) -> None:
        """Starts one of the product's processes."""
        self.parts[name] = Part(name, lambda: self._spawn(name, command))

    def replace(self, name: str) -> None:
        """A deploy: the old one is told to stop, and the next starts at once."""
        old = self.parts[name]
        old.tell(signal.SIGTERM)
        self.deployed.append(old)
        self.parts[name] = Part(name, old.spawn)

    def redis(self) -> "redis.Redis":
        """The broker, as its operator reaches it."""
        return redis.Redis.from_url(self.environment["REDIS_URL"], socket_timeout=5)

    def is_up(self) -> bool:
        """Whether pages are served."""
        try:
            wait_for(f"{self.url}/accounts/login/", self["web"].process, seconds=20)
        except RuntimeError:
            return False
        return True

    def _spawn(self, name: str, command: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                shlex.split(command), cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )


@contextlib.contextmanager
def running(folder: Path, *, seed: int, broken: str = "") -> Iterator[Stage]:
    """Starts everything, on a database of its own, and ends it."""
    make_room(folder)
    with sole_use_of(folder) as lock, contextlib.ExitStack() as stack:
        site = Site(root=folder, lock=lock, keys=remembered_keys(folder), ports=remembered_ports(folder), durable=True)
        environment = {**os.environ, **WORKER_ENVIRONMENT, **SETTINGS, "LOCAL_DIR": str(folder / "local")}
        port, model_port = free_port(), free_port()
        environment |= {
            "GRANIAN_HOST": "127.0.0.1",
            "GRANIAN_PORT": str(port),
            "OPENAI_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        if broken:
            environment["BROKEN"] = broken
        stage = Stage(folder, environment)
        stack.callback(_end, stage)
        for name, server in (("store", s3), ("broker", valkey), ("database", postgres)):
            environment |= _serve(stage, name, server, site)
        os.environ.update(environment)
        subprocess.run([sys.executable, "-m", "gptimage.prepare"], cwd=ROOT, env=environment, check=True, stdout=-3)
        stage.add("model", f"python manage.py sandbox --port {model_port} --canned --latency 0.4 --latency-spread 0.8 "
                  f"--plan {seed} --share 0 --faults {','.join(BRIEF)} --calls {stage.calls}")  # fmt: skip
        for name, command in PROCESSES.items():
            stage.add(name, command)
        if not stage.is_up():
            raise RuntimeError(f"The pages do not answer: see {folder}/web.log")
        yield stage


def _serve(stage: Stage, name: str, server: ModuleType, site: Site) -> dict[str, str]:
    """A service as a part: its first start is waited for, later ones come up by themselves."""
    child: Any = None

    def spawn() -> "subprocess.Popen[bytes]":
        nonlocal child
        child = server.start(site)
        return child.process

    stage.parts[name] = Part(name, spawn)
    found: dict[str, str] = server.prepare(site, child)
    return found


def _end(stage: Stage) -> None:
    services = ("database", "broker", "store")
    ours = [part for name, part in stage.parts.items() if name not in services] + stage.deployed
    for part in ours:
        part.tell(signal.SIGCONT)
        part.tell(signal.SIGTERM)
    deadline = time.monotonic() + 8
    for part in ours:
        with contextlib.suppress(subprocess.TimeoutExpired):
            part.process.wait(max(0.0, deadline - time.monotonic()))
        part.kill()
    for name in services:
        if name in stage.parts:
            stage[name].tell(signal.SIGCONT)
            stage[name].end(signal.SIGINT, patience_s=3)
