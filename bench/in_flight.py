"""Hundreds of waiting calls in one worker process: how much longer than the model, and how much memory.

Runs the image road (client, stream reader, spool) with CALLS threads against a canned sandbox whose answers take
SECONDS each, and prints the time over the model's own as a ratio, beside two others in the same run: bare sockets that
throw every byte away (what the sandbox can give), and the openai client's own stream.
`python bench/calls_in_flight.py [CALLS] [SECONDS]`; needs the test services (starts them).
"""

import json
import os
import resource
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.backstage import sandbox  # starts the services and sets the environment
from tests.listening import ROOT


def ours(calls: int, seconds: float) -> None:
    """Our reader, as a worker uses it."""
    import django

    django.setup()
    from studio import image_api

    call = image_api.Call(
        model="sandbox", prompt="A cup", size="1024x1024", quality="medium", output_format="png", compression=None,
        background="auto", previews=2, safety_identifier="bench", seed="1",
    )  # fmt: skip
    plain = image_api._arguments
    image_api._arguments = lambda c: {**plain(c), "extra_headers": {"X-Sandbox-Latency": str(seconds)}}
    measure("ours", calls, seconds, lambda: image_api.generate(call, on_partial=lambda index, data: None).data)


def theirs(calls: int, seconds: float) -> None:
    """The openai client's own stream."""
    import base64

    import openai

    client = openai.OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key="sandbox", max_retries=0)

    def once() -> bytes:
        stream = client.images.generate(
            model="sandbox", prompt="A cup", size="1024x1024", quality="medium", output_format="png", stream=True,
            partial_images=2, extra_headers={"X-Sandbox-Latency": str(seconds)},
        )  # fmt: skip
        return next(base64.b64decode(event.b64_json) for event in stream if event.type.endswith("completed"))

    measure("openai's stream", calls, seconds, once)


def limit(calls: int, seconds: float) -> None:
    """Bare sockets: the bytes come and are thrown away."""
    at = urlsplit(os.environ["OPENAI_BASE_URL"])
    asked = {"model": "sandbox", "prompt": "A cup", "size": "1024x1024", "quality": "medium", "output_format": "png"}
    body = json.dumps({**asked, "stream": True, "partial_images": 2})
    head = (
        f"POST {at.path}/images/generations HTTP/1.1", f"Host: {at.netloc}", "Authorization: Bearer sandbox",
        f"X-Sandbox-Latency: {seconds}", f"Content-Length: {len(body)}", "Connection: close", "", body,
    )  # fmt: skip

    def once() -> int:
        got, room = 0, bytearray(1 << 18)
        with socket.create_connection((at.hostname, at.port)) as connection:
            connection.sendall("\r\n".join(head).encode())
            while read := connection.recv_into(room):
                got += read
        return got

    measure("the sandbox's limit", calls, seconds, once)


def measure(name: str, calls: int, seconds: float, once) -> None:  # noqa: ANN001
    """Runs all calls at once and prints the ratio and the peak of memory."""
    started = time.monotonic()
    failed = 0
    with ThreadPoolExecutor(calls) as pool:
        for future in [pool.submit(once) for _ in range(calls)]:
            failed += future.exception() is not None or not future.result()
    took = time.monotonic() - started
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{name:19} {calls} calls of {seconds} s: {took / seconds:5.2f} x the model, {rss} MB at most, {failed} failed"
    )


def main() -> None:
    calls, seconds = (int(sys.argv[1]), float(sys.argv[2])) if len(sys.argv) > 2 else (200, 10.0)
    if "--" in sys.argv:
        {"limit": limit, "ours": ours, "theirs": theirs}[sys.argv[-1]](calls, seconds)
        return
    process, os.environ["OPENAI_BASE_URL"] = sandbox("--canned")
    try:
        for which in ("limit", "ours", "theirs"):
            command = [sys.executable, __file__, str(calls), str(seconds), "--", which]
            subprocess.run(command, cwd=ROOT, env={**os.environ, "MALLOC_ARENA_MAX": "2"}, check=True)
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
