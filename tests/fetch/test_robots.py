"""robots.txt: asked before anything else, obeyed, and harmless whatever it holds."""

from __future__ import annotations

import time

import pytest
from hostile_server import PAGE, Server, answer, endless, fetch, fetch_all, policy_for

from callboard.errors import FetchError


def test_what_it_forbids_is_not_fetched(server: Server) -> None:
    """By the rules for callboard where there are some, else by those for all; the message says why."""
    server.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /\n\nUser-agent: callboard\nDisallow: /private/\n")
    server.pages["/private/page"] = answer(PAGE)
    found = fetch_all(policy_for(server), [server.url("/page"), server.url("/private/page")])
    assert not isinstance(found[server.url("/page")], FetchError)
    assert "robots.txt asks callboard not to fetch it" in str(found[server.url("/private/page")])
    assert server.paths == ["/page"]


def test_a_redirect_does_not_lead_around_it(server: Server) -> None:
    server.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /private/\n")
    server.pages["/go"] = answer(b"", ("Location", "/private/page"), status=302)
    with pytest.raises(FetchError, match=r"robots\.txt"):
        fetch(policy_for(server), server.url("/go"))
    assert server.paths == ["/go"]


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (answer(b"", status=404), True),
        (answer(b"", status=403), True),
        (answer(b"", status=500), False),
        (answer(b"", status=503), False),
        (b"", False),
        (answer(b"", ("Location", "/robots.txt"), status=302), False),
        (answer(b"<html><body>Disallow: everything, says this page</body></html>"), True),
        (answer(bytes(range(256)) * 40), True),
        (answer(b"User-agent: *\nDisallow: /\n" + b"#" * 5_000_000), False),
        (answer(b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /\n"), True),
        (answer(b"User-agent: *\nDisallow: /" + b"*a" * 20 + b"$\n", ("Content-Type", "text/plain")), True),
    ],
    ids=[
        "missing", "forbidden", "broken", "busy", "hangs up", "loops", "a page", "binary",
        "5 MB, the rules first", "rules beyond 500 kB", "many wildcards",
    ],
)  # fmt: skip
def test_whatever_it_is(server: Server, robots: bytes, allowed: bool) -> None:
    """4xx allows, no answer and 5xx forbid, 500 KiB are read."""
    server.pages["/robots.txt"] = robots
    found = fetch_all(policy_for(server), [server.url("/page")])[server.url("/page")]
    assert isinstance(found, FetchError) is not allowed, found


def test_an_endless_one(server: Server) -> None:
    """Ends after 500 KiB, and what stood there counts."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /\n"
    server.pages["/robots.txt"] = endless(head, b"#" * 10_000)
    with pytest.raises(FetchError, match="asks callboard not to"):
        fetch(policy_for(server), server.url("/page"))


def test_it_is_asked_for_once(server: Server) -> None:
    server.pages |= {f"/page?{n}": answer(PAGE) for n in range(5)}
    fetch_all(policy_for(server), [server.url(f"/page?{n}") for n in range(5)])
    assert [asked.path for asked in server.asked].count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("delay", "least", "most"),
    [("0.3", 0.29, 2.0), ("1e9", 0.49, 2.0), ("-1", 0.0, 0.2), ("nan", 0.0, 0.2), ("soon", 0.0, 0.2)],
)
def test_its_pause_is_kept(server: Server, delay: str, least: float, most: float) -> None:
    """Up to the longest pause of the policy; what is no number of seconds says nothing."""
    server.pages["/robots.txt"] = answer(f"User-agent: *\nCrawl-delay: {delay}\n".encode())
    server.pages["/two"] = answer(PAGE)
    start = time.monotonic()
    fetch_all(policy_for(server, longest_pause_s=0.5), [server.url("/page"), server.url("/two")])
    pages = [asked.at for asked in server.asked if asked.path != "/robots.txt"]
    assert pages[1] - pages[0] >= least
    assert time.monotonic() - start < most
