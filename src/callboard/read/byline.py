"""
When a page was published, and how sure that is.

Our own reader takes JSON-LD, then ranked `<meta>` keys, then `<time>`, then a visible date line, then the address; htmldate
is the second opinion. Where both agree 95 % are right; ours alone is right in 92 % (ENGINEERING.md, section 1). The day is
the local one of the stamp's own zone: 40 % of wrong dates were a day off because of zones.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from callboard.read.days import find_day, is_plausible, is_utc
from callboard.read.head import PageHead, first_text
from callboard.when import When

_META_KEYS = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "article.published",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "originalpublicationdate",
    "publication_date",
    "publish_date",
    "publish-date",
    "publishdate",
    "published_date",
    "pubdate",
    "pub_date",
    "cxenseparse:recs:publishtime",
    "bt:pubdate",
    "rnews:datepublished",
    "article_date_original",
    "date",
)
_TIME_SELECTORS = (
    "time[itemprop~=datePublished], [itemprop~=datePublished]",
    "time[pubdate], time.published, time.entry-date, time.post-date, time.dt-published",
    "article header time, header time, article time, main time",
    "time",
)
_LINE_SELECTORS = (
    ".published, .publish-date, .pubdate, .post-date, .entry-date, .article-date, .date-published, .article__date, "
    ".dateline, .timestamp, .posted-on, .byline, .article-meta, .entry-meta, .post-meta, .meta-date, .date"
)
_NOT_PUBLISHED = re.compile(r"updat|modif|comment|related|sidebar|widget|footer", re.IGNORECASE)
_URL_DAY = re.compile(
    r"/(?P<year>(?:19|20)\d\d)[/-](?P<month>[01]?\d|[a-z]{3})[/-](?P<day>[0-3]?\d)(?=[/_.-]|$)", re.IGNORECASE
)
_URL_MONTH = re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>0[1-9]|1[0-2])(?=/)")

# The first is from ENGINEERING.md; the others are its precision of one reader, lowered for weaker places.
AGREED, STATED, WEAK, DISPUTED, MONTH_ONLY = 0.95, 0.92, 0.8, 0.6, 0.85


@dataclass(frozen=True, slots=True)
class Published:
    """When a page was published."""

    when: When | None
    confidence: float  # probability that `when` holds the true day


@dataclass(frozen=True, slots=True)
class _Stamp:
    """One date that a page gives."""

    day: dt.date
    utc: bool  # given in UTC: the newsroom's day may be the one before or after
    strong: bool  # meant for machines, as the date of publication


def find_published(
    html: str, tree: LexborHTMLParser, head: PageHead, url: str | None, line_day: dt.date | None, today: dt.date
) -> Published:
    """
    When the page was published.

    Args:
        html: The page, for the second opinion.
        tree: The same, parsed.
        head: What it says about itself.
        url: Its address; None: not known.
        line_day: The date of a byline that was dropped from the text; None: there was none.
        today: Later days (but tomorrow) are refused, as are days before 1990.
    """
    stamps = [stamp for stamp in _stamps(tree, head, url, line_day) if is_plausible(stamp.day, today)]
    day = _local_day(stamps[0], stamps[1:]) if stamps else None
    if day is not None and any(stamp.day == day for stamp in stamps[1:]):
        return Published(When.day(day), AGREED)  # the second opinion, which parses the page anew, would change nothing
    second = _second_opinion(html, url, today)
    if day is None:
        month = _url_month(url, today)
        if month is not None and (second is None or not month.contains(second)):
            return Published(month, MONTH_ONLY)
        if second is None:
            return Published(None, 0.0)
        # htmldate gives the first of the month where a page says the month only.
        return Published(When.parse(f"{second:%Y-%m}") if second.day == 1 else When.day(second), WEAK)
    first = stamps[0]
    if second == day:
        return Published(When.day(day), AGREED)
    if second is None:
        return Published(When.day(day), STATED if first.strong else WEAK)
    if abs((second - day).days) == 1:
        return Published(When.day(day), WEAK)
    return Published(When.day(day), WEAK if first.strong else DISPUTED)


def _local_day(first: _Stamp, others: list[_Stamp]) -> dt.date:
    """Of a stamp in UTC the day that the page shows elsewhere, where the two differ by one."""
    if first.utc:
        for other in others:
            if not other.utc and abs((other.day - first.day).days) == 1:
                return other.day
    return first.day


def _stamps(tree: LexborHTMLParser, head: PageHead, url: str | None, line_day: dt.date | None) -> Iterator[_Stamp]:
    """Every date of publication that the page gives, the most trustworthy first."""
    for source in (head.article, head.page):
        for key in ("datePublished", "dateCreated"):
            stamp = first_text(source.get(key))
            if stamp and (day := find_day(stamp)):
                yield _Stamp(day, is_utc(stamp), strong=True)
    for key in _META_KEYS:
        stamp = head.meta.get(key)
        if stamp and (day := find_day(stamp)):
            yield _Stamp(day, is_utc(stamp), strong=True)
    yield from _time_tags(tree)
    if line_day:
        yield _Stamp(line_day, False, strong=True)
    for node in tree.css(_LINE_SELECTORS)[:20]:
        label = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        text = node.text(deep=True, separator=" ")[:200]
        if not _NOT_PUBLISHED.search(label) and (day := find_day(text)):
            yield _Stamp(day, False, strong=False)
            break
    day = _url_day(url)
    if day:
        yield _Stamp(day, False, strong=True)


def _time_tags(tree: LexborHTMLParser) -> Iterator[_Stamp]:
    for selector in _TIME_SELECTORS:
        for node in tree.css(selector)[:20]:
            attributes = node.attributes
            label = " ".join(attributes.get(key) or "" for key in ("class", "id", "itemprop"))
            parent = node.parent
            around = f"{parent.attributes.get('class') or ''} {parent.attributes.get('id') or ''}" if parent else ""
            if _NOT_PUBLISHED.search(label.replace("datePublished", "")) or _NOT_PUBLISHED.search(around):
                continue
            shown = node.text(deep=True)[:200]
            stamp = attributes.get("datetime") or attributes.get("content") or shown
            day = find_day(stamp)
            if day:
                # What is shown is the newsroom's day even where the attribute is in UTC.
                local = find_day(shown) if is_utc(stamp) else None
                yield _Stamp(local or day, is_utc(stamp) and local is None, strong=True)
                return


def _url_day(url: str | None) -> dt.date | None:
    match = _URL_DAY.search(urlsplit(url).path) if url else None
    return (
        find_day(f"{match['day']} {match['month']} {match['year']}")
        if match and match["month"].isalpha()
        else (find_day(f"{match['year']}-{match['month']}-{match['day']}") if match else None)
    )


def _url_month(url: str | None, today: dt.date) -> When | None:
    match = _URL_MONTH.search(urlsplit(url).path) if url else None
    if match is None:
        return None
    month = When.parse(f"{match['year']}-{match['month']}")
    return month if is_plausible(month.first, today) else None


def _second_opinion(html: str, url: str | None, today: dt.date) -> dt.date | None:
    from htmldate import find_date

    try:
        found = find_date(html, extensive_search=False, original_date=True, url=url)
    except Exception:  # a second opinion may fail in any way of its libraries; the first stands without it
        return None
    day = find_day(found) if found else None
    return day if is_plausible(day, today) else None
