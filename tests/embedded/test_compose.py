"""The container files start what `make run` starts, and are sound as far as can be told without an engine."""

import json
import re
import runpy
import shlex
from typing import Any

import pytest
import yaml

from gptimage import prepare, processes
from gptimage.embedded import s3
from tests.embedded.machine import BASE

STORES = {"postgres", "valkey", "s3"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose: dict[str, Any] = yaml.safe_load((BASE / "docker-compose.yml").read_text())
    return dict(compose["services"])


def test_each_process_has_the_command_that_make_run_gives_it(services: dict[str, Any]) -> None:
    ours = {name: service["command"] for name, service in services.items() if name not in STORES}
    assert ours.pop("migrate") == f"python -m {prepare.__name__}"
    assert ours == processes.COMMANDS


def test_each_process_has_the_workers_environment(services: dict[str, Any]) -> None:
    for name in processes.COMMANDS:
        assert processes.WORKER_ENVIRONMENT.items() <= services[name]["environment"].items(), name


def test_the_image_starts_the_web_process_by_itself() -> None:
    last = (BASE / "Dockerfile").read_text().splitlines()[-1]
    assert json.loads(last.removeprefix("CMD ")) == shlex.split(processes.COMMANDS["web"])


def test_the_s3_server_gets_the_flags_of_the_embedded_one(services: dict[str, Any]) -> None:
    of_the_machine = ("-ip", "-volume", "-master.volumeSizeLimitMB")
    shared = {flag for flag in s3.FLAGS if not flag.startswith(of_the_machine)}
    assert shared <= set(services["s3"]["command"])


def test_all_that_stay_up_are_asked_for_their_health(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}


def test_only_loopback_is_opened_on_the_machine(services: dict[str, Any]) -> None:
    opened = [port for service in services.values() for port in service.get("ports", [])]
    assert opened
    assert all(port.startswith("127.0.0.1:") for port in opened)


def test_nothing_of_ours_runs_as_root() -> None:
    lines = (BASE / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER gptimage"]


def test_readmes_env_file_is_all_it_takes(services: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    told = readmes_env_file()
    composed = (BASE / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{([A-Z0-9_]+):?\?", composed)) <= set(told)
    profiles = {profile for service in services.values() for profile in service.get("profiles", [])}
    assert profiles == set(told.pop("COMPOSE_PROFILES").split(","))
    for name in (*VALUES_OF_THE_TESTS, *told):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items() | interpolated(services["web"]["environment"], told).items():
        monkeypatch.setenv(name, value)
    settings = runpy.run_path(str(BASE / "gptimage/settings.py"))
    assert settings["S3_ENDPOINT_URL"] == "http://s3:8333"
    assert settings["DATABASES"]["default"]["HOST"] == "postgres"


def test_amazons_store_is_named_by_an_empty_endpoint(services: dict[str, Any]) -> None:
    told = interpolated(services["web"]["environment"], readmes_env_file() | {"S3_ENDPOINT_URL": "", "S3_BUCKET": "b"})
    assert (told["S3_ENDPOINT_URL"], told["S3_BUCKET"]) == ("", "b")


def test_the_store_is_closed_when_its_keys_are_forgotten(services: dict[str, Any]) -> None:
    keys = interpolated(services["s3"]["environment"], {"SECRET_KEY": "long"})
    assert keys == {"AWS_ACCESS_KEY_ID": "closed", "AWS_SECRET_ACCESS_KEY": "long"}


VALUES_OF_THE_TESTS = ("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT_URL", "S3_BUCKET", "SANDBOX", "EMBEDDED")
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?:(:?[-?])((?:[^{}]|\$\{[^}]*\})*))?\}")


def readmes_env_file() -> dict[str, str]:
    """The example under Deploy, with random characters where it asks for some."""
    block = (BASE / "README.md").read_text().partition("## Deploy")[2].split("```")[1].removeprefix("sh\n")
    told = dict(line.split("=", 1) for line in block.strip().splitlines())
    return {name: re.sub(r"^(\d+)-random-characters$", "k" * 50, value).strip('"') for name, value in told.items()}


def interpolated(environment: dict[str, str], told: dict[str, str]) -> dict[str, str]:
    """What the engine makes of a service's environment."""

    def value(match: re.Match[str]) -> str:
        name, operator, word = match.groups()
        given = told.get(name)
        if given or (given is not None and operator in ("-", None)):
            return str(given)
        assert operator in ("-", ":-"), f"{name} has to be set"
        return VARIABLE.sub(value, word)

    return {name: VARIABLE.sub(value, str(text)) for name, text in environment.items()}
