"""Serve the app with granian until a signal ends it."""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from credits.sandbox.settings import Settings


def serve(*, host: str, port: int, settings: Settings) -> None:
    """Blocks. One worker process, for it holds all that this Stripe knows."""
    settings.export()
    server = Granian(
        "credits.sandbox.server:create_app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        websockets=False,
        workers_kill_timeout=2,
        log_level=LogLevels.warning,
    )
    server.serve()
