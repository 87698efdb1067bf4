"""A crawl among hostile hosts as a whole: nothing that is not public is reached, no body stops it, it stays polite."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp.abc import ResolveResult
from hostile_server import Names, Server, answer, policy_for
from promises import Proof
from test_addresses import NOT_PUBLIC, SPELLINGS

from callboard.archive.site import fetch_pages
from callboard.errors import FetchError
from callboard.fetch.feed import read_feed
from callboard.fetch.fetcher import Request
from callboard.fetch.fetching import Fetching

# A name server of the enemy's own: each address that is not public has a name, but for the first, which is the tests' own.
EVIL = {f"n{number}.evil.example": [[address]] for number, address in enumerate(NOT_PUBLIC) if number}
ODD = """
file:///etc/passwd file://localhost/etc/passwd ftp://127.0.0.2/page gopher://127.0.0.2:{port}/_x dict://127.0.0.2:{port}/a
data:text/html,hello javascript:alert(1) http://user@127.0.0.2:{port}/page http://127.0.0.1:{port}@127.0.0.2:{port}/page
http://127.0.0.1:{port}\\@127.0.0.2:{port}/page http://127.0.0.2:0/page http://127.0.0.2:22/page http://127.0.0.2:65536/page
http://[fe80::1%25lo]:{port}/page http://[::1]:{port}/page http://[::ffff:127.0.0.2]:{port}/page //127.0.0.2:{port}/page
http:127.0.0.2:{port}/page http:///127.0.0.2:{port}/page http://127.0.0.2%00.example:{port}/page ws://127.0.0.2:{port}/page
http://localhost:{port}/page http://localhost.localdomain:{port}/page http://ip6-localhost:{port}/page unix:/var/run/x.sock
HTTP://127.0.0.2:{port}/page jar:http://127.0.0.2:{port}/page!/ http://127.0.0.2.:{port}/page http://0:{port}/page
""".split()  # noqa: SIM905

_reached: list[object] | None = None


def _listen(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and _reached is not None:
        _reached.append(args[1])


sys.addaudithook(_listen)  # told by Python itself of each connection that is tried; a hook can never be removed


@contextmanager
def reached() -> Iterator[list[object]]:
    """The addresses to which this process connects in the meantime."""
    global _reached
    _reached = found = []
    try:
        yield found
    finally:
        _reached = None


class SystemNames(Names):
    """Names of the test's own; any other is taken as the system takes it where it spells an address."""

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        if host not in EVIL:
            numeric = socket.AI_NUMERICHOST
            spelt = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=numeric)]
            return await Names({host: [spelt]}).resolve(host, port)
        return await super().resolve(host, port, family)


@pytest.mark.promise(8)
def test_no_hostile_address_is_connected_to(server: Server, canary: Server, proof: Proof) -> None:
    """Direct, by redirect, in a feed and in a sitemap: only the server that is allowed is ever connected to."""
    hostile = [f"http://{host}:{server.port}/page" for host in (*SPELLINGS, *EVIL)]
    hostile = list(dict.fromkeys([*hostile, *(url.format(port=server.port) for url in ODD)]))
    assert len(hostile) > 80
    escaped = [url.replace("&", "&amp;") for url in hostile]
    items = "".join(f"<item><link>{url}</link></item>" for url in escaped)
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()
    listed = "".join(f"<url><loc>{url}</loc></url>" for url in (*escaped, server.url("/page")))
    server.pages["/map.xml"] = answer(f"<urlset>{listed}</urlset>".encode(), ("Content-Type", "application/xml"))
    server.pages |= {f"/go{number}": answer(b"", ("Location", url), status=302) for number, url in enumerate(hostile)}
    policy = policy_for(server)
    links = read_feed(feed, server.url("/feed"), policy.places).links
    asked = [*hostile, *(server.url(f"/go{number}") for number in range(len(hostile))), *links]
    with reached() as addresses, Fetching(policy, resolver=SystemNames(EVIL)) as fetching:
        found = [*fetching.fetch_all(Request(url=url) for url in asked)]
        found += fetch_pages(fetching, [server.url("/map.xml")], most=1_000)
    taken = {each.url for _, each in found if not isinstance(each, FetchError)}
    assert taken == {server.url("/page")}  # which is in the sitemap
    assert {address[:2] for address in addresses if isinstance(address, tuple)} == {("127.0.0.1", server.port)}
    assert canary.connections == 0
    proof.count("hostile addresses met", len(asked) + len(hostile))
    proof.count("connections elsewhere", 0)
