"""PostgreSQL, Valkey and an S3 server out of PyPI wheels, run as our own children: nothing to install, nothing left.

Each is the real server behind its real protocol, on loopback only, with a password of its own. All of its files lie
under the root given; two roots on one machine do not meet.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from gptimage.embedded import postgres as postgres_server
from gptimage.embedded import s3 as s3_server
from gptimage.embedded import valkey as valkey_server
from gptimage.embedded.children import Child, StartError, end, sole_use_of
from gptimage.embedded.site import Site, make_room, remembered_keys, remembered_ports

__all__ = ["StartError", "services"]


@contextlib.contextmanager
def services(
    *,
    root: Path,
    postgres: bool = True,
    valkey: bool = True,
    s3: bool = True,
    durable: bool = True,
) -> Iterator[dict[str, str]]:
    """Starts what is asked under `root`, yields the environment that points at it, ends all of it on exit.

    Call it from the main thread. Without `durable` the database trades safety for speed (for tests).
    Raises StartError, one sentence that says what to do, when something can't start.
    """
    root = root.resolve()
    make_room(root)
    wanted = [(s3, s3_server), (valkey, valkey_server), (postgres, postgres_server)]
    with sole_use_of(root) as lock:
        site = Site(
            root=root,
            lock=lock,
            keys=remembered_keys(root),
            ports=remembered_ports(root),
            durable=durable,
        )
        with _running(site, [server for asked, server in wanted if asked]) as environment:
            yield environment


@contextlib.contextmanager
def _running(site: Site, servers: list[ModuleType]) -> Iterator[dict[str, str]]:
    """All start at once, the slowest first; then each is waited for and made ready."""
    children: list[Child] = []
    try:
        for server in servers:
            children.append(server.start(site))
        environment: dict[str, str] = {}
        for server, child in reversed(list(zip(servers, children, strict=True))):
            environment |= server.prepare(site, child)
        yield environment
    finally:
        end(children)
