"""The cast and the stage: alice, bob and charlie, a catalogue, credits, and a worker to call."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.commands import flush
from django.db import connection
from django.test import Client

from accounts.models import User
from credits import ledger
from studio import generations, image_api, moderation
from studio.briefs import Brief
from studio.models import Generation, ImageModel, Run, Status
from tests.factories import PersonFactory

BY_MIGRATIONS = {"django_content_type", "auth_permission", "django_migrations"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Tests with real transactions empty their tables by TRUNCATE, which the product's ledger refuses.

    What migrations fill by themselves stays: to fill it anew took longer than most tests do.

    At the end the database is closed to everybody before it is dropped: threads of the product live on, and one that
    asks it just then would hold it up.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("credits_entry", "credits_allocation"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
        emptied = set(connection.introspection.django_table_names(only_existing=True)) - BY_MIGRATIONS
    truncate = f"TRUNCATE {', '.join(map(connection.ops.quote_name, sorted(emptied)))}"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(flush, "sql_flush", lambda *_how, **_more: [truncate])
        patched.setattr(flush, "emit_post_migrate_signal", lambda *_how, **_more: None)
        yield
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()
        with connection._nodb_cursor() as cursor:
            name = connection.settings_dict["NAME"]
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    """Pages name static files as they lie in the checkout: `collectstatic` is not part of a test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """A real hash costs half a second of CPU a user, and most tests have two."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


def person(name: str, **rights: bool) -> User:
    """A user whose address is verified."""
    user: User = PersonFactory(name=name, **rights)
    return user


@pytest.fixture
def alice(db: None) -> User:
    """The owner."""
    return person("alice")


@pytest.fixture
def bob(db: None) -> User:
    """A stranger."""
    return person("bob")


@pytest.fixture
def charlie(db: None) -> User:
    """A member of staff with every right."""
    return person("charlie", is_staff=True, is_superuser=True)


@pytest.fixture
def as_alice(alice: User) -> Client:
    """A browser in which alice is signed in, with 100 credits."""
    give(alice, 100)
    return signed_in(alice)


def signed_in(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def give(user: User, credits: int) -> None:
    """Grants credits."""
    ledger.grant(wallet=ledger.wallet_of(user=user), credits=credits, cause=f"test:{uuid.uuid4()}")


def balance(user: User) -> int:
    """What the user's wallet holds now."""
    return ledger.wallet_of(user=user).balance


@pytest.fixture
def catalogue(db: None) -> list[ImageModel]:
    """The models and prices that a new studio starts with."""
    call_command("seed")
    return list(ImageModel.objects.all())


def brief(**changes: Any) -> Brief:
    """A small brief for the catalogue's first model."""
    facts: dict[str, Any] = {
        "mode": "text",
        "prompt": "A stoneware cup on a sunlit breakfast table",
        "model_id": ImageModel.objects.order_by("position").values_list("pk", flat=True)[0],
        "width": 816,  # hardly more pixels than the fewest that a model takes
        "height": 816,
        "quality": "medium",
        "output_format": "png",
        "compression": None,
        "background": "auto",
        "previews": 2,
        "count": 1,
    }
    return Brief(**{**facts, **changes})


@pytest.fixture
def submitted(transactional_db: None, catalogue: list[ImageModel], alice: User) -> Callable[..., Run]:
    """Submits a brief of alice's, who has 100 credits."""
    give(alice, 100)
    return lambda **changes: generations.submit(user=alice, brief=brief(**changes), key=uuid.uuid4())


def work(run: Run) -> list[Generation]:
    """Does what workers would do for a run's queued frames, and returns its frames as they are then."""
    for generation in run.generations.filter(status=Status.QUEUED).order_by("id"):
        generations.run(generation_uuid=generation.uuid)
    return list(run.generations.select_related("run", "model").order_by("position"))


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Makes the sandbox answer as asked: `fault("rate_limit")`, `fault(None, latency=2)`, `fault(None)`: well again."""
    plain = image_api._arguments
    headers: dict[str, str] = {}

    def arguments(call: image_api.Call) -> dict[str, Any]:
        asked = plain(call)
        return {**asked, "extra_headers": {**asked.get("extra_headers", {}), **headers}}

    def choose(name: str | None, *, latency: float | None = None) -> None:
        headers.clear()
        if name:
            headers["X-Sandbox-Fault"] = name
        if latency is not None:
            headers["X-Sandbox-Latency"] = str(latency)

    monkeypatch.setattr(image_api, "_arguments", arguments)
    yield choose


@pytest.fixture
def check_fault(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], None]:
    """Makes the sandbox's moderation answer as asked: `check_fault("overloaded")`; `check_fault(None)`: well again."""
    plain = moderation._arguments

    def choose(name: str | None) -> None:
        def arguments(words: str, seed: str) -> dict[str, Any]:
            asked = plain(words, seed)
            return {**asked, "extra_headers": {**asked["extra_headers"], "X-Sandbox-Fault": name or "none"}}

        monkeypatch.setattr(moderation, "_arguments", arguments)

    return choose


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that moderation was asked about, in order; it answers all the same."""
    plain, asked = moderation.ask, []

    def ask(words: str, *, seed: str) -> moderation.Verdict:
        asked.append(words)
        return plain(words, seed=seed)

    monkeypatch.setattr(moderation, "ask", ask)
    return asked
