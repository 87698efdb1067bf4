"""
Which feeds are followed, what they did, and which of their articles are still to be fetched.

A small SQLite file beside the ledger: it is a work list, not a record. What was said stands in the ledger, and a lost
file costs some requests.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callboard.errors import FetchError
from callboard.fetch.pace import Pace
from callboard.sidecar import Sidecar, from_us, to_us

_TABLES = """
CREATE TABLE feeds (
    url TEXT PRIMARY KEY,
    title TEXT NOT NULL DEFAULT '',
    etag TEXT,
    modified TEXT,
    due_us INTEGER NOT NULL DEFAULT 0,
    succeeded_us INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    news REAL NOT NULL DEFAULT 0,
    hours REAL NOT NULL DEFAULT 0
);
CREATE TABLE pages (
    url TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    listed_us INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due_us INTEGER
);
CREATE INDEX pages_by_due ON pages (due_us) WHERE due_us IS NOT NULL;
"""
_KEEP_PAGES = dt.timedelta(90)  # after a feed listed them last; no feed lists an older one anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One feed as it stands."""

    url: str
    title: str  # "": never read
    etag: str | None
    modified: str | None
    due: dt.datetime
    succeeded: dt.datetime | None  # None: never
    failures: int  # since then
    error: str  # of the last one; "": the last look succeeded
    pace: Pace


@dataclass(frozen=True, slots=True)
class Listed:
    """One article that a feed listed and that is still to be fetched."""

    url: str
    feed: str
    tries: int


class FeedStore(Sidecar):
    """The open work list. One process may watch while others look or change the list of feeds."""

    VERSION = 1
    TABLES = _TABLES
    WHAT = "the list of feeds"
    WORK = "watches these feeds"
    Error = FetchError

    def add(self, url: str, title: str = "") -> bool:
        """Whether the feed was not followed before; it is due at once."""
        with self._writing():
            return self._db.execute("INSERT OR IGNORE INTO feeds (url, title) VALUES (?, ?)", (url, title)).rowcount > 0

    def remove(self, url: str) -> bool:
        """Whether the feed was followed; what it listed and was not fetched yet is dropped."""
        with self._writing():
            self._db.execute("DELETE FROM pages WHERE feed = ?", (url,))
            return self._db.execute("DELETE FROM feeds WHERE url = ?", (url,)).rowcount > 0

    def feeds(self, due_by: dt.datetime | None = None) -> list[Followed]:
        """Every feed, or those due by an instant, the longest due first."""
        limit = 2**62 if due_by is None else to_us(due_by)
        with self._explained():
            rows = self._db.execute("SELECT * FROM feeds WHERE due_us <= ? ORDER BY due_us, url", (limit,)).fetchall()
        return [_followed(row) for row in rows]

    def succeeded(
        self,
        feed: Followed,
        links: Sequence[str],
        *,
        title: str,
        etag: str | None,
        modified: str | None,
        now: dt.datetime,
        due: dt.datetime,
        pace: Pace,
    ) -> None:
        """Notes that a feed was read; those of its links that are new are to be fetched."""
        with self._writing():
            self._db.execute(
                "UPDATE feeds SET title = ?, etag = ?, modified = ?, due_us = ?, succeeded_us = ?, failures = 0, "
                "error = '', news = ?, hours = ? WHERE url = ?",
                (title, etag, modified, to_us(due), to_us(now), pace.news, pace.hours, feed.url),
            )
            self._db.executemany(
                "INSERT INTO pages (url, feed, listed_us, due_us) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET listed_us = excluded.listed_us",
                [(link, feed.url, to_us(now), to_us(now)) for link in links],
            )
            self._db.execute("DELETE FROM pages WHERE listed_us < ? AND due_us IS NULL", (to_us(now - _KEEP_PAGES),))

    def failed(self, feed: Followed, error: str, *, due: dt.datetime) -> None:
        """Notes that a feed could not be read, and when to try again."""
        with self._writing():
            self._db.execute(
                "UPDATE feeds SET due_us = ?, failures = failures + 1, error = ? WHERE url = ?",
                (to_us(due), error, feed.url),
            )

    def unknown(self, links: Iterable[str]) -> list[str]:
        """Those of the links that no feed has listed yet."""
        with self._explained():
            known = "SELECT 1 FROM pages WHERE url = ?"
            return [link for link in links if self._db.execute(known, (link,)).fetchone() is None]

    def pages(self, due_by: dt.datetime) -> list[Listed]:
        """The articles to be fetched by an instant, as they were listed."""
        query = "SELECT url, feed, tries FROM pages WHERE due_us <= ? ORDER BY due_us, rowid"
        with self._explained():
            return [Listed(*row) for row in self._db.execute(query, (to_us(due_by),))]

    def done(self, url: str) -> None:
        """Notes that an article needs no more fetching."""
        with self._writing():
            self._db.execute("UPDATE pages SET due_us = NULL WHERE url = ?", (url,))

    def again(self, url: str, *, due: dt.datetime) -> None:
        """Notes that an article could not be fetched, and when to try again."""
        with self._writing():
            self._db.execute("UPDATE pages SET tries = tries + 1, due_us = ? WHERE url = ?", (to_us(due), url))

    def next_due(self) -> dt.datetime | None:
        """When the next feed or article is due; None where there are none."""
        query = "SELECT MIN(due_us) FROM (SELECT due_us FROM feeds UNION ALL SELECT due_us FROM pages)"
        with self._explained():
            due = self._db.execute(query).fetchone()[0]
        return None if due is None else from_us(due)


def _followed(row: sqlite3.Row) -> Followed:
    return Followed(
        url=row["url"],
        title=row["title"],
        etag=row["etag"],
        modified=row["modified"],
        due=from_us(row["due_us"]),
        succeeded=None if row["succeeded_us"] is None else from_us(row["succeeded_us"]),
        failures=row["failures"],
        error=row["error"],
        pace=Pace(row["news"], row["hours"]),
    )
