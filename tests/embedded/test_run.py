"""`make run` as a whole, in a folder of its own: it starts, answers, says what it should and leaves nothing."""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gptimage import run
from tests.embedded.machine import BASE, fetch, holders
from tests.listening import free_port

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


def running(local: Path, words: str) -> int:
    """The number of the process whose command line has the words; 0 when there is none."""
    found = [pid for pid in holders(local / "run/lock") if words in Path(f"/proc/{pid}/cmdline").read_text()]
    return int(found[0]) if found else 0


def wait_for(happened: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.1)


def managed(local: Path, *command: str) -> str:
    """What manage.py says in another terminal."""
    manage = [sys.executable, "manage.py", *command]
    done = subprocess.run(manage, cwd=BASE, env=bare_environment(local), capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def local(tmp_path: Path) -> Path:
    return tmp_path / "local"


def set_the_operators_password(capsys: pytest.CaptureFixture[str]) -> None:
    """By the command that a later start prints, as printed; without a terminal it asks on the standard input."""
    accounts: dict[str, dict[str, str | None]] = {"admin": {"email": "admin@example.com", "password": None}}
    run._announce("http://127.0.0.1", run.Parts(database=True, redis=True, s3=True, model=False, mail=True), accounts)
    command = re.search(r"set another: `(make password .+)`\n", capsys.readouterr().out)
    assert command
    done = subprocess.run(
        [*shlex.split(command[1]), f"BIN={Path(sys.executable).parent}"],
        cwd=BASE,
        env=bare_environment(Path("/nowhere")),
        input="a-hill-and-nine-geese\n" * 2,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert "Password changed successfully for user 'admin@example.com'" in done.stdout, done.stderr


def test_it_starts_answers_and_leaves_nothing(
    local: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    with start(local, PORT=str(port)) as process:
        said = told_until("Stop it with", process)
        assert f"GPT Image 2 runs at   http://127.0.0.1:{port}" in said
        assert re.search(r"Operator's account +\S+ +password: \S{10,}\n", said)
        assert fetch(f"http://127.0.0.1:{port}/healthz").read() == b"ok"
        assert "already works in" in refusal(local, PORT=str(port))
        assert "no issues" in managed(local, "check", "--database", "default")
        monkeypatch.setenv("LOCAL_DIR", str(local))
        set_the_operators_password(capsys)
        assert "adds up" in managed(local, "check_ledger")
        os.kill(running(local, "beat"), signal.SIGKILL)
        assert "beat ended by itself (code -9): started again in 1 s." in told_until("beat ended", process)
        wait_for(lambda: running(local, "beat"))
        processes = holders(local / "run/lock")
        assert len(set(processes)) >= 6  # itself, web, two workers, beat, the sandbox
        with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHos")  # half a request holds nothing up
            time.sleep(0.2)
            os.killpg(process.pid, signal.SIGINT)
            said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert said.strip() == "Stopping …\nStopped. Nothing is left running."
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


def test_the_address_printed_is_one_that_a_browser_takes() -> None:
    assert run._address("0.0.0.0", 8000) == "http://127.0.0.1:8000"
    assert run._address("::1", 8000) == "http://[::1]:8000"


def test_a_bind_that_is_no_address_of_this_machine(local: Path) -> None:
    for name in ("nowhere", "192.0.2.1"):
        words = f"BIND is “{name}”: it has to be an address of this machine."
        assert refusal(local, PORT=str(free_port()), BIND=name) == words


@pytest.mark.parametrize(("variable", "value"), [("DEBUG", "perhaps"), ("S3_PUBLIC_URL", "foo"), ("BEHIND_TLS", "1")])
def test_a_wrong_value_is_told_before_anything_starts(local: Path, variable: str, value: str) -> None:
    words = refusal(local, PORT=str(free_port()), **{variable: value})
    assert words.startswith("A setting is wrong: ")
    assert variable in words
    assert not (local / "postgres").exists()
    assert not (local / "keys.json").exists()


@pytest.mark.long
def test_without_a_printed_account_it_tells_how_to_make_one(local: Path) -> None:
    with start(local, PORT=str(free_port()), EMAIL_URL="smtp://127.0.0.1:9", OPENAI_API_KEY="sk-none") as process:
        said = told_until("Stop it with", process)
        assert "EMAIL_URL: can't use the mail server" in said
        assert re.search(r"Operator's account +none yet; .* manage.py createsuperuser\n", said)
        assert "adds up" in managed(local, "check_ledger")  # though the key is in the run's own environment
        assert "sk-none" not in (local / "run/environment.json").read_text()
        assert (local / "outbox").stat().st_mode & 0o077 == 0
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)


def test_a_command_without_a_run_says_so_in_a_sentence(local: Path) -> None:
    manage = [sys.executable, "manage.py", "check_ledger"]
    done = subprocess.run(manage, cwd=BASE, env=bare_environment(local), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "`make run` has to run in another terminal" in done.stderr


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
