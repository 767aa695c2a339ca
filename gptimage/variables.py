"""Reading variables of the environment, each refused by its name."""

import re
from email.utils import parseaddr
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
HOST = re.compile(r"\*|\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)  # as the Host header is read
ORIGIN = re.compile(r"https?://[^/\s]+")
ADDRESS = re.compile(r"https?://[^/\s]\S*")
MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")
CURRENCIES = ("usd", "eur", "gbp", "chf", "jpy", "aud", "cad", "sek", "nok", "dkk", "pln")
RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")


def needed(name: str, what: str) -> str:
    """A setting that has no default."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} has to be set: {what}.")
    return value


def at_least(name: str, default: int, least: int, *, most: int | None = None) -> int:
    """An integer setting with a floor, and perhaps a ceiling."""
    try:
        value: int = env.int(name, default=default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has to be a whole number.") from error
    if value < least:
        raise ImproperlyConfigured(f"{name} is {value}; the least is {least}.")
    if most is not None and value > most:
        raise ImproperlyConfigured(f"{name} is {value}; the most is {most}.")
    return value


def address(name: str, default: str | None = None) -> str:
    """An http(s) address without its last slash."""
    value: str = env.str(name, default=default) if default is not None else env.str(name)
    if value and not ADDRESS.fullmatch(value):
        raise ImproperlyConfigured(f"{name} has to begin with http:// or https:// and a name.")
    return value.rstrip("/")


def teller(name: str, package: str) -> str:
    """An address at which others are told, by a package that `make run` does without."""
    value = address(name, "")
    if value and find_spec(package) is None:
        raise ImproperlyConfigured(f"{name} needs what is not installed here: `sh requirements/install.sh prod`.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """1, true, yes or on; 0, false, no or off."""
    value = env.str(name, default=str(default)).strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("", "0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is “{value}”; write 1 or 0.")


def one_of(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    value: str = env.str(name, default=default).strip().lower()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is “{value}”; write {' or '.join(choices)}.")
    return value


def hosts(name: str, default: list[str]) -> list[str]:
    """Names as a browser sends them, with commas."""
    names = _listed(name, default)
    if not names:
        raise ImproperlyConfigured(f"{name} names nothing: write the name that people reach it under.")
    return _each(name, names, HOST, "names only, without https://, port or /")


def origins(name: str) -> list[str]:
    """Addresses without a path, with commas."""
    return _each(name, _listed(name, []), ORIGIN, "write https:// and the name, without a / at the end")


def mailbox(name: str, default: str) -> str:
    """An address that mail is sent from, perhaps with a name before it."""
    value: str = env.str(name, default=default)
    if not MAILBOX.fullmatch(parseaddr(value)[1]):
        raise ImproperlyConfigured(f"{name} is “{value}”; write an address, or Name <address>.")
    return value


def domains(name: str) -> list[str]:
    """Names of mail domains, with commas; lower case and without a dot at either end."""
    found = _each(name, _listed(name, []), HOST, "names only, as they stand behind the @")
    return [each.strip(".").lower() for each in found]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks, with commas. All the world is none: then anybody could say to be anybody."""
    found = []
    for text in _listed(name, []):
        try:
            found.append(ip_network(text))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds “{text}”: write addresses, or networks such as 10.0.0.0/8."
            ) from None
        if not found[-1].prefixlen:
            raise ImproperlyConfigured(f"{name} holds “{text}”: that is everybody. Name the proxies in front.")
    return found


def rate(name: str, default: str) -> tuple[int, int]:
    """How often a minute: for one user, and for one address."""
    value = env.str(name, default=default)
    if not (found := RATE.fullmatch(value)):
        raise ImproperlyConfigured(f"{name} is “{value}”; write two numbers, for a user and for an address: {default}.")
    return int(found[1]), int(found[2])


def _listed(name: str, default: list[str]) -> list[str]:
    return [each.strip() for each in env.list(name, default=default) if each.strip()]


def _each(name: str, values: list[str], form: re.Pattern[str], wanted: str) -> list[str]:
    for value in values:
        if not form.fullmatch(value):
            raise ImproperlyConfigured(f"{name} holds “{value}”: {wanted}.")
    return values
