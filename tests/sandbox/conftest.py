import contextlib
import io
import json
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest
from PIL import Image

from studio.sandbox import darkroom, paint, validation
from tests.backstage import sandbox


@dataclass
class Server:
    """A sandbox of these tests' own, and its log of paid calls."""

    url: str
    log: Path
    pid: int

    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def paid(self, name: str) -> list[dict[str, Any]]:
        """The calls of that seed or request id."""
        return [call for call in self.calls() if name in (call["seed"], call["request_id"])]

    def resident_bytes(self) -> int:
        """Memory of the server's processes."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (str(self.pid), *children)]
        return sum(pages) * resource.getpagesize()


@contextlib.contextmanager
def serving(log: Path, *arguments: str) -> Iterator[Server]:
    process, url = sandbox("--latency", "0", "--calls", str(log), *arguments)
    try:
        yield Server(url, log, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("sandbox") / "calls.log") as server:
        yield server


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that paints as little as it can: for what is no matter of pictures."""
    with serving(tmp_path_factory.mktemp("sandbox") / "quick.log", "--canned") as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.url, api_key="sandbox", max_retries=0) as client:
        yield client


def sit(prompt: str, seed: str = "1", **parameters: Any) -> darkroom.Sitting:
    body = {"model": "sandbox", "prompt": prompt, "size": "1024x1024", "quality": "medium", **parameters}
    order = validation.read(body)
    return darkroom.sit(order=order, seed=seed, index=0, quality=order.quality)


def sketch(prompt: str, seed: str = "1", **parameters: Any) -> Image.Image:
    """The same picture painted small, before it is finished: for what one sees at a glance."""
    return paint.paint(sit(prompt, seed, **parameters).recipe, (256, 256)).convert("RGB")


@pytest.fixture
def draw() -> Callable[..., Image.Image]:
    """The finished picture for a prompt, decoded."""

    def decoded(prompt: str, seed: str = "1", **parameters: Any) -> Image.Image:
        return Image.open(io.BytesIO(darkroom.final(sit(prompt, seed, **parameters)).data))

    return decoded
