"""A start that can't reach a real part, or reads a wrong setting, says which variable is to be looked at."""

import copy
import runpy
import traceback
from fnmatch import fnmatch
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.db import connection
from django.test import RequestFactory
from storages.backends.s3 import S3Storage

from gptimage import prepare, probe
from gptimage.embedded import StartError
from tests.embedded.machine import BASE

NOBODY_THERE = "127.0.0.1:9"
SETTINGS = str(BASE / "gptimage/settings.py")


def test_all_services_of_the_tests_are_reached() -> None:
    prepare._reach_services()


def test_an_unreachable_database(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = {**connection.get_connection_params(), "host": "127.0.0.1", "port": 9}
    monkeypatch.setattr(connection, "get_connection_params", lambda: dict(parameters))
    with pytest.raises(StartError, match="DATABASE_URL: can't use the database"):
        prepare._reach_services()


def test_the_databases_password_may_stand_beside_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in docker-compose.yml, where any sign may be in it."""
    monkeypatch.setenv("DATABASE_URL", "postgres://gptimage@database/gptimage")
    database = runpy.run_path(SETTINGS)["DATABASES"]["default"]
    assert not database["PASSWORD"]  # so that Django hands on none
    parameters = dict(connection.get_connection_params())
    monkeypatch.setenv("PGPASSWORD", parameters.pop("password"))
    monkeypatch.setattr(connection, "get_connection_params", lambda: dict(parameters))
    prepare._ask_database()


def test_what_the_databases_address_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://gptimage@database/gptimage?sslmode=require")
    assert runpy.run_path(SETTINGS)["DATABASES"]["default"]["OPTIONS"]["sslmode"] == "require"


def test_an_unreachable_broker(settings: Any) -> None:
    settings.REDIS_URL = f"redis://:secret@{NOBODY_THERE}/0"
    with pytest.raises(StartError, match="REDIS_URL: can't use Redis or Valkey") as refusal:
        prepare._reach_services()
    assert "secret" not in str(refusal.value)


def test_an_unreachable_object_store(settings: Any) -> None:
    settings.STORAGES = s3_storage(settings, endpoint_url=f"http://{NOBODY_THERE}")
    with pytest.raises(StartError, match="S3_ENDPOINT_URL, S3_BUCKET or the AWS keys: can't use the object store"):
        prepare._reach_services()


def test_a_wrong_key_of_the_object_store(settings: Any) -> None:
    settings.STORAGES = s3_storage(settings, secret_key="wrong")
    with pytest.raises(StartError, match="SignatureDoesNotMatch"):
        prepare._reach_services()


def test_a_bucket_is_made_on_a_server_of_ones_own(settings: Any) -> None:
    settings.STORAGES = s3_storage(settings, bucket_name="made-when-missing")
    prepare._ask_s3()
    prepare._ask_s3()  # it is there now
    assert storages["default"].bucket.creation_date


def test_a_missing_bucket_at_amazon_is_told(settings: Any) -> None:
    settings.STORAGES = s3_storage(settings, bucket_name="misspelt")
    settings.S3_ENDPOINT_URL = None
    with pytest.raises(StartError, match=r"S3_BUCKET.*NoSuchBucket"):
        prepare._reach_services()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://a:b@127.0.0.1/c"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", None),
        ("REDIS_URL", "memcached://127.0.0.1"),
        ("S3_ENDPOINT_URL", "127.0.0.1:9000"),
        ("S3_BUCKET", None),
        ("OPENAI_API_KEY", None),
        ("OPENAI_BASE_URL", "api.example/v1"),
        ("EMAIL_URL", "pigeon://post"),
        ("LEASE_S", "soon"),
        ("WELCOME_CREDITS", "-1"),
        ("BEHIND_TLS", "perhaps"),
        ("DEBUG", "perhaps"),
        ("LOG_FORMAT", "xml"),
        ("SENTRY_DSN", "sentry.example"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("ALLOWED_HOSTS", "https://studio.example/"),
        ("ALLOWED_HOSTS", "studio.example:8000"),
        ("ALLOWED_HOSTS", " , "),
        ("CSRF_TRUSTED_ORIGINS", "studio.example"),
        ("CSRF_TRUSTED_ORIGINS", "https://studio.example/"),
        ("DATABASE_URL", "postgres://user:secret/half@127.0.0.1/name"),
        ("S3_PUBLIC_URL", "foo"),
        ("S3_PUBLIC_URL", "https://"),
        ("SIGNED_URL_S", "9999999"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
        ("EMAIL_URL", "smtp://user:secret@host:port"),
    ],
)
def test_a_wrong_or_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv(variable)
    else:
        monkeypatch.setenv(variable, value)
    with pytest.raises(ImproperlyConfigured, match=variable) as refusal:
        runpy.run_path(SETTINGS)
    assert "\n" not in str(refusal.value)
    assert "secret" not in "".join(traceback.format_exception(refusal.value))


def test_behind_tls_pictures_need_an_address_that_browsers_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEHIND_TLS", "1")
    with pytest.raises(ImproperlyConfigured, match="S3_PUBLIC_URL is http"):
        runpy.run_path(SETTINGS)
    monkeypatch.setenv("S3_PUBLIC_URL", "https://pictures.studio.example")
    assert runpy.run_path(SETTINGS)["S3_PUBLIC_URL"] == "https://pictures.studio.example"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_amazons_pictures_lie_where_the_content_policy_lets_browsers_look(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    monkeypatch.delenv("S3_ENDPOINT_URL")
    monkeypatch.setenv("S3_REGION", region)
    told = runpy.run_path(SETTINGS)
    signed = S3Storage(**told["STORAGES"]["default"]["OPTIONS"]).url("key")
    allowed = told["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"][-1]
    assert fnmatch(signed, f"{allowed}/*")


@pytest.mark.parametrize("names", ["studio.example", ".studio.example", "*", "[::1]", "Studio.Example, localhost"])
def test_whatever_names_are_allowed_the_probe_is_answered(
    names: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", names)
    settings.ALLOWED_HOSTS = runpy.run_path(SETTINGS)["ALLOWED_HOSTS"]
    name = probe.name_for(probe.allowed_hosts())
    assert RequestFactory().get("/readyz", headers={"host": name}).get_host() == name


def s3_storage(settings: Any, **changes: Any) -> dict[str, Any]:
    storages: dict[str, Any] = {**settings.STORAGES, "default": copy.copy(settings.STORAGES["default"])}
    storages["default"]["OPTIONS"] = {**storages["default"]["OPTIONS"], **changes}
    return storages
