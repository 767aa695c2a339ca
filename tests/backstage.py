"""A pytest plugin, loaded by `-p` before pytest-django reads the settings: the real services, once for all workers.

PostgreSQL, Valkey and an S3 server from their wheels, and our sandbox as the model. A worker of pytest-xdist inherits
the environment, and takes a Valkey database of its own; pytest-django gives it a PostgreSQL database of its own.
"""

import atexit
import contextlib
import os
import subprocess
import sys
from pathlib import Path

import boto3

from gptimage.embedded import services
from tests.listening import ROOT, free_port, wait_for

LOCAL = ROOT / ".local" / os.environ.get("TEST_PLACE", "test")  # two runs at once take two places
STARTED = "GPTIMAGE_TEST_SERVICES"


def sandbox(*arguments: str) -> "tuple[subprocess.Popen[bytes], str]":
    """Starts a sandbox of its own; the process, and the address of its API."""
    port = free_port()
    command = [sys.executable, "manage.py", "sandbox", "--port", str(port), *arguments]
    with (LOCAL / "sandbox.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    wait_for(f"http://127.0.0.1:{port}/health", process)
    return process, f"http://127.0.0.1:{port}/v1"


def _start() -> None:
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    environment = stack.enter_context(services(root=LOCAL, durable=False))
    os.environ.update(environment)
    os.environ.update(
        SECRET_KEY="test-only-" * 5,
        DJANGO_SETTINGS_MODULE="gptimage.settings",
        LOCAL_DIR=str(LOCAL / "files"),
        OPENAI_API_KEY="sandbox",
        SANDBOX="1",
        EMBEDDED="1",
    )
    os.environ["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
    process, address = sandbox("--latency", "0", "--canned")  # what is the same is painted once
    stack.callback(process.wait)
    stack.callback(process.terminate)
    os.environ["OPENAI_BASE_URL"] = address
    os.environ[STARTED] = "1"


def _make_bucket() -> None:
    """The store's sweep takes all that a bucket holds for its own, so that each worker of pytest-xdist has one."""
    keys = {
        "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
    }
    client = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT_URL"], region_name=os.environ["S3_REGION"], **keys)
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
        client.create_bucket(Bucket=os.environ["S3_BUCKET"])
    client.close()


if os.environ.get(STARTED) is None:
    _start()
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{int(worker[2:]) + 1}"
    os.environ["LOCAL_DIR"] = str(LOCAL / worker)
    os.environ["S3_BUCKET"] = f"gptimage-{worker}"
    _make_bucket()
(Path(os.environ["LOCAL_DIR"]) / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
