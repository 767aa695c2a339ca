"""A start that can't reach a real part, or reads a wrong setting, says which variable is to be looked at."""

import copy
import runpy
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.db import connection

from gptimage import prepare
from gptimage.embedded import StartError
from tests.embedded.machine import BASE

NOBODY_THERE = "127.0.0.1:9"


def test_all_services_of_the_tests_are_reached() -> None:
    prepare._reach_services()


def test_an_unreachable_database(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = {**connection.get_connection_params(), "host": "127.0.0.1", "port": 9}
    monkeypatch.setattr(connection, "get_connection_params", lambda: dict(parameters))
    with pytest.raises(StartError, match="DATABASE_URL: can't use the database"):
        prepare._reach_services()


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


@pytest.mark.filterwarnings("ignore:Engine not recognized")
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
    ],
)
def test_a_wrong_or_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv(variable)
    else:
        monkeypatch.setenv(variable, value)
    with pytest.raises(ImproperlyConfigured, match=variable) as refusal:
        runpy.run_path(str(BASE / "gptimage/settings.py"))
    assert "\n" not in str(refusal.value)


def s3_storage(settings: Any, **changes: Any) -> dict[str, Any]:
    storages: dict[str, Any] = {**settings.STORAGES, "default": copy.copy(settings.STORAGES["default"])}
    storages["default"]["OPTIONS"] = {**storages["default"]["OPTIONS"], **changes}
    return storages
