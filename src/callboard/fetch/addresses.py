"""
Which addresses may be fetched: the URL by its spelling, and the network address at the moment of connecting.

A name is judged by the address that is actually connected to, so neither spelling nor a changing answer of the name
server leads to a machine that is not public.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from callboard.errors import FetchError, SettingError

Place = tuple[str, int]  # a network address with a port that may be fetched too; "" for every public address
SocketFactory = Callable[[tuple[int, int, int, str, tuple[str | int, ...]]], socket.socket]

PORTS = frozenset({80, 443})
NOT_PUBLIC = "not a public address"
_LONGEST = 2_000  # characters
# `ipaddress.is_private` of Python 3.11 lets 100.64/10, 192.0.0.8, multicast, 6to4 and NAT64 pass, so the registries of
# special addresses (IANA, IPv4 and IPv6) are spelt out.
_REFUSED_4 = [
    ipaddress.IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
]
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")  # all else is mapped, translated, local or multicast
_REFUSED_6 = [
    # 2001::/23 holds Teredo and ORCHID, 2002::/16 is 6to4.
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


def check_url(url: str, places: frozenset[Place] = frozenset()) -> str:
    """
    The URL without its fragment.

    Args:
        url: As someone wrote it, a page linked it, or a redirect gave it.
        places: What may be fetched besides public addresses on ports 80 and 443.

    Raises:
        FetchError: It is not http or https, carries a user name, hides something, or has a port that is not allowed.
    """
    if len(url) > _LONGEST or _UNSAFE.search(url):
        raise FetchError(f"{url[:100]!r}: too long, or with spaces, control characters or backslashes in it")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"{url}: no address ({error}); write https://HOST/PATH") from error
    if parts.scheme not in ("http", "https"):
        raise FetchError(f"{url}: {parts.scheme or 'no scheme'}; only http and https are fetched")
    if not host or "%" in host:
        raise FetchError(f"{url}: no host that can be fetched; write https://HOST/PATH")
    if "@" in parts.netloc:
        raise FetchError(f"{url}: carries a user name; addresses with one are not fetched")
    if port is not None and port not in PORTS and port not in {allowed for _, allowed in places}:
        raise FetchError(f"{url}: port {port}; only 80 and 443 are fetched, others by the setting fetch_also")
    return parts._replace(fragment="").geturl()


def is_public(address: str) -> bool:
    """Whether an IPv4 or IPv6 address is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _REFUSED_4)
    return ip in _PUBLIC_6 and not any(ip in network for network in _REFUSED_6)


def checking_sockets(places: frozenset[Place]) -> SocketFactory:
    """What makes the sockets of a fetcher; it raises `OSError` for an address and port that may not be connected to."""

    def make(info: tuple[int, int, int, str, tuple[str | int, ...]]) -> socket.socket:
        family, kind, protocol, _, target = info
        address, port = str(target[0]), int(target[1])
        public = is_public(address) and (port in PORTS or ("", port) in places)
        if not public and (address, port) not in places:
            raise OSError(f"{NOT_PUBLIC}: {address} port {port}")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    return make


def read_places(text: str) -> frozenset[Place]:
    """
    The places that the setting `fetch_also` names, as in "127.0.0.1:1200 [::1]:1200 :8080".

    Raises:
        SettingError: A word is not ADDRESS:PORT or :PORT.
    """
    found: set[Place] = set()
    for word in text.split():
        host, _, port = word.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        try:
            if host:
                ipaddress.ip_address(host)
            found.add((host, int(port)))
        except ValueError as error:
            raise SettingError(
                f"setting fetch_also: {word!r} is no address with a port; write for example 127.0.0.1:1200, or :8080 "
                "for that port of every public address"
            ) from error
    return frozenset(found)
