"""
Which feeds are followed, what they did, and which of their articles are still to be fetched.

A small SQLite file beside the ledger: it is a work list, not a record. What was said stands in the ledger, and a lost
file costs some requests.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from callboard.errors import FetchError
from callboard.fetch.pace import Pace

_SCHEMA = 1
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
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
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


class FeedStore:
    """The open work list. One process may watch while others look or change the list of feeds."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """
        The work list at a path, made where there is none; with `read_only` nothing is made, and none is an empty one.

        Raises:
            FetchError: It cannot be opened, or is of a newer version.
        """
        with _explained(path):
            if not read_only:
                path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(_uri(path, read_only), uri=True, timeout=10.0, isolation_level=None)
            db.row_factory = sqlite3.Row
            try:
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version > _SCHEMA:
                    raise FetchError(f"{path}: of a newer callboard (version {version}); upgrade callboard")
                if version == 0:
                    db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_SCHEMA}; COMMIT;")
            except BaseException:
                db.close()
                raise
        return cls(db, path)

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
        limit = 2**62 if due_by is None else _us(due_by)
        with _explained(self.path):
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
                (title, etag, modified, _us(due), _us(now), pace.news, pace.hours, feed.url),
            )
            self._db.executemany(
                "INSERT INTO pages (url, feed, listed_us, due_us) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET listed_us = excluded.listed_us",
                [(link, feed.url, _us(now), _us(now)) for link in links],
            )
            self._db.execute("DELETE FROM pages WHERE listed_us < ? AND due_us IS NULL", (_us(now - _KEEP_PAGES),))

    def failed(self, feed: Followed, error: str, *, due: dt.datetime) -> None:
        """Notes that a feed could not be read, and when to try again."""
        with self._writing():
            self._db.execute(
                "UPDATE feeds SET due_us = ?, failures = failures + 1, error = ? WHERE url = ?",
                (_us(due), error, feed.url),
            )

    def unknown(self, links: Iterable[str]) -> list[str]:
        """Those of the links that no feed has listed yet."""
        with _explained(self.path):
            known = "SELECT 1 FROM pages WHERE url = ?"
            return [link for link in links if self._db.execute(known, (link,)).fetchone() is None]

    def pages(self, due_by: dt.datetime) -> list[Listed]:
        """The articles to be fetched by an instant, as they were listed."""
        query = "SELECT url, feed, tries FROM pages WHERE due_us <= ? ORDER BY due_us, rowid"
        with _explained(self.path):
            return [Listed(*row) for row in self._db.execute(query, (_us(due_by),))]

    def done(self, url: str) -> None:
        """Notes that an article needs no more fetching."""
        with self._writing():
            self._db.execute("UPDATE pages SET due_us = NULL WHERE url = ?", (url,))

    def again(self, url: str, *, due: dt.datetime) -> None:
        """Notes that an article could not be fetched, and when to try again."""
        with self._writing():
            self._db.execute("UPDATE pages SET tries = tries + 1, due_us = ? WHERE url = ?", (_us(due), url))

    def next_due(self) -> dt.datetime | None:
        """When the next feed or article is due; None where there are none."""
        query = "SELECT MIN(due_us) FROM (SELECT due_us FROM feeds UNION ALL SELECT due_us FROM pages)"
        with _explained(self.path):
            due = self._db.execute(query).fetchone()[0]
        return None if due is None else _when(due)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """
        Holds the place of the one process that watches; it is given back even by one that is killed.

        Raises:
            FetchError: Another process watches these feeds.
        """
        # A lock of SQLite, because it is the same on every system.
        lock = sqlite3.connect(self.path.with_suffix(".lock"), timeout=0.0, isolation_level=None)
        try:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise FetchError(f"{self.path}: another callboard watches these feeds; stop it, or wait") from error
            yield
        finally:
            lock.close()

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        with _explained(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _uri(path: Path, read_only: bool) -> str:
    """
    What SQLite opens: the file; to read, an empty list in memory where there is none.

    Not `mode=ro`, which could not take back what a killed process left half done; where nobody may write, `rw` reads, too.
    """
    if not read_only:
        return path.absolute().as_uri()
    return f"{path.absolute().as_uri()}?mode=rw" if path.exists() and path.stat().st_size else ":memory:"


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise FetchError(
            f"{path}: the list of feeds cannot be used ({error}); check its folder and the disk"
        ) from error


def _followed(row: sqlite3.Row) -> Followed:
    return Followed(
        url=row["url"],
        title=row["title"],
        etag=row["etag"],
        modified=row["modified"],
        due=_when(row["due_us"]),
        succeeded=None if row["succeeded_us"] is None else _when(row["succeeded_us"]),
        failures=row["failures"],
        error=row["error"],
        pace=Pace(row["news"], row["hours"]),
    )


def _us(when: dt.datetime) -> int:
    return (when - _EPOCH) // dt.timedelta(microseconds=1)


def _when(us: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=us)
