"""The container files start what `make run` starts, and are sound as far as can be told without an engine."""

import json
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
