import io
import json
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

    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("sandbox") / "calls.log"
    process, url = sandbox("--latency", "0", "--calls", str(log))
    yield Server(url, log)
    process.terminate()
    process.wait(timeout=10)


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
