"""Feeds to addresses: what feeds get wrong is repaired, what is hostile is refused in time."""

from __future__ import annotations

import time

import pytest

from callboard.errors import FetchError
from callboard.fetch.feed import MAX_ITEMS, read_feed

URL = "https://example.com/news/feed/"
HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Example</title>'


def test_rss_and_atom() -> None:
    """Relative links, doubles, FeedBurner's own addresses, links that lead nowhere."""
    rss = HEAD + (
        b"<item><link>https://example.com/a#c</link></item><item><link> ../b </link></item>"
        b"<item><link>https://example.com/a</link></item><item><link>javascript:alert(1)</link></item>"
        b'<item><guid isPermaLink="true">https://example.com/c</guid></item><item><title>No link</title></item>'
        b'<item xmlns:f="http://rssnamespace.org/feedburner/ext/1.0"><link>https://feeds.example.net/1</link>'
        b"<f:origLink>https://example.com/d</f:origLink></item></channel></rss>"
    )
    found = read_feed(rss, URL)
    assert found.title == "Example"
    assert found.links == tuple(f"https://example.com/{path}" for path in ("a", "news/b", "c", "d"))
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>'
        b'<entry><link href="https://example.com/e"/></entry></feed>'
    )
    assert read_feed(atom, URL).links == ("https://example.com/e",)


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1252"])
def test_charsets(charset: str) -> None:
    """Also where the declaration is wrong."""
    text = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Café</title></channel></rss>'
    title = read_feed(text.encode(charset), URL).title
    assert title == ("Café" if charset != "cp1252" else title)


@pytest.mark.parametrize("broken", ["<title>A & B</title>", "<title>A <b>bold</title>", "<title>\x0b&nbsp;</title>"])
def test_broken_feeds_are_repaired(broken: str) -> None:
    items = "".join(f"<item>{broken}<link>https://example.com/{n}</link></item>" for n in range(5))
    assert len(read_feed(HEAD + items.encode(), URL).links) == 5


def test_dates_that_are_none_do_no_harm() -> None:
    """Year 0 and 9999, 31 February, the future, a number as long as a book."""
    dates = ["Tue, 31 Feb 0000 25:61:00 +9999", "9999-12-31T23:59:60Z", "2999-01-01", "9" * 100_000, "-1", "\u0663"]
    items = "".join(f"<item><pubDate>{date}</pubDate><link>/{n}</link></item>" for n, date in enumerate(dates))
    assert len(read_feed(HEAD + items.encode(), URL).links) == len(dates)


def test_a_feed_of_a_million_items() -> None:
    """Gives its first ones, quickly."""
    item = b"<item><link>https://example.com/%d</link></item>"
    start = time.monotonic()
    found = read_feed(HEAD + b"".join(item % n for n in range(200_000)), URL)
    assert len(found.links) == MAX_ITEMS
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>',
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>&x;</channel></rss>',
        HEAD + b"<a>" * 300_000,
        HEAD + b"<a></a>" * 300_000,
        HEAD + b"<item><a " + b" ".join(b'x%d="1"' % n for n in range(200_000)) + b"/></item>",
        HEAD + b"<" * 300_000,
        b"",
        b"\x00" * 1000,
        b"<html><p>Nothing here",
        b"<" * 1_000_000,
    ],
    ids=["entities", "external entity", "nested", "empty elements", "attributes", "angles", "nothing", "zeros", "page", "no tags"],
)  # fmt: skip
def test_what_is_no_feed_or_built_to_be_slow(body: bytes) -> None:
    """Is refused within a second or two."""
    start = time.monotonic()
    with pytest.raises(FetchError):
        read_feed(body, URL)
    assert time.monotonic() - start < 5


def test_a_large_text_is_cut() -> None:
    """10 MB of escaped text in one item end in time."""
    start = time.process_time()
    assert read_feed(HEAD + b"<item><link>/a</link><description>" + b"&lt;p&gt;x" * 1_000_000, URL).title == "Example"
    assert time.process_time() - start < 10


def test_a_page_that_offers_a_feed() -> None:
    """Says which, so that it can be added."""
    page = b'<html><link rel="alternate" type="application/rss+xml" href="/feed/"><p>News</p>'
    with pytest.raises(FetchError, match=r"it offers https://example\.com/feed/"):
        read_feed(page, URL)
