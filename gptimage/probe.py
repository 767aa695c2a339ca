"""Asks the web process whether it can work: `python -m gptimage.probe` is how the container engine does.

It speaks to the loopback address but names a host that the product answers to.
"""

import http.client
import os
import sys
from contextlib import closing

DEFAULT_PORT = 8000


def is_up(*, host: str, port: int, names: list[str]) -> bool:
    """True when /readyz answers 200 within two seconds. `names` are the allowed hosts, as the settings know them."""
    try:
        with closing(http.client.HTTPConnection(host, port, timeout=2)) as connection:
            connection.request("GET", "/readyz", headers={"Host": name_for(names)})
            return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def name_for(names: list[str]) -> str:
    """One of the names, or another where all are allowed."""
    return next((name.lstrip(".") for name in names if name != "*"), "localhost")


def allowed_hosts() -> list[str]:
    """The names in ALLOWED_HOSTS, none when it is not set."""
    return [name.strip() for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]


if __name__ == "__main__":
    port = int(os.environ.get("GRANIAN_PORT") or DEFAULT_PORT)
    sys.exit(0 if is_up(host="127.0.0.1", port=port, names=allowed_hosts()) else 1)
