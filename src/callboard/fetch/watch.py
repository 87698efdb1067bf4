"""One round of watching: the feeds that are due are asked, and what they list anew is fetched."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from callboard.errors import FetchError
from callboard.fetch.addresses import Place
from callboard.fetch.feed import read_feed
from callboard.fetch.fetcher import Fetched, Request
from callboard.fetch.fetching import Fetching
from callboard.fetch.pace import LONGEST_H, backoff_h, interval_h, learn
from callboard.fetch.store import FeedStore, Followed, Listed

TRIES = 5  # at an article whose host fails or is busy
_AGAIN_H = 0.5  # before the second try; doubled each time

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a feed gave."""

    feed: Followed  # as it stood before
    new: int = 0  # articles
    error: str = ""  # why it could not be read; "": it could
    due: dt.datetime | None = None  # when it is tried again after an error


def look_at_feeds(store: FeedStore, fetching: Fetching, now: Clock) -> Iterator[Look]:
    """A look at each feed that is due, in the order in which they answer; what came of it is stored."""
    feeds = {feed.url: feed for feed in store.feeds(due_by=now())}
    requests = (Request(url=feed.url, etag=feed.etag, modified=feed.modified) for feed in feeds.values())
    for request, found in fetching.fetch_all(requests):
        feed = feeds[request.url]
        try:
            if isinstance(found, FetchError):
                raise found
            new = _take(store, feed, found, now(), fetching.policy.places)
        except FetchError as error:
            error_text = str(error).removeprefix(f"{feed.url}: ")
            hours = LONGEST_H if error.gone else max(backoff_h(feed.pace, feed.failures), (error.again_s or 0) / 3600)
            due = now() + dt.timedelta(hours=hours)
            store.failed(feed, error_text, due=due)
            yield Look(feed, error=error_text, due=due)
        else:
            yield Look(feed, new)


def _take(store: FeedStore, feed: Followed, found: Fetched, now: dt.datetime, places: frozenset[Place]) -> int:
    links: tuple[str, ...] = ()
    title = feed.title
    if not found.unchanged:
        read = read_feed(found.body, found.url, places)
        links, title = read.links, read.title or feed.title
    new = store.unknown(links)
    pace = feed.pace
    if feed.succeeded is not None:  # what a feed lists at the first look came over days or weeks
        pace = learn(pace, news=len(new), hours=(now - feed.succeeded) / dt.timedelta(hours=1))
    due = now + dt.timedelta(hours=interval_h(pace))
    store.succeeded(
        feed, links, title=title, etag=found.etag, modified=found.modified, now=now, due=due, pace=pace
    )  # fmt: skip
    return len(new)


def fetch_pages(store: FeedStore, fetching: Fetching, now: Clock) -> Iterator[tuple[Request, Fetched | FetchError]]:
    """
    The articles that are due, as they come.

    An article is noted as done when the next one is asked for: until then it counts as not taken in, so that a stop in
    between loses nothing.
    """
    pages = {page.url: page for page in _by_turns(store.pages(due_by=now()))}
    for request, found in fetching.fetch_all(Request(url=url) for url in pages):
        yield request, found
        tries = pages[request.url].tries + 1
        if isinstance(found, FetchError) and found.again_s is not None and tries < TRIES:
            wait = max(dt.timedelta(hours=_AGAIN_H * 2**tries / 2), dt.timedelta(seconds=found.again_s))
            store.again(request.url, due=now() + wait)
        else:
            store.done(request.url)


def _by_turns(pages: list[Listed]) -> Iterator[Listed]:
    """One article of each host, then the next of each, so that no host keeps the others waiting."""
    hosts: defaultdict[str, list[Listed]] = defaultdict(list)
    for page in pages:
        hosts[urlsplit(page.url).hostname or ""].append(page)
    while hosts:
        for host in list(hosts):
            yield hosts[host].pop(0)
            if not hosts[host]:
                del hosts[host]
