"""The embedded services, started for real in folders of their own."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import boto3
import psycopg
import pytest
import redis
from botocore.config import Config
from botocore.exceptions import ClientError

from gptimage.embedded import StartError, postgres, services
from tests.embedded.machine import command_lines, fetch, holder, holders, listeners


@pytest.fixture(scope="module", autouse=True)
def _leave_nothing_in_roots_place() -> Iterator[None]:
    """As root in a closed temporary folder the database lies outside it: the module's folders are gone by then."""
    yield
    if os.geteuid() == 0:
        postgres.sweep_orphans()


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "root"
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(scope="module")
def shared_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("services")
    yield folder / "root"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def environment(shared_root: Path) -> Iterator[dict[str, str]]:
    with services(root=shared_root, durable=False) as environment:
        yield environment


def s3(environment: dict[str, str], **other: str) -> Any:
    keys = {"aws_access_key_id": "AWS_ACCESS_KEY_ID", "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY"}
    return boto3.client(
        "s3",
        region_name=environment["S3_REGION"],
        config=Config(retries={"total_max_attempts": 1}, signature_version="s3v4", s3={"addressing_style": "path"}),
        **{"endpoint_url": environment["S3_ENDPOINT_URL"]}
        | {name: environment[key] for name, key in keys.items()}
        | other,
    )


def told_by(process: "subprocess.Popen[str]") -> dict[str, str]:
    assert process.stdout
    environment: dict[str, str] = json.loads(process.stdout.readline())
    return environment


def test_postgres_answers_its_own_role_which_is_no_superuser(environment: dict[str, str]) -> None:
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT current_user, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert row.fetchone() == ("gptimage", False, True)
        assert connection.execute("SHOW max_connections").fetchone() == ("200",)


def test_postgres_refuses_a_wrong_password(environment: dict[str, str]) -> None:
    wrong = re.sub(r":\w+@", ":wrong@", environment["DATABASE_URL"])
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_valkey_answers_and_refuses_without_its_password(environment: dict[str, str]) -> None:
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.set("key", "value")
        assert client.get("key") == b"value"
    nameless = re.sub(r":\w+@", "", environment["REDIS_URL"])
    with redis.Redis.from_url(nameless) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.get("key")


def test_s3_keeps_bytes_and_refuses_a_wrong_signature(environment: dict[str, str]) -> None:
    ours = s3(environment)
    ours.put_object(Bucket=environment["S3_BUCKET"], Key="a/b", Body=b"bytes")
    assert ours.get_object(Bucket=environment["S3_BUCKET"], Key="a/b")["Body"].read() == b"bytes"
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        s3(environment, aws_secret_access_key="wrong").get_object(Bucket=environment["S3_BUCKET"], Key="a/b")


def test_s3_answers_a_signed_address_to_another_origin_and_nobody_without_one(environment: dict[str, str]) -> None:
    ours = s3(environment)
    ours.put_object(Bucket=environment["S3_BUCKET"], Key="signed", Body=b"bytes")
    address = ours.generate_presigned_url("get_object", Params={"Bucket": environment["S3_BUCKET"], "Key": "signed"})
    with fetch(address, headers={"Origin": "http://127.0.0.1:8000"}) as answer:
        assert answer.read() == b"bytes"
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", "http://127.0.0.1:8000")
    with pytest.raises(HTTPError, match="403"):
        fetch(address.partition("?")[0])


def test_s3_answers_an_address_signed_for_the_proxys_name(environment: dict[str, str]) -> None:
    """As S3_PUBLIC_URL makes it: a proxy that speaks TLS hands the name on."""
    s3(environment).put_object(Bucket=environment["S3_BUCKET"], Key="proxied", Body=b"bytes")
    public = s3(environment, endpoint_url="https://pictures.studio.example")
    address = public.generate_presigned_url("get_object", Params={"Bucket": environment["S3_BUCKET"], "Key": "proxied"})
    inside = address.replace("https://pictures.studio.example", environment["S3_ENDPOINT_URL"])
    name = {"Host": "pictures.studio.example"}
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    for headers in (name, name | forwarded, name | forwarded | {"X-Forwarded-Host": "pictures.studio.example"}):
        with fetch(inside, headers=headers) as answer:
            assert answer.read() == b"bytes"


def test_s3_cannot_be_reached_past_its_door(environment: dict[str, str], shared_root: Path) -> None:
    """Its inner parts listen too: none of them shows a picture to who has no key."""
    s3(environment).put_object(Bucket=environment["S3_BUCKET"], Key="inner", Body=b"bytes")
    ports = json.loads((shared_root / "ports.json").read_text())
    with pytest.raises(HTTPError, match=r"40[1-4]"):
        fetch(f"http://127.0.0.1:{ports['s3_filer']}/buckets/{environment['S3_BUCKET']}/inner")
    for volume in range(1, 8):  # the id of a stored piece, were it guessed
        with pytest.raises(HTTPError, match=r"40[1-4]"):
            fetch(f"http://127.0.0.1:{ports['s3_volume']}/{volume},01637037d6")


def test_all_listen_on_loopback_only(environment: dict[str, str], shared_root: Path) -> None:
    ours = set(json.loads((shared_root / "ports.json").read_text()).values())
    listening = [(host, port) for host, port in listeners() if port in ours | {port + 10000 for port in ours}]
    assert {port for _, port in listening} >= ours
    assert {host for host, _ in listening} == {"127.0.0.1"}


def test_secrets_are_readable_by_their_owner_alone(environment: dict[str, str], shared_root: Path) -> None:
    for file in (shared_root / "keys.json", shared_root / "valkey/valkey.conf", shared_root / "s3/identities.json"):
        assert file.stat().st_mode & 0o077 == 0, file
    keys = json.loads((shared_root / "keys.json").read_text())
    told = command_lines()
    assert str(shared_root).encode() in told
    assert [name for name, key in keys.items() if name != "place" and key.encode() in told] == []


def test_a_second_start_in_the_same_folder_is_told_who_has_it(environment: dict[str, str], shared_root: Path) -> None:
    with pytest.raises(StartError, match=f"Process {os.getpid()} already works in"), services(root=shared_root):
        pytest.fail("started twice")
    with psycopg.connect(environment["DATABASE_URL"]) as connection:  # the first is left alone
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_holder_takes_its_children_along_and_loses_nothing(root: Path) -> None:
    with holder(root) as killed:
        environment = told_by(killed)
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        for number in range(20):
            s3(environment).put_object(Bucket=environment["S3_BUCKET"], Key=f"{number}", Body=b"kept")
        killed.kill()
    with services(root=root) as again:
        assert again == environment  # the same addresses and keys
        with psycopg.connect(again["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        kept = [s3(again).get_object(Bucket=again["S3_BUCKET"], Key=f"{number}")["Body"].read() for number in range(20)]
        assert kept == [b"kept"] * 20
    assert holders(root / "lock") == []
    assert not [port for _, port in listeners() if port in json.loads((root / "ports.json").read_text()).values()]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may reach, as pytest's own are closed to all but one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_plain_user_runs_them_beside_others(environment: dict[str, str], open_folder: Path) -> None:
    folder = open_folder / "plain"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    with holder(folder, plain=True) as plain:
        theirs = told_by(plain)
        with psycopg.connect(theirs["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("gptimage",)
        s3(theirs).put_object(Bucket=theirs["S3_BUCKET"], Key="theirs", Body=b"x")
        with pytest.raises(ClientError, match="NoSuchKey"):
            s3(environment).get_object(Bucket=environment["S3_BUCKET"], Key="theirs")
        assert (folder / "postgres/data").stat().st_uid == folder.stat().st_uid != 0
        plain.send_signal(signal.SIGINT)
        plain.wait(timeout=40)
    assert holders(folder / "lock") == []
