"""
Sitemaps (sitemaps.org, version 0.9, and the news extension) to addresses with their days, within limits.

Read by lxml's iterparse, which keeps one entry at a time; neither entities nor DTDs are taken.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from callboard.errors import ReadError

MAX_URLS = 50_000  # of one sitemap, by the standard; what follows is left out
MAX_BYTES = 52_428_800  # of one sitemap, by the standard
MAX_URL = 2_048  # characters, by the standard
MAX_TAG = 2_000  # bytes; a tag of a sitemap names its namespaces and nothing else
_SITEMAP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*)*<(?:\w+:)?(urlset|sitemapindex)[\s>]", re.DOTALL
)
_LONG_TAG = re.compile(rb"<[^!<>][^<>]{%d}" % MAX_TAG)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Listed:
    """One address of a sitemap."""

    url: str
    day: str  # of its last change or its publication, YYYY-MM-DD; "": not said


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists."""

    is_index: bool  # its addresses are those of further sitemaps
    listed: tuple[Listed, ...]
    more: bool  # it lists more than `MAX_URLS`


def looks_like_sitemap(body: bytes) -> bool:
    """Whether bytes are a sitemap or an index of sitemaps: the name of the first element says so."""
    return _SITEMAP.match(body[:5_000]) is not None


def read_sitemap(body: bytes) -> Sitemap:
    """
    The addresses that a sitemap lists, without doubles, in its order.

    Raises:
        ReadError: It is none, is damaged, declares entities, or is built to be slow.
    """
    found = _SITEMAP.match(body[:5_000])
    if found is None:
        raise ReadError("not a sitemap; its first element is urlset or sitemapindex")
    if len(body) > MAX_BYTES:
        raise ReadError(f"{len(body) / 1e6:.0f} MB, more than a sitemap may have ({MAX_BYTES / 1e6:.0f})")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ReadError("declares types or entities, which no sitemap needs and bombs are made of")
    if _LONG_TAG.search(body):
        raise ReadError(f"has a tag of more than {MAX_TAG:,} bytes, which no sitemap needs")
    is_index = found[1] == b"sitemapindex"
    listed: dict[str, str] = {}
    more = False
    try:
        events = etree.iterparse(
            io.BytesIO(body), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _, element in events:
            name = _name_of(element)
            if name != ("sitemap" if is_index else "url"):
                continue
            url, day = _entry_of(element)
            if url and len(listed) >= MAX_URLS:
                more = True
                break
            if url:
                listed[url] = max(day, listed.get(url, ""))
            element.clear()
            while (before := element.getprevious()) is not None:
                before.getparent().remove(before)
    except etree.XMLSyntaxError as error:
        if not listed:
            raise ReadError(f"a damaged sitemap ({error.msg})") from error
        more = True  # those before the damage are as good as any
    return Sitemap(is_index, tuple(Listed(url, day) for url, day in listed.items()), more)


def _entry_of(element: etree._Element) -> tuple[str, str]:
    url = day = ""
    for part in element.iterdescendants():
        name, text = _name_of(part), (part.text or "").strip()
        if name == "loc" and part.getparent() is element and len(text) <= MAX_URL:
            url = text
        elif name in ("lastmod", "publication_date") and (found := _DAY.match(text)):
            day = max(day, found[0])
    return url, day


def _name_of(element: etree._Element) -> str:
    """The element's name without its namespace; "" for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
