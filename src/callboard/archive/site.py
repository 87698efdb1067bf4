"""Addresses to pages, where some are sitemaps: those are followed to the pages that they list, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlsplit

from callboard.errors import FetchError, ReadError
from callboard.fetch.fetcher import Fetched, Request
from callboard.fetch.fetching import Fetching
from callboard.read.sitemap import Listed, looks_like_sitemap, read_sitemap

MAX_SITEMAPS = 1_000  # in one run; the standard allows 50,000 for one index
DEPTH = 2  # an index, and the sitemaps of it; an index within an index is against the standard


def fetch_pages(
    fetching: Fetching, addresses: Iterable[str], *, most: int
) -> Iterator[tuple[Request, Fetched | FetchError]]:
    """
    What stands at each address, as it comes; in place of a sitemap, what stands at the addresses that it lists.

    Args:
        fetching: Fetches politely and within its policy.
        addresses: Of pages and of sitemaps.
        most: Most pages that are fetched from all sitemaps together, the newest first.
    """
    listed: dict[str, str] = {}
    wanted = list(dict.fromkeys(addresses))
    asked = set(wanted)
    for depth in range(DEPTH + 1):
        further: list[str] = []
        for request, found in fetching.fetch_all(Request(url=url) for url in wanted):
            if isinstance(found, FetchError) or not looks_like_sitemap(found.body):
                yield request, found
                continue
            try:
                sitemap = read_sitemap(found.body)
                if sitemap.is_index and depth == DEPTH - 1:
                    raise ReadError("an index of sitemaps within an index, which the standard does not allow")
            except ReadError as error:
                yield request, FetchError(f"{request.url}: {error}")
                continue
            mine = [each for each in sitemap.listed if _same_site(each.url, found.url)]
            if sitemap.listed and not mine:
                yield (
                    request,
                    FetchError(f"{request.url}: lists addresses of other sites only; a sitemap is for its own"),
                )
            if sitemap.is_index:
                further += [each.url for each in _newest(mine) if each.url not in asked]
            else:
                for each in mine:
                    listed[each.url] = max(each.day, listed.get(each.url, ""))
        wanted = list(dict.fromkeys(further))[: max(MAX_SITEMAPS - len(asked), 0)]
        asked.update(wanted)
        if not wanted:
            break
    pages = (each.url for each in _newest(Listed(url, day) for url, day in listed.items()) if each.url not in asked)
    for request, found in fetching.fetch_all(Request(url=url) for url in islice(pages, most)):
        if not isinstance(found, FetchError) and looks_like_sitemap(found.body):
            found = FetchError(f"{request.url}: a sitemap that is listed as a page; add it by itself")
        yield request, found


def _newest(listed: Iterable[Listed]) -> list[Listed]:
    """Those with the latest day first, those without a day last; else in the order of the sitemap."""
    return sorted(listed, key=lambda each: each.day, reverse=True)


def _same_site(url: str, sitemap: str) -> bool:
    try:
        return _host(url) == _host(sitemap)
    except ValueError:
        return False


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
