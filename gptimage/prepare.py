"""What stands between empty services and a product that can start: checks, a bucket, tables, files, first rows.

A process of its own, so that the one which stays holds no Django. It ends with one line of JSON about the accounts.
With `--settings` it only reads the settings, with `--static` it only collects the static files, for an image.
"""

import hashlib
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gptimage.embedded import s3
from gptimage.embedded.children import StartError

PLAIN_MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
REFUSED = 3  # a traceback ends with 1

DEMO_CREDITS = 400  # enough for a hundred frames at medium


def main() -> int:
    """Prepares and prints what the starter tells the user; a sentence on stderr and REFUSED when it can't."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")
    try:
        _load_settings()
        if "--settings" in sys.argv:
            return 0
        if "--static" in sys.argv:
            _collect_static(compressed=True)
            return 0
        _reach_services()
        accounts = _prepare()
    except StartError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return REFUSED
    sys.stdout.write(json.dumps(accounts) + "\n")
    return 0


def _load_settings() -> None:
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        settings.DEBUG  # noqa: B018  # reads the file, and none of the applications yet
        if "--settings" not in sys.argv:
            django.setup()
    except ImproperlyConfigured as error:
        raise StartError(f"A setting is wrong: {error}") from error


def _reach_services() -> None:
    """Each by the variable that names it, so that a wrong value is told from a bug."""
    _reach("DATABASE_URL", "the database", _ask_database)
    _reach("REDIS_URL", "Redis or Valkey", _ask_redis)
    _reach("S3_ENDPOINT_URL, S3_BUCKET or the AWS keys", "the object store", _ask_s3)
    try:
        _reach("EMAIL_URL", "the mail server", _ask_mail)
    except StartError as told:  # it may be back before the first mail, which is tried again
        sys.stderr.write(f"{told} Until it answers nobody can sign up or in by a mailed code.\n")


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
    """On a server of one's own the bucket is made when it is missing; on Amazon's a wrong name must be told."""
    from django.conf import settings
    from django.core.files.storage import default_storage

    store: Any = default_storage
    client = store.connection.meta.client
    try:
        client.list_objects_v2(Bucket=store.bucket_name, MaxKeys=1)
    except client.exceptions.NoSuchBucket:
        if not settings.S3_ENDPOINT_URL:
            raise
        client.create_bucket(Bucket=store.bucket_name)
        client.put_bucket_cors(Bucket=store.bucket_name, CORSConfiguration=s3.CORS)


def _ask_mail() -> None:
    from django.conf import settings
    from django.core.mail import get_connection

    if settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        with get_connection():
            pass


def _prepare() -> dict[str, Any]:
    from django.conf import settings
    from django.core.management import call_command

    _close_outbox()
    call_command("check", stdout=io.StringIO())
    call_command("migrate", verbosity=0, interactive=False)
    _collect_static(compressed=False)
    call_command("seed", verbosity=0)
    if not settings.EMBEDDED:
        return _without_operator()
    told = io.StringIO()
    call_command("demo", stdout=told)
    accounts: dict[str, Any] = json.loads(told.getvalue())
    call_command("grant", accounts["demo"]["email"], DEMO_CREDITS, cause="demo", verbosity=0)
    return accounts


def _close_outbox() -> None:
    """It holds sign-in codes."""
    from django.conf import settings

    folder = Path(settings.OUTBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _without_operator() -> dict[str, None]:
    """Whoever can't be told a password has to make an account; that of the embedded database opens nothing here."""
    from accounts.doors import LOCAL_ACCOUNTS
    from accounts.models import User

    operators = User.objects.filter(is_superuser=True, is_active=True).exclude(email__in=LOCAL_ACCOUNTS)
    return {} if operators.exists() else {"admin": None}


def _collect_static(*, compressed: bool) -> None:
    """Only when a file changed. To compress takes ten seconds, and gains nothing on the way to the same machine."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    if not compressed:
        settings.STORAGES["staticfiles"]["BACKEND"] = PLAIN_MANIFEST
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state)


def _static_state() -> str:
    """By what the files hold, as an image does not keep their times."""
    from django.contrib.staticfiles.finders import get_finders

    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state.update(path.encode())
            state.update(Path(storage.path(path)).read_bytes())
    return state.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
