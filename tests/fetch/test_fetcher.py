"""The fetcher against a server that does everything wrong: bounded, polite, and clear about what happened."""

from __future__ import annotations

import contextlib
import email.utils
import gzip
import os
import re
import resource
import time
import zlib
from pathlib import Path

import brotli
import pytest
from hostile_server import HTML, PAGE, Act, Server, answer, drip, endless, fetch, fetch_all, policy_for
from promises import Proof

from callboard.errors import FetchError
from callboard.fetch.fetcher import Fetcher, Policy, Request, _Answer
from callboard.fetch.fetching import Fetching

GZIP, BR = ("Content-Encoding", "gzip"), ("Content-Encoding", "br")
TEXT = b"<p>" + b"Netflix has renewed Quiet Harbor. " * 400


def packed(data: bytes) -> bytes:
    return gzip.compress(data)


def most_memory_kb(*, again: bool = False) -> int:
    """The most memory that this process has had, of late where Linux forgets what was before (`again`)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if again:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
    return int(status.read_text().partition("VmHWM:")[2].split()[0])


def test_a_page(server: Server) -> None:
    """Its bytes, its charset as the header says, its validators; one User-Agent, no cookies sent back."""
    server.pages["/page"] = answer(
        PAGE, ("ETag", '"1"'), ("Last-Modified", "Tue, 06 Jun 2017 08:00:00 GMT"), ("Set-Cookie", "a=1")
    )
    found = fetch(policy_for(server), server.url("/page"))
    assert (found.body, found.charset, found.etag) == (PAGE, "utf-8", '"1"')
    assert found.modified == "Tue, 06 Jun 2017 08:00:00 GMT"
    assert {asked.headers["user-agent"] for asked in server.asked} == {"callboard/test"}
    assert fetch(policy_for(server), server.url("/page"))
    assert not any("cookie" in asked.headers for asked in server.asked)


@pytest.mark.parametrize(
    ("name", "body", "encoding"),
    [
        ("gzip", packed(TEXT), GZIP),
        ("brotli", brotli.compress(TEXT), BR),
        ("gzip in two members", packed(TEXT[:500]) + packed(TEXT[500:]), GZIP),
        ("gzip with something behind it", packed(TEXT) + b"\0\0\0\0", GZIP),
        ("identity", TEXT, ("Content-Encoding", "identity")),
    ],
)
def test_packed_pages_are_unpacked(server: Server, name: str, body: bytes, encoding: tuple[str, str]) -> None:
    server.pages["/page"] = answer(body, encoding)
    assert fetch(policy_for(server), server.url("/page")).body == TEXT


BOMB = b"\0" * 50_000_000
BODIES: list[tuple[str, bytes | Act, str]] = [
    ("gzip bomb", answer(packed(BOMB), GZIP), "bomb"),
    ("brotli bomb", answer(brotli.compress(BOMB, quality=5), BR), "bomb"),
    ("many small gzip members", answer(packed(b"\0" * 60_000) * 2_000, GZIP), "bomb"),
    ("double gzip", answer(packed(packed(TEXT)), GZIP), "packed more than once"),
    ("two layers", answer(packed(packed(TEXT)), ("Content-Encoding", "gzip, gzip")), "only gzip and br"),
    ("an encoding not asked for", answer(zlib.compress(TEXT), ("Content-Encoding", "deflate")), "only gzip and br"),
    ("gzip cut short", answer(packed(TEXT)[:-20], GZIP), "ends early"),
    ("brotli cut short", answer(brotli.compress(TEXT)[:-5], BR), "ends early"),
    ("plain text that says gzip", answer(TEXT, GZIP), "damaged"),
    ("plain text that says br", answer(TEXT, BR), "damaged|ends early"),
    ("gzip damaged within", answer(packed(os.urandom(5000))[:2000] + b"\xff" * 3000, GZIP), "damaged|ends early"),
    ("larger than allowed, and says so", answer(b"", length=6_000_000), "6.0 MB"),
    ("endless", endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x" * 65_536), "larger than 5 MB"),
    (
        "endless chunks",
        endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        "larger than 5 MB",
    ),
    ("unpacks to more than allowed", answer(packed(b"".join(os.urandom(20) + b"\0" * 180 for _ in range(60_000))), GZIP), "larger than"),
    ("shorter than its length", answer(TEXT, length=len(TEXT) + 100), "cannot be fetched"),
    ("bad chunks", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx", "cannot be fetched"),
    ("both lengths", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\nContent-Length: 5\r\n\r\nabcde", ""),
    ("one byte at a time", drip(answer(TEXT), 0.05), "no whole answer in 1 s"),
    ("slow headers", drip(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100, 0.05), "no whole answer in 1 s"),
    ("silence", drip(b"H", 30.0), "no whole answer in 1 s"),
    ("hangs up", b"", "cannot be fetched"),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n", "cannot be fetched"),
    ("100,000 headers", answer(PAGE, *[(f"X-{n}", "a") for n in range(100_000)]), "cannot be fetched"),
    ("one huge header", answer(PAGE, ("X-Large", "a" * 1_000_000)), "cannot be fetched"),
    ("headers of more than 64 kB together", answer(PAGE, *[(f"X-{n}", "a" * 2_000) for n in range(50)]), "headers of more than 64 kB"),
    ("endless headers", endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 100), "cannot be fetched"),
    ("a picture", answer(b"\x89PNG", ("Content-Type", "image/png")), "'image/png', not a page or a feed"),
    ("a download", answer(b"MZ", ("Content-Type", "application/octet-stream")), "not a page"),
    ("JSON", answer(b"{}", ("Content-Type", "application/json")), "not a page"),
    ("no type", answer(PAGE, kind=False), "not a page"),
    ("nothing new that nobody asked for", answer(b"", status=304), "no page"),
    ("not found", answer(PAGE, status=404), "status 404"),
    ("forbidden", answer(PAGE, status=403), "a refusal"),
    ("payment", answer(PAGE, status=402), "a refusal"),
    ("no content", answer(b"", status=204), "no page"),
    ("a part", answer(PAGE, status=206), "no page"),
    ("a strange status", answer(PAGE, status=799), "no page|cannot be fetched"),
]  # fmt: skip


@pytest.mark.promise(9)
@pytest.mark.parametrize(("name", "act", "what"), BODIES, ids=[name for name, _, _ in BODIES])
def test_bad_answers(server: Server, name: str, act: bytes | Act, what: str, proof: Proof) -> None:
    """Each ends in time with a reason that names the address, little memory is used, and the next page is fetched."""
    server.pages["/bad"] = act
    policy = policy_for(server, whole_s=1.0 if "whole answer" in what else 8.0)
    before = most_memory_kb(again=True)
    start = time.monotonic()
    found = fetch_all(policy, [server.url("/bad"), server.url("/page")])
    bad = found[server.url("/bad")]
    assert isinstance(bad, FetchError), bad
    assert str(bad).startswith(server.url("/bad"))
    assert re.search(what, str(bad)), bad
    assert not isinstance(found[server.url("/page")], FetchError)
    took_s, more_kb = time.monotonic() - start, most_memory_kb() - before
    assert took_s < 10
    assert more_kb < 64_000
    proof.count("hostile bodies")
    proof.most("s at most", round(took_s, 2))
    proof.most("MB more at most", round(more_kb / 1000, 1))


@pytest.mark.parametrize("charset", ["", "utf-8", "iso-8859-1", "no-such-thing", "utf-7", '"'])
def test_a_wrong_charset_is_no_error_here(server: Server, charset: str) -> None:
    """The bytes come as they are; reading decides."""
    server.pages["/page"] = answer("<p>“Café”</p>".encode(), ("Content-Type", f"text/html; charset={charset}"))
    assert fetch(policy_for(server), server.url("/page")).body.decode() == "<p>“Café”</p>"


def test_redirects_are_followed(server: Server) -> None:
    """Relative and absolute; the result says where it was found."""
    server.pages["/a"] = answer(b"", ("Location", "b?x=1"), status=301)
    server.pages["/b?x=1"] = answer(b"", ("Location", server.url("/page#part")), status=307)
    found = fetch(policy_for(server), server.url("/a"))
    assert (found.url, found.body) == (server.url("/page"), PAGE)


@pytest.mark.parametrize("location", ["/loop", "/grow?{n}"])
def test_redirects_that_never_end(server: Server, location: str) -> None:
    """Five hops and no more."""
    for n in range(10):
        server.pages["/loop" if "loop" in location else f"/grow?{n}"] = answer(
            b"", ("Location", location.format(n=n + 1)), status=302
        )
    with pytest.raises(FetchError, match="more than 5 times"):
        fetch(policy_for(server), server.url(location.format(n=0)))
    assert len(server.paths) == 6


def test_a_redirect_to_nowhere(server: Server) -> None:
    server.pages["/go"] = answer(b"", status=302)
    with pytest.raises(FetchError, match="does not say where to"):
        fetch(policy_for(server), server.url("/go"))


def test_all_hops_share_one_time(server: Server) -> None:
    """Slow redirects do not each get a time of their own."""
    for n in range(5):
        server.pages[f"/{n}"] = drip(answer(b"", ("Location", f"/{n + 1}"), status=302), 0.005)
    with pytest.raises(FetchError, match="no whole answer in 1 s"):
        fetch(policy_for(server, whole_s=1.0), server.url("/0"))


def test_what_has_not_changed_is_not_sent_again(server: Server) -> None:
    """The validators go out as they came in, and 304 is `unchanged`, not an error."""
    server.pages["/feed"] = [answer(PAGE, ("ETag", 'W/"7"'), ("Last-Modified", "yesterday")), answer(b"", status=304)]
    with Fetching(policy_for(server)) as fetching:
        [(_, first)] = fetching.fetch_all([Request(url=server.url("/feed"))])
        assert not isinstance(first, FetchError)
        again = Request(url=server.url("/feed"), etag=first.etag, modified=first.modified)
        [(_, second)] = fetching.fetch_all([again])
    assert not isinstance(second, FetchError)
    assert (first.unchanged, second.unchanged, second.body) == (False, True, b"")
    assert (second.etag, second.modified) == ('W/"7"', "yesterday")
    last = server.asked[-1].headers
    assert (last["if-none-match"], last["if-modified-since"]) == ('W/"7"', "yesterday")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_host_that_stumbles_is_asked_once_more(server: Server, status: int) -> None:
    server.pages["/page"] = [answer(b"", status=status), answer(PAGE)]
    assert fetch(policy_for(server, attempts=2), server.url("/page")).body == PAGE
    assert len(server.paths) == 2


def test_retry_after_is_waited_for(server: Server) -> None:
    """Also by whoever else wants something of that host."""
    server.pages["/busy"] = [answer(b"", ("Retry-After", "1"), status=429), answer(PAGE)]
    found = fetch_all(policy_for(server, attempts=2), [server.url("/busy"), server.url("/page")])
    assert not any(isinstance(each, FetchError) for each in found.values())
    times = {path: [asked.at for asked in server.asked if asked.path == path] for path in ("/busy", "/page")}
    assert times["/busy"][1] - times["/busy"][0] > 0.99
    assert times["/page"][0] - times["/busy"][0] > 0.99


@pytest.mark.parametrize("value", ["86400", "date", "9" * 400])
def test_a_long_retry_after_ends_the_fetch(server: Server, value: str) -> None:
    """And is handed on, so that a feed is left alone for so long."""
    if value == "date":  # a day from now, whenever in a long run of tests that is
        value = email.utils.formatdate(time.time() + 86_400, usegmt=True)
    server.pages["/busy"] = answer(b"", ("Retry-After", value), status=503)
    with pytest.raises(FetchError, match="asks to wait") as error:
        fetch(policy_for(server, attempts=3, longest_pause_s=60.0), server.url("/busy"))
    assert error.value.again_s is not None
    assert 86_000 < error.value.again_s <= 30 * 86_400
    assert len(server.paths) == 1


@pytest.mark.parametrize("value", ["soon", "-5", "Tue, 06 Jun 2017 08:00:00 GMT", "", "nan", "٣"])
def test_a_retry_after_that_says_nothing(server: Server, value: str) -> None:
    server.pages["/busy"] = answer(b"", ("Retry-After", value), status=503)
    with pytest.raises(FetchError, match="try again later"):
        fetch(policy_for(server), server.url("/busy"))


def test_a_host_gets_one_request_at_a_time_with_a_pause(server: Server) -> None:
    """Whatever is asked for at once; another host does not wait for it."""
    names = {"one.example": [["127.0.0.1"]], "two.example": [["127.0.0.1"]]}
    urls = [server.url(f"/page?{n}", host) for n in range(4) for host in names]
    server.pages |= {f"/page?{n}": answer(PAGE) for n in range(4)}
    start = time.monotonic()
    found = fetch_all(policy_for(server, pause_s=0.2), urls, names)
    assert not any(isinstance(each, FetchError) for each in found.values())
    assert time.monotonic() - start < 2 * 5 * 0.2
    assert server.most_at_once == 1
    for host in names:
        times = [asked.at for asked in server.asked if asked.host == host]
        assert len(times) == 5
        assert min(later - earlier for earlier, later in zip(times, times[1:])) >= 0.195


def test_pages_that_stand_for_the_article(server: Server) -> None:
    """With status 200: challenges, refusals and consent pages are named and never become documents."""
    pages = {
        "/cloudflare": (b"<html><head><title>Just a moment...</title>", ()),
        "/header": (PAGE, (("cf-mitigated", "challenge"),)),
        "/akamai": (b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE></HEAD>", ()),
        "/perimeter": (b'<div id="px-captcha"></div>', ()),
        "/datadome": (b"<script src='https://ct.captcha-delivery.com/c.js'></script>", ()),
        "/consent": (b'<title>Example</title><form action="https://consent.example.com/save" method="post">', ()),
        "/before": (b"<title>Before you continue to Example</title>", ()),
    }
    server.pages |= {path: answer(body, *headers) for path, (body, headers) in pages.items()}
    found = fetch_all(policy_for(server), [server.url(path) for path in pages])
    for path in pages:
        error = found[server.url(path)]
        assert isinstance(error, FetchError), path
        assert "not the article but a" in str(error)


def test_a_redirect_to_a_consent_host(server: Server) -> None:
    server.pages["/go"] = answer(b"", ("Location", server.url("/page", "consent.example")), status=302)
    names = {"news.example": [["127.0.0.1"]], "consent.example": [["127.0.0.1"]]}
    with pytest.raises(FetchError, match="a consent page"):
        fetch(policy_for(server), server.url("/go", "news.example"), names)


def test_an_article_about_such_pages_is_an_article(server: Server) -> None:
    """A site's own challenge script, or the words in a text, do not make a page a challenge."""
    body = (
        b"<title>Moments: why access denied pages annoy</title><script src='/cdn-cgi/challenge-platform/main.js'></script>"
        b"<p>Just a moment, said the page. Access Denied, it said then. Are you a robot?</p>"
    )
    server.pages["/page"] = answer(body, HTML)
    assert fetch(policy_for(server), server.url("/page")).body == body


def test_a_redirect_from_https_to_http_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was protected stays protected; only the answer of the first host is made up."""
    asked = []

    async def redirect(_: Fetcher, url: str, *__: object, robots: bool) -> _Answer:
        asked.append(url)
        return _Answer(404, {}, b"", None) if robots else _Answer(302, {"Location": "http://example.com/b"}, b"", None)

    monkeypatch.setattr(Fetcher, "_request", redirect)
    with pytest.raises(FetchError, match="redirects from https to http://example"):
        fetch(Policy(user_agent="callboard/test", pause_s=0.0), "https://example.com/a")
    assert asked == ["https://example.com/robots.txt", "https://example.com/a"]
