"""
What a page says about itself: JSON-LD, `<meta>`, `<link>`, headings; read faithfully, judged elsewhere.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from callboard.read.text import clean_line, word_set

_ARTICLE_TYPES = word_set(
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle BlogPosting LiveBlogPosting Report Review "
    "OpinionNewsArticle BackgroundNewsArticle ReviewNewsArticle AdvertiserContentArticle SocialMediaPosting "
    "TechArticle"
)
_PAGE_TYPES = frozenset({"WebPage", "ItemPage", "CollectionPage"})
_MAX_OBJECTS = 500  # of JSON-LD on a page
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|mc_cid|mc_eid|ref|ref_src|cmpid|icid|ncid|cid|share|amp)$", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page says about itself."""

    article: Mapping[str, object]  # the JSON-LD object of the article; empty where there is none
    page: Mapping[str, object]  # the JSON-LD object of the page around it
    meta: Mapping[str, str]  # name, property or itemprop in lower case -> first content
    titles: tuple[str, ...]  # headings that may be the headline, as shown
    title: str  # <title>
    canonical: str | None  # as written


def read_head(tree: LexborHTMLParser) -> PageHead:
    """The head of a parsed page."""
    article: Mapping[str, object] = {}
    page: Mapping[str, object] = {}
    for item in _linked_data(tree):
        kinds = item.get("@type")
        names = (
            {kinds} if isinstance(kinds, str) else set(kinds) if isinstance(kinds, list) and _texts(kinds) else set()
        )
        if names & _ARTICLE_TYPES and not article:
            article = item
        elif names & _PAGE_TYPES and not page:
            page = item
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if key and content and len(content) < 5_000:
            meta.setdefault(key.strip().lower(), content.strip())
    canonical = next((node.attributes.get("href") for node in tree.css("link[rel=canonical]")), None)
    titles = tuple(
        text
        for node in tree.css("h1, h2.entry-title, h2.post-title, [itemprop=headline]")[:8]
        if (text := clean_line(node.text(deep=True, separator=" ")))
    )
    title = tree.css_first("title")
    return PageHead(article, page, meta, titles, clean_line(title.text()) if title else "", canonical)


def _texts(items: list[object]) -> bool:
    return all(isinstance(item, str) for item in items)


def _linked_data(tree: LexborHTMLParser) -> Iterator[Mapping[str, object]]:
    count = 0
    for node in tree.css("script"):
        if "ld+json" not in (node.attributes.get("type") or "").lower():
            continue
        pending: list[object] = [_decoded(node.text(deep=True))]
        while pending and count < _MAX_OBJECTS:
            item = pending.pop(0)
            if isinstance(item, list):
                pending = item[:_MAX_OBJECTS] + pending
            elif isinstance(item, dict):
                count += 1
                yield item
                pending += [item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item]


def _decoded(text: str) -> object:
    text = text.strip().removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    text = re.sub(r"^<!--|-->$", "", text).strip()
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        # Some templates leave a comma before a closing bracket.
        return json.loads(re.sub(r",\s*([}\]])", r"\1", text), strict=False)
    except (ValueError, RecursionError):
        return None


def first_text(value: object) -> str | None:
    """The first text in a JSON-LD value: itself, of a list the first, of an object its name or address."""
    for _ in range(4):
        if isinstance(value, str):
            return clean_line(html.unescape(value)) or None
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@id") or value.get("url")
        else:
            return None
    return None


def headline_of(head: PageHead, outlet: str | None) -> str:
    """The headline as a reader sees it; "" where the page has none."""
    stated = [
        text
        for value in (
            head.article.get("headline"),
            head.meta.get("og:title"),
            head.meta.get("twitter:title"),
            head.title,
        )
        if (text := first_text(value))
    ]
    stated = [text for title in stated if (text := _without_site(title, outlet))]
    for shown in head.titles:
        words = set(shown.lower().split())
        if len(words) > 1 and any(len(words & set(title.lower().split())) >= len(words) / 2 for title in stated):
            return shown
    if stated:
        return stated[0]
    return head.titles[0] if head.titles else ""


def _without_site(title: str, outlet: str | None) -> str:
    """A title without the site's name at its end: "Luke Cage begins filming | Example"."""
    parts = re.split(r"\s+[|–—»·•]\s+|\s+-\s+", title)
    site, last = _letters(outlet or ""), _letters(parts[-1])
    if len(parts) > 1 and last and site and (site.startswith(last) or last.startswith(site)):
        return title[: title.rindex(parts[-1])].rstrip(" |–—»·•-")
    if len(parts) > 1 and "|" in title and len(parts[-1]) < 30 and len(parts[-1]) < len(title) / 2:
        return title[: title.rindex("|")].strip()
    return title


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower().removeprefix("the "))


def outlet_of(head: PageHead, url: str | None) -> str | None:
    """The site's own name: what the page says, else its domain; None where neither is known."""
    for value in (
        head.meta.get("og:site_name"),
        head.article.get("publisher"),
        head.page.get("publisher"),
        head.meta.get("application-name"),
        head.meta.get("twitter:app:name:iphone"),
    ):
        name = first_text(value)
        if name and not name.startswith(("http", "#", "//")) and len(name) < 60:
            return name
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None


def authors_of(head: PageHead) -> tuple[str, ...]:
    """The names of the authors, as the page gives them."""
    found: list[str] = []
    stated = head.article.get("author")
    for item in stated if isinstance(stated, list) else [stated]:
        name = first_text(item)
        if name:
            found.append(name)
    for key in ("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator"):
        value = head.meta.get(key)
        if value and not value.startswith("http"):
            found.append(re.sub(r"^by\s+", "", clean_line(html.unescape(value)), flags=re.IGNORECASE))
    return tuple(dict.fromkeys(name for name in found if 2 < len(name) < 80))


def url_of(head: PageHead, url: str | None) -> str | None:
    """
    The canonical address of the page.

    What the page calls canonical counts only where it lies on the site the page came from and is no front page; else any
    page could claim to be another's.
    """
    given = clean_url(url, None)
    for value in (
        head.canonical,
        head.meta.get("og:url"),
        head.article.get("url"),
        head.article.get("mainEntityOfPage"),
    ):
        stated = clean_url(first_text(value), given)
        if stated is None or urlsplit(stated).path in ("", "/"):
            continue
        if given is None or _site(stated) == _site(given):
            return stated
    return given


def clean_url(url: str | None, base: str | None) -> str | None:
    """An address without fragment and tracking; None unless it is http or https with a host and no credentials."""
    if not url or len(url) > 2_000 or _CONTROL.search(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            return None
        _ = parts.port
    except ValueError:
        return None
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if not _TRACKING.match(key)])
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", query, ""))


def _site(url: str) -> str:
    """The last two labels of the host, three below a two-letter country with a short second level (bbc.co.uk)."""
    labels = (urlsplit(url).hostname or "").split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if short else -2 :])
