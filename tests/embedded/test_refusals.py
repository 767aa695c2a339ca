"""What keeps the services from starting is said in a sentence that tells what to do."""

import importlib.util
import json
import os
import shutil
import socket
import sysconfig
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from gptimage.embedded import StartError, postgres, services
from gptimage.embedded.site import remembered_ports

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "root"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)
    if os.geteuid() == 0:
        postgres.sweep_orphans()


def refused(root: Path, **parts: bool) -> str:
    with (
        pytest.raises(StartError) as refusal,
        services(root=root, **{"postgres": False, "s3": False, "valkey": False} | parts),
    ):
        pytest.fail("it started")
    sentence = str(refusal.value)
    assert "\n" not in sentence
    return sentence


def test_no_room_on_the_disk(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 5 * 1024**2))
    assert f"The disk that holds {root} has 5 MB left and 500 are needed: free some." in refused(root)


def test_a_folder_that_cannot_be_made(root: Path) -> None:
    (root / "file").write_text("")
    assert "Can't make the folder" in refused(root / "file" / "local")


@pytest.mark.parametrize("part, variable", [("postgres", "DATABASE_URL"), ("valkey", "REDIS_URL")])
def test_a_wheel_missing_for_the_platform(
    root: Path, monkeypatch: pytest.MonkeyPatch, part: str, variable: str
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert f"for this platform among the packages: set {variable} to" in refused(root, **{part: True})


def test_the_s3_wheel_missing_for_the_platform(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(root))
    assert "set S3_ENDPOINT_URL, S3_BUCKET, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in refused(root, s3=True)


def test_a_server_that_ends_at_its_start_shows_its_last_words(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gptimage.embedded import valkey

    monkeypatch.setattr(valkey, "CONFIG", valkey.CONFIG + "no-such-setting yes\n")
    sentence = refused(root, valkey=True)
    assert "Valkey ended at its start (code 1)" in sentence
    assert "no-such-setting" in sentence
    assert str(root / "log/valkey.log") in sentence


def test_data_of_another_postgresql(root: Path) -> None:
    with services(root=root, valkey=False, s3=False, durable=False) as environment:
        assert set(environment) == {"DATABASE_URL"}
    data = next(iter([*root.glob("postgres/data"), *postgres.ROOTS_PLACE.glob(f"{place(root)}/data")]))
    (data / "PG_VERSION").write_text("9\n")
    assert "was made by PostgreSQL 9, and" in refused(root, postgres=True)


def place(root: Path) -> str:
    key: str = json.loads((root / "keys.json").read_text())["place"]
    return key


def test_ports_stay_the_same_unless_one_is_taken(root: Path) -> None:
    first = remembered_ports(root)
    assert remembered_ports(root) == first
    with socket.socket() as other:
        other.bind(("127.0.0.1", first["valkey"]))
        other.listen()
        second = remembered_ports(root)
    assert second["valkey"] != first["valkey"]
    assert {name for name in first if second[name] != first[name]} == {"valkey"}


def test_roots_data_whose_folder_is_gone_is_removed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "ROOTS_PLACE", root / "place")
    for name, home in (("gone", "nowhere"), ("kept", "living")):
        (root / "place" / name / "data").mkdir(parents=True)
        (root / "place" / f"{name}.root").write_text(str(root / home))
    (root / "living").mkdir()
    (root / "living/keys.json").write_text(json.dumps({"place": "kept"}))
    postgres.sweep_orphans()
    assert sorted(path.name for path in (root / "place").iterdir()) == ["kept", "kept.root"]
