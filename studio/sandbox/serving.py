"""Serve the app with granian until a signal ends it."""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from studio.sandbox.behaviour import Behaviour


def serve(*, host: str, port: int, settings: Behaviour) -> None:
    """Blocks. One worker process: waiting costs no thread, and pixel work leaves the interpreter's lock."""
    settings.export()
    server = Granian(
        "studio.sandbox.server:create_app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        websockets=False,
        backpressure=2048,
        workers_kill_timeout=2,  # a call may wait for minutes; whoever stops the server doesn't
        log_level=LogLevels.warning,
    )
    server.serve()
