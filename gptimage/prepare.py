"""What stands between empty services and a product that can start: checks, tables, files, first rows.

A process of its own, so that the one which stays holds no Django. It ends with one line of JSON about the accounts.
"""

import hashlib
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gptimage.embedded.children import StartError

REFUSED = 3  # a traceback ends with 1


def main() -> int:
    """Prepares and prints what the starter tells the user; a sentence on stderr and REFUSED when it can't."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")
    try:
        _load_settings()
        _reach_services()
        accounts = _prepare()
    except StartError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return REFUSED
    sys.stdout.write(json.dumps(accounts) + "\n")
    return 0


def _load_settings() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise StartError(f"A setting is wrong: {error}") from error


def _reach_services() -> None:
    """Each by the variable that names it, so that a wrong value is told from a bug."""
    _reach("DATABASE_URL", "the database", _ask_database)
    _reach("REDIS_URL", "Redis or Valkey", _ask_redis)
    _reach("S3_ENDPOINT_URL, S3_BUCKET or the AWS keys", "the object store", _ask_s3)


def _reach(variable: str, part: str, ask: Callable[[], object]) -> None:
    try:
        ask()
    except Exception as error:  # whatever a driver throws, the user needs the variable's name
        reason = " ".join(str(error).split())[:300]
        raise StartError(f"{variable}: can't use {part} ({reason}).") from error


def _ask_database() -> None:
    import psycopg
    from django.db import connection

    settings = connection.get_connection_params()
    settings.pop("pool", None)
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    psycopg.connect(**settings, connect_timeout=5).close()


def _ask_redis() -> None:
    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5, socket_timeout=5) as client:
        client.ping()


def _ask_s3() -> None:
    from django.core.files.storage import default_storage

    store: Any = default_storage
    store.connection.meta.client.list_objects_v2(Bucket=store.bucket_name, MaxKeys=1)


def _prepare() -> dict[str, Any]:
    from django.conf import settings
    from django.core.management import call_command

    call_command("check", stdout=io.StringIO())
    call_command("migrate", verbosity=0, interactive=False)
    _collect_static()
    call_command("seed", verbosity=0)
    if not settings.EMBEDDED:
        return {}
    told = io.StringIO()
    call_command("demo", stdout=told)
    accounts: dict[str, Any] = json.loads(told.getvalue())
    return accounts


def _collect_static() -> None:
    """Only when a file changed: copying, hashing and compressing them takes longer than all the rest of a start."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state)


def _static_state() -> str:
    from django.contrib.staticfiles.finders import get_finders

    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            state.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return state.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
