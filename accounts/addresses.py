"""Where a request comes from: the visitor's address, read past the proxies in front and no further.

The server tells who is at the other end of the line; a proxy tells whom it speaks for in X-Forwarded-For, which anybody
can write. So the header is read from its right end, as far as each address is a proxy of ours.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

Network = IPv4Network | IPv6Network
HOME: Final = {4: 32, 6: 64}  # bits that tell one visitor from another: a line of IPv6 has 64 bits of its own
NEIGHBOURS: Final = {4: 24, 6: 48}  # and those that whoever rents a few addresses or a prefix has in common


def of(request: HttpRequest) -> str:
    """The visitor's address."""
    return seen(peer=request.META.get("REMOTE_ADDR", ""), forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""))


def of_scope(scope: dict[str, Any]) -> str:
    """The same for a request that comes by ASGI."""
    headers = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return seen(peer=(scope.get("client") or ("",))[0], forwarded_for=",".join(headers))


def seen(*, peer: str, forwarded_for: str) -> str:
    """The visitor's address, by the settings: BEHIND_TLS without TRUSTED_PROXIES means that there is one proxy."""
    proxies = settings.TRUSTED_PROXIES
    one_in_front = settings.BEHIND_TLS and not proxies
    return client(peer=peer, forwarded_for=forwarded_for, proxies=proxies, one_in_front=one_in_front)


def client(*, peer: str, forwarded_for: str, proxies: Sequence[Network], one_in_front: bool = False) -> str:
    """The nearest address that is no proxy. `one_in_front`: whoever is at the other end is one, wherever it is.

    What is no address ends the walk at the proxy that passed it on. Empty where the server tells no peer.
    """
    found, trusted = _read(peer), one_in_front or _is_one_of(proxies, _read(peer))
    for text in reversed(forwarded_for.split(",")):
        before = _read(text)
        if not trusted or before is None:
            break
        found, trusted = before, _is_one_of(proxies, before)
    return str(found or "")


def counted(address: str) -> str:
    """What one visitor is counted by: IPv4 as it is, of IPv6 the first half."""
    return _shared(address, HOME)


def network(address: str) -> str:
    """The neighbourhood of an address."""
    return _shared(address, NEIGHBOURS)


def _shared(address: str, bits: dict[int, int]) -> str:
    found = _read(address)
    return str(ip_network((found, bits[found.version]), strict=False)) if found else ""


def _is_one_of(proxies: Sequence[Network], address: IPv4Address | IPv6Address | None) -> bool:
    return address is not None and any(address in proxy for proxy in proxies)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address, perhaps with a port or a zone behind it; IPv4 in IPv6's clothes is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
