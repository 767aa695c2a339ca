"""Reading variables of the environment, each refused by its name."""

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def at_least(name: str, default: int, least: int) -> int:
    """An integer setting with a floor."""
    try:
        value: int = env.int(name, default=default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has to be a whole number.") from error
    if value < least:
        raise ImproperlyConfigured(f"{name} is {value}; the least is {least}.")
    return value


def address(name: str, default: str | None = None) -> str:
    """An http(s) address without its last slash."""
    value: str = env.str(name, default=default) if default is not None else env.str(name)
    if value and not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} has to begin with http:// or https://.")
    return value.rstrip("/")


def flag(name: str, default: bool = False) -> bool:
    """1, true, yes or on; 0, false, no or off."""
    value = env.str(name, default=str(default)).strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("", "0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is “{value}”; write 1 or 0.")
