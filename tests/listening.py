"""Ports, and who answers at them."""

import contextlib
import json
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A loopback port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, process: "subprocess.Popen[bytes]", seconds: float = 20) -> None:
    """Returns once the address answers 200; fails when the process ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer; exit {process.poll()}")


def behave(address: str, **changes: Any) -> None:
    """Tells a running sandbox how to behave from now on; its address is that of the API."""
    headers = {"Authorization": "Bearer sandbox", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/sandbox/behaviour", json.dumps(changes).encode(), headers)
    urllib.request.urlopen(request, timeout=2).close()
