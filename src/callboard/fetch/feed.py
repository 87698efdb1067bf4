"""RSS and Atom to the addresses of articles, by feedparser, which repairs what many feeds get wrong."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from urllib.parse import urljoin

import feedparser  # type: ignore[import-untyped]

from callboard.errors import FetchError
from callboard.fetch.addresses import Place, check_url
from callboard.fetch.blocked import looks_like_feed

MAX_ITEMS = 500  # of one feed; most have 10 to 50
MAX_BYTES = 2_000_000  # of one feed; feedparser takes up to 2 s for each million
# Feeds of 500 items have 10,000 tags. Measured of feedparser: 430,000 empty elements take 28 s, 300,000 nested ones 15 s,
# 200,000 attributes minutes.
MAX_TAGS = 50_000
MAX_DEPTH = 100
MAX_TAG = 2_000  # bytes
MAX_MARKUP = 200_000  # "<" in all, those of articles within CDATA too
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*>")
_TEXT = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(rb"<(/?)([A-Za-z][^<>]*)")
_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_FEED_LINK = re.compile(rb"<link\b[^<>]{0,500}application/(?:rss|atom)\+xml[^<>]{0,500}>", re.IGNORECASE)
_HREF = re.compile(rb"href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed lists."""

    title: str
    links: tuple[str, ...]  # of its articles, as often as it lists them newest first, without doubles


def read_feed(body: bytes, url: str, places: frozenset[Place] = frozenset()) -> Feed:
    """
    The articles that a feed lists.

    Args:
        body: The feed.
        url: Where it was found; links may be relative to it.
        places: As in `callboard.fetch.addresses.check_url`; a link that may not be fetched is passed over.

    Raises:
        FetchError: It is no feed, or one that defines entities of its own.
    """
    body = _bounded(body, url)
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.version and not parsed.entries:
        raise FetchError(_no_feed(body, url))
    links: dict[str, None] = {}
    for entry in parsed.entries[:MAX_ITEMS]:
        # FeedBurner and its like put their own address first.
        link = entry.get("feedburner_origlink") or entry.get("link")
        if not isinstance(link, str):
            continue
        try:
            links[check_url(urljoin(url, link.strip()), places)] = None
        except (FetchError, ValueError):
            continue
    title = parsed.feed.get("title")
    return Feed(" ".join(title.split())[:200] if isinstance(title, str) else "", tuple(links))


def _bounded(body: bytes, url: str) -> bytes:
    """
    The feed, in a size and shape that no parser chokes on.

    Raises:
        FetchError: It is no feed, defines entities, or is built to be slow.
    """
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = _DECLARATION.sub(b"", body.decode("utf-16", "replace").encode())
    if not looks_like_feed(body):
        raise FetchError(_no_feed(body, url))
    if b"<!ENTITY" in body:
        raise FetchError("defines entities of its own, which no feed needs and bombs are made of")
    body = body[:MAX_BYTES]
    # The rest of a longer feed is cut off before any parser sees it.
    body = body[: next((match.start() for n, match in enumerate(_ITEM.finditer(body)) if n == MAX_ITEMS), len(body))]
    tags = _TAG.findall(_TEXT.sub(b"", body))
    depth = deepest = longest = 0
    for closing, inside in tags:
        depth += -1 if closing else 0 if inside.endswith(b"/") else 1
        deepest, longest = max(deepest, depth), max(longest, len(inside))
    if len(tags) > MAX_TAGS or deepest > MAX_DEPTH or longest > MAX_TAG or body.count(b"<") > MAX_MARKUP:
        raise FetchError("has more elements, nested or attributes, than any feed needs")
    return body


def _no_feed(body: bytes, url: str) -> str:
    offered = _FEED_LINK.search(body[:200_000])
    href = _HREF.search(offered[0]) if offered else None
    if href is None:
        return "not a feed; look for one on the site, often at /feed/"
    return f"a page, not a feed; it offers {urljoin(url, href[1].decode('utf-8', 'replace'))}"
