"""`make run`: the whole product by one command, each part the real one where a variable names it, else an embedded one.

Ctrl+C, a signal or a closed terminal ends all of it and leaves no process.
"""

import contextlib
import errno
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO

import environ

from gptimage import prepare, probe, processes
from gptimage.embedded import StartError, services
from gptimage.embedded.children import sole_use_of
from gptimage.embedded.site import make_room, write_private
from gptimage.processes import COMMANDS, say

BASE = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ROLES = {"demo": "Demo account", "admin": "Operator's account"}
Accounts = dict[str, dict[str, str | None] | None]
# What the settings are read with before the embedded parts tell their own.
STAND_INS = {
    "database": {"DATABASE_URL": "postgres:///embedded"},
    "redis": {"REDIS_URL": "redis://embedded"},
    "s3": {"S3_ENDPOINT_URL": "http://127.0.0.1", "S3_BUCKET": "embedded"},
}


class Stopped(BaseException):
    """A signal asked us to end. Not an Exception, so that nobody takes it for a failure on its way up."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Which parts are embedded, by what the environment names."""

    database: bool
    redis: bool
    s3: bool
    model: bool
    mail: bool


def main(*, env_file: Path = BASE / ".env") -> int:
    """Runs until it is told to end; the exit code is 1 when it can't start or a process ended by itself."""
    try:
        with _signals_raise():
            _run(env_file)
    except Stopped:
        say("Stopped. Nothing is left running.")
        return 0
    except StartError as refusal:
        say(f"\n{refusal}")
        return 1
    return 0


def _run(env_file: Path) -> None:
    given = dict(os.environ)
    _read_env_file(env_file)
    local = Path(os.environ.get("LOCAL_DIR") or BASE / ".local").resolve()
    host, port = os.environ.get("BIND") or "127.0.0.1", _port()
    parts = _parts()
    make_room(local / "run")
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(sole_use_of(local / "run", tell=say))
        _refuse_taken(host, port)
        settings = _settings(local, parts, host, port)
        _refuse_wrong(settings, parts)
        environment = settings | stack.enter_context(_services(local, parts))
        os.environ.update(environment)
        stack.enter_context(_told_to_others(local / "run/environment.json", given))
        accounts = _prepared()
        say("Starting web, workers and beat …")
        processes.run_together(
            starts=_starts(lock, parts, environment),
            when_up=lambda: probe.is_up(host=_reachable(host), port=port, names=probe.allowed_hosts()),
            announce=lambda: _announce(_address(host, port), parts, accounts),
        )


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    """The first signal unwinds us; those that follow are ignored, as cleaning up has to come to its end."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped  # and prints nothing: it may come in the middle of a print

    for each in signals:
        signal.signal(each, stop)
    yield


def _read_env_file(file: Path) -> None:
    """What it says counts where the environment says nothing; an empty value counts as none."""
    if file.exists():
        environ.Env.read_env(file)
    for name in [name for name, value in os.environ.items() if not value]:
        del os.environ[name]


def _port() -> int:
    text = os.environ.get("PORT", str(probe.DEFAULT_PORT))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StartError(f"PORT is “{text}”: it has to be a number from 1 to 65535.")
    return int(text)


def _parts() -> Parts:
    given = os.environ
    return Parts(
        database="DATABASE_URL" not in given,
        redis="REDIS_URL" not in given,
        s3="S3_ENDPOINT_URL" not in given and "S3_BUCKET" not in given,
        model="OPENAI_API_KEY" not in given,
        mail="EMAIL_URL" not in given,
    )


@contextlib.contextmanager
def _services(local: Path, parts: Parts) -> Iterator[dict[str, str]]:
    if not (parts.database or parts.redis or parts.s3):
        yield {}
        return
    say("Starting the database, the broker and the picture store …")
    with services(root=local, postgres=parts.database, valkey=parts.redis, s3=parts.s3) as environment:
        yield environment


@contextlib.contextmanager
def _told_to_others(file: Path, given: dict[str, str]) -> Iterator[None]:
    """While it runs, manage.py in another terminal finds the same parts. A key that only we were told stays with us."""
    told = {name: value for name, value in os.environ.items() if given.get(name) != value}
    write_private(file, json.dumps({"OPENAI_API_KEY": "known to the run alone", **told}))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def adopt_environment() -> None:
    """For manage.py: what `.env` says, and what `make run` runs with in this checkout while it does."""
    _read_env_file(BASE / ".env")
    file = Path(os.environ.get("LOCAL_DIR") or BASE / ".local") / "run/environment.json"
    if file.exists():
        for name, value in json.loads(file.read_text()).items():
            os.environ.setdefault(name, value)


def _settings(local: Path, parts: Parts, host: str, port: int) -> dict[str, str]:
    """What the environment leaves open and the product needs."""
    found = {"LOCAL_DIR": str(local), "GRANIAN_HOST": host, "GRANIAN_PORT": str(port)}
    if "SECRET_KEY" not in os.environ:
        if not parts.database:
            raise StartError("SECRET_KEY has to be set beside DATABASE_URL: use 50 random characters, and keep them.")
        found["SECRET_KEY"] = _kept_secret(local / "secret_key")
    if parts.database and parts.mail and host in LOOPBACK:
        found["EMBEDDED"] = "1"
    if parts.model:
        address = f"http://127.0.0.1:{_free_port()}/v1"
        found |= {"OPENAI_API_KEY": "sandbox", "OPENAI_BASE_URL": address, "SANDBOX": "1"}
    return found


def _kept_secret(file: Path) -> str:
    if not file.exists():
        write_private(file, secrets.token_urlsafe(50))
    return file.read_text()


def _refuse_taken(host: str, port: int) -> None:
    """Asked before anything is set up: the web process itself would only tell after the rest has started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except (socket.gaierror, UnicodeError) as error:
            raise StartError(f"BIND is “{host}”: it has to be an address of this machine.") from error
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise StartError(f"BIND is “{host}”: it has to be an address of this machine.") from error
            raise StartError(
                f"Can't listen on {host}:{port} ({error.strerror}): stop what does, "
                f"or choose another port, for example `make run PORT={port + 1}`."
            ) from error


def _free_port() -> int:
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        port: int = probe_socket.getsockname()[1]
        return port


def _to_set_another() -> str:
    """The command for another terminal, which has to find our folder where it is not the usual one."""
    local = Path(os.environ["LOCAL_DIR"])
    return "`make password`" if local == BASE / ".local" else f"`make password LOCAL_DIR={shlex.quote(str(local))}`"


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  # compared, not bound


def _address(host: str, port: int) -> str:
    name = _reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _refuse_wrong(settings: dict[str, str], parts: Parts) -> None:
    """Told before anything starts, by a process of its own, as this one holds no Django."""
    stand_ins = {
        name: value for part, each in STAND_INS.items() if getattr(parts, part) for name, value in each.items()
    }
    _prepare("--settings", environment=os.environ | settings | stand_ins)


def _prepared() -> Accounts:
    say("Preparing tables, files and first rows …")
    accounts: Accounts = json.loads(_prepare(environment=os.environ).splitlines()[-1])
    return accounts


def _prepare(*how: str, environment: Mapping[str, str]) -> str:
    """Runs gptimage.prepare; its refusal becomes ours."""
    command = [sys.executable, "-m", "gptimage.prepare", *how]
    done = subprocess.run(  # noqa: S603  # the command is ours
        command,
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode == prepare.REFUSED:
        raise StartError(done.stderr.strip())
    if done.stderr.strip():
        say(done.stderr.rstrip())
    if done.returncode:
        raise StartError("The preparation failed: the lines above say why.")
    return done.stdout


def _starts(lock: IO[str], parts: Parts, environment: dict[str, str]) -> dict[str, processes.Start]:
    commands = {name: shlex.split(command) for name, command in COMMANDS.items()}
    if parts.model:
        port = environment["OPENAI_BASE_URL"].rpartition(":")[2].removesuffix("/v1")
        commands["sandbox"] = ["python", "manage.py", "sandbox", "--host", "127.0.0.1", "--port", port]
    start = partial(processes.start, environment=environment, lock=lock, folder=BASE)
    return {name: partial(start, name=name, command=command) for name, command in commands.items()}


def _announce(address: str, parts: Parts, accounts: Accounts) -> None:
    lines = ["", f"GPT Image 2 runs at   {address}"]
    for role, account in accounts.items():
        if account is None:
            lines.append(
                "Operator's account    none yet; in another terminal: .venv/bin/python manage.py createsuperuser"
            )
            continue
        password = account["password"] or f"as printed at the first start, or set another: {_to_set_another()}"
        lines.append(f"{ROLES[role]:<21} {account['email']}   password: {password}")
    if "demo" in accounts:
        lines.append(f"Its mail is kept at   {address}/outbox/")
    elif parts.mail:
        lines.append(f"Mail is kept in       {os.environ['LOCAL_DIR']}/outbox until EMAIL_URL is set")
    lines.append(f"Administration        {address}/admin/")
    if parts.model:
        lines.append("Pictures are samples  until OPENAI_API_KEY is set (.env.example lists every setting)")
        lines.append(f"They are made at      {os.environ['OPENAI_BASE_URL']}")
    lines += ["Stop it with          Ctrl+C", ""]
    say("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
