"""`make run` as a whole, in a folder of its own: it starts, answers, says what it should and leaves nothing."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backstage import free_port
from tests.embedded.machine import BASE, fetch, holders

OURS = re.compile(
    r"^(SECRET_KEY|DATABASE_URL|REDIS_URL|S3_|AWS_|OPENAI_|SANDBOX|EMBEDDED|LOCAL_DIR|EMAIL_URL|GPTIMAGE)"
)


S3 = ("S3_ENDPOINT_URL", "S3_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
REAL_PARTS = {"REDIS_URL": "redis://127.0.0.1:9", "S3_BUCKET": "none"}
START = (
    "import sys; from pathlib import Path; from gptimage.run import main; sys.exit(main(env_file=Path(sys.argv[1])))"
)


def bare_environment(local: Path, **settings: str) -> dict[str, str]:
    """The machine's, without what the tests themselves run with."""
    kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    return kept | {"LOCAL_DIR": str(local), "PYTHONPATH": str(BASE)} | settings


@contextlib.contextmanager
def start(local: Path, *, env_file: Path = Path("/nowhere"), **settings: str) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(env_file)],
        cwd=BASE,
        env=bare_environment(local, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def refusal(local: Path, *, env_file: Path = Path("/nowhere"), **settings: str) -> str:
    """What a start that can't go on says last; it ends with 1 and without a traceback."""
    with start(local, env_file=env_file, **settings) as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    return said.strip().splitlines()[-1]


def told_until(words: str, process: "subprocess.Popen[str]") -> str:
    """What it says until a line with the words; fails with all of it when it ends before."""
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(said)


def managed(local: Path, *command: str) -> str:
    """What manage.py says in another terminal."""
    manage = [sys.executable, "manage.py", *command]
    done = subprocess.run(manage, cwd=BASE, env=bare_environment(local), capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def local(tmp_path: Path) -> Path:
    return tmp_path / "local"


def test_it_starts_answers_and_leaves_nothing(local: Path) -> None:
    port = free_port()
    with start(local, PORT=str(port)) as process:
        said = told_until("Stop it with", process)
        assert f"GPT Image 2 runs at   http://127.0.0.1:{port}" in said
        assert re.search(r"Admin account +\S+ +password: \S{10,}", said)
        assert fetch(f"http://127.0.0.1:{port}/health").read() == b"ok"
        assert "already works in" in refusal(local, PORT=str(port))
        assert "no issues" in managed(local, "check", "--database", "default")
        processes = holders(local / "run/lock")
        assert len(set(processes)) >= 6  # itself, web, two workers, beat, the sandbox
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=15)
    assert process.returncode == 0, said
    assert said.strip().endswith("Stopped. Nothing is left running.")
    assert holders(local / "run/lock") + holders(local / "lock") == []
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []


def test_a_port_that_is_taken_is_told_before_anything_starts(local: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Can't listen on 127.0.0.1:{port}" in refusal(local, PORT=str(port))
    assert not (local / "postgres").exists()


def test_a_port_that_is_none(local: Path) -> None:
    assert refusal(local, PORT="eighty") == "PORT is “eighty”: it has to be a number from 1 to 65535."


def test_a_real_database_wants_a_key_of_its_own(local: Path) -> None:
    words = refusal(local, PORT=str(free_port()), DATABASE_URL="postgres://a:b@127.0.0.1:9/c", **REAL_PARTS)
    assert words.startswith("SECRET_KEY has to be set beside DATABASE_URL")


@pytest.mark.parametrize(("variable", "value"), [("DATABASE_URL", "postgres://a:b@127.0.0.1:9/c"), ("LEASE_S", "soon")])
def test_a_wrong_value_ends_the_start_with_its_name(local: Path, variable: str, value: str) -> None:
    real = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", *S3)}
    settings = real | {"SECRET_KEY": "k" * 50, "OPENAI_API_KEY": "none", variable: value}
    words = refusal(local, PORT=str(free_port()), **settings)
    assert variable in words
    assert "a:b" not in words  # no password on the terminal


def test_an_env_file_fills_what_the_environment_leaves_open(local: Path, tmp_path: Path) -> None:
    (tmp_path / "env").write_text("PORT=nine\nBIND=\n")
    assert "PORT is “nine”" in refusal(local, env_file=tmp_path / "env")
    assert "PORT is “ten”" in refusal(local, env_file=tmp_path / "env", PORT="ten")
