"""No spelling of an address, no answer of a name server and no redirect leads to a machine that is not public."""

from __future__ import annotations

import pytest
from hostile_server import Server, answer, fetch, fetch_all, policy_for

from callboard.errors import FetchError, SettingError
from callboard.fetch.addresses import check_url, is_public, read_places

NOT_PUBLIC = """
127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
100.127.255.255 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 192.88.99.1 224.0.0.1 239.1.1.1 240.0.0.1
255.255.255.255
::1 :: ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::7f00:1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378::1
2001:db8::1 2002:7f00:1::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 5f00::1 3fff::1
""".split()  # noqa: SIM905


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_special_addresses_are_not_public(address: str) -> None:
    """Loopback, private, shared, link-local, multicast, documentation, mapped, 6to4, Teredo, NAT64."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/a",
        "gopher://example.com/a",
        "data:text/html,hello",
        "javascript:alert(1)",
        "//example.com/a",
        "example.com/a",
        "http://",
        "http:///a",
        "http://user@example.com/",
        "http://user:word@example.com/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com\x00.org/",
        "http://exam ple.com/",
        "http://example.com/a\r\nX-Injected: 1",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://example.com:0/",
        "http://example.com:22/",
        "http://example.com:65536/",
        "http://example.com:-1/",
        "http://example.com:8x/",
        "http://example.com/" + "a" * 2_000,
    ],
)
def test_addresses_that_are_refused_by_their_spelling(url: str) -> None:
    with pytest.raises(FetchError):
        check_url(url)


def test_a_fragment_is_dropped_and_the_rest_is_kept() -> None:
    assert check_url("https://example.com/a%2Fb?q=1&r=%20#top") == "https://example.com/a%2Fb?q=1&r=%20"


SPELLINGS = [
    "127.0.0.2",
    "127.2",
    "127.0.2",
    "2130706434",
    "0x7f000002",
    "0x7f.0.0.2",
    "0177.0.0.2",
    "0177.0.0.02",
    "127.0.0.2.",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[::127.0.0.2]",
    "[64:ff9b::7f00:2]",
    "[2002:7f00:2::1]",
    "[::1]",
    "１２７.0.0.2",
    "127。0。0。2",
    "①②⑦.⓪.⓪.②",
    "0.0.0.0",
    "10.0.0.1",
    "169.254.169.254",
    "100.100.100.200",
]


def test_loopback_in_every_spelling_is_never_connected_to(server: Server, canary: Server) -> None:
    """Decimal, hexadecimal, octal, short, mapped, translated, Unicode digits and dots; the system's own resolver."""
    urls = [server.url("/page", host) for host in SPELLINGS]
    found = fetch_all(policy_for(server), urls)
    assert [url for url in urls if not isinstance(found[url], FetchError)] == []
    assert canary.connections == 0


@pytest.mark.parametrize("addresses", [["127.0.0.2"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.2"]])
def test_a_name_that_leads_to_a_private_address(server: Server, canary: Server, addresses: list[str]) -> None:
    """Is refused, and the message names the setting that would allow it."""
    with pytest.raises(FetchError, match="fetch_also"):
        fetch(policy_for(server), server.url("/page", "evil.example"), {"evil.example": [addresses]})


def test_a_name_with_an_allowed_and_a_private_address(server: Server, canary: Server) -> None:
    """Only the allowed one is connected to, whichever comes first."""
    for addresses in (["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]):
        assert fetch(policy_for(server), server.url("/page", "both.example"), {"both.example": [addresses]}).body
    assert canary.connections == 0


def test_a_name_that_is_bound_anew_between_requests(server: Server, canary: Server) -> None:
    """The address counts at the moment of connecting: the answer to robots.txt is worth nothing for the page."""
    names = {"rebind.example": [["127.0.0.1"], ["127.0.0.2"]]}
    server.pages["/robots.txt"] = answer(b"", status=404)
    from aiohttp import TCPConnector

    # The connector keeps answers for ten seconds; without that, the second question comes at once.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TCPConnector, "use_dns_cache", False)
        patch.setattr("aiohttp.connector._DNSCacheTable.expired", lambda *_: True)
        with pytest.raises(FetchError, match="not a public address"):
            fetch(policy_for(server), server.url("/page", "rebind.example"), names)
    assert [asked.path for asked in server.asked] == ["/robots.txt"]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}/page",
        "http://evil.example:{port}/page",
        "//evil.example:{port}/page",
        "http://[::ffff:127.0.0.2]:{port}/page",
        "http://2130706434:{port}/page",
        "http://evil.example:22/page",
        "file:///etc/passwd",
        "ftp://evil.example/page",
        "javascript:alert(1)",
        "http://user@news.example:{port}/page",
    ],
)
def test_a_redirect_to_where_nobody_may_go(server: Server, canary: Server, target: str) -> None:
    """Each hop is checked as the first address was."""
    server.pages["/go"] = answer(b"", ("Location", target.format(port=server.port)), status=302)
    names = {"news.example": [["127.0.0.1"]], "evil.example": [["127.0.0.2"]]}
    with pytest.raises(FetchError):
        fetch(policy_for(server), server.url("/go", "news.example"), names)
    assert server.paths == ["/go"]


def test_places_of_ones_own() -> None:
    """ADDRESS:PORT, [ADDRESS]:PORT and :PORT; anything else says what to write."""
    assert read_places("127.0.0.1:1200 [::1]:1200 :8080") == {("127.0.0.1", 1200), ("::1", 1200), ("", 8080)}
    assert check_url("http://example.com:8080/", read_places(":8080"))
    for wrong in ("localhost:1200", "127.0.0.1", "127.0.0.1:http"):
        with pytest.raises(SettingError, match=r"fetch_also.*write for example"):
            read_places(wrong)
