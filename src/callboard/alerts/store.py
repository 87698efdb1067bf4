"""
What is followed, and the outbox: every alert with what became of it at each service.

A small SQLite file beside the ledger. An alert and its deliveries are written in one transaction before anything is sent,
and each step of a delivery is written before the next one, so that a process which is killed anywhere tells nothing twice:

    queued -> sending -> sent
      ^          |
      +- failed -+-> given up, after three days
                 +-> unsure: callboard was killed while it was sending; sent again only when asked for
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from callboard.alerts.follows import Follow, Kind
from callboard.errors import AlertError
from callboard.sidecar import Sidecar, from_us, to_us

_TABLES = """
CREATE TABLE follows (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    season INTEGER,
    query TEXT NOT NULL DEFAULT '',
    only_json TEXT NOT NULL DEFAULT '[]',
    least REAL NOT NULL DEFAULT 0,
    daily INTEGER NOT NULL DEFAULT 0,
    added_us INTEGER NOT NULL,
    looked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE alerts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    news TEXT NOT NULL,
    day TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    because TEXT NOT NULL,
    decided_us INTEGER NOT NULL,
    quiet TEXT NOT NULL DEFAULT ''
);
CREATE INDEX alerts_by_news ON alerts (news, day);
CREATE TABLE deliveries (
    alert INTEGER NOT NULL REFERENCES alerts (number),
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    daily INTEGER NOT NULL DEFAULT 0,
    due_us INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    changed_us INTEGER NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (alert, service)
);
CREATE INDEX deliveries_by_due ON deliveries (due_us) WHERE state = 'queued';
"""
_SAME_DAYS = 180  # a change may settle on a later day than it was told; the same one a year later is another


class State(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    FAILED = "given up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An alert that was decided on and is not written yet."""

    news: str  # id of what it tells
    day: dt.date
    title: str
    body: str
    because: str  # for what it is told: "you follow the title Luke Cage"
    daily: bool = False
    quiet: str = ""  # why it is not sent; "": it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An alert on its way to one service."""

    alert: int
    service: str
    state: State
    daily: bool
    due: dt.datetime
    tries: int
    changed: dt.datetime
    error: str  # of the last try, without anything secret; "": none
    title: str
    body: str
    decided: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An alert with what became of it."""

    number: int
    news: str
    day: dt.date
    title: str
    body: str
    because: str
    quiet: str
    decided: dt.datetime
    deliveries: tuple[Delivery, ...]


class AlertStore(Sidecar):
    """The open file of follows and alerts. One process may run alerts while others look, follow and test."""

    VERSION = 1
    TABLES = _TABLES
    WHAT = "the list of alerts"
    WORK = "sends these alerts"
    Error = AlertError

    def follow(
        self,
        kind: Kind,
        name: str,
        *,
        season: int | None = None,
        query: str = "",
        only: Sequence[str] = (),
        least: float = 0.0,
        daily: bool = False,
        now: dt.datetime,
    ) -> Follow:
        """What is followed from now on; the same again changes how it is told, and not since when."""
        with self._writing():
            same = "kind = ? AND name = ? COLLATE NOCASE AND season IS ? AND query = ?"
            old = self._db.execute(
                f"SELECT number FROM follows WHERE {same}", (str(kind), name, season, query)
            ).fetchone()
            how = (json.dumps(list(only)), least, int(daily))
            if old is None:
                number = self._db.execute(
                    "INSERT INTO follows (only_json, least, daily, kind, name, season, query, added_us)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (*how, str(kind), name, season, query, to_us(now)),
                ).lastrowid
            else:
                number = old["number"]
                self._db.execute(
                    "UPDATE follows SET only_json = ?, least = ?, daily = ? WHERE number = ?", (*how, number)
                )
            row = self._db.execute("SELECT * FROM follows WHERE number = ?", (number,)).fetchone()
        return _follow(row)

    def unfollow(self, number: int) -> bool:
        """Whether it was followed."""
        with self._writing():
            return self._db.execute("DELETE FROM follows WHERE number = ?", (number,)).rowcount > 0

    def follows(self, *, unlooked: bool = False) -> list[Follow]:
        """All that is followed, or what was never looked at yet, in the order in which it was added."""
        where = "WHERE looked = 0" if unlooked else ""
        with self._explained():
            return [_follow(row) for row in self._db.execute(f"SELECT * FROM follows {where} ORDER BY number")]

    def knows(self, news: str, day: dt.date) -> bool:
        """Whether a piece of news of about that day was decided on before."""
        with self._explained():
            return self._known(news, day)

    def decide(
        self,
        drafts: Sequence[Draft],
        services: Sequence[str],
        *,
        now: dt.datetime,
        digest_due: dt.datetime,
        looked: Sequence[Follow] = (),
        state: State = State.QUEUED,
    ) -> list[int]:
        """
        The numbers of those alerts that are new, written with a delivery to each service, all in one transaction.

        Args:
            drafts: Those of which nothing was decided before are written.
            services: To whom what is not quiet goes.
            now: When this was decided.
            digest_due: When the daily ones are due.
            looked: Follows that have been looked at with this.
            state: SENDING, where the caller sends at once by itself.
        """
        made: list[int] = []
        with self._writing():
            for draft in drafts:
                if self._known(draft.news, draft.day):
                    continue
                number = self._db.execute(
                    "INSERT INTO alerts (news, day, title, body, because, decided_us, quiet) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        draft.news,
                        draft.day.isoformat(),
                        draft.title,
                        draft.body,
                        draft.because,
                        to_us(now),
                        draft.quiet,
                    ),
                ).lastrowid
                assert number is not None
                made.append(number)
                due = to_us(digest_due if draft.daily else now)
                self._db.executemany(
                    "INSERT INTO deliveries (alert, service, state, daily, due_us, changed_us) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (number, service, str(state), int(draft.daily), due, to_us(now))
                        for service in ([] if draft.quiet else services)
                    ],
                )
            self._db.executemany("UPDATE follows SET looked = 1 WHERE number = ?", [(f.number,) for f in looked])
        return made

    def due(self, by: dt.datetime) -> list[Delivery]:
        """What is to be sent by an instant, oldest first."""
        return self._deliveries("state = 'queued' AND due_us <= ?", to_us(by))

    def next_due(self) -> dt.datetime | None:
        """When the next delivery is due; None where there is none."""
        with self._explained():
            due = self._db.execute("SELECT MIN(due_us) FROM deliveries WHERE state = 'queued'").fetchone()[0]
        return None if due is None else from_us(due)

    def delivery(self, alert: int, service: str) -> Delivery:
        """One delivery as it stands."""
        (found,) = self._deliveries("alert = ? AND service = ?", alert, service)
        return found

    def mark(
        self,
        deliveries: Sequence[Delivery],
        state: State,
        *,
        now: dt.datetime,
        error: str = "",
        due: dt.datetime | None = None,
    ) -> None:
        """Notes what became of deliveries, all in one transaction; `due` is when they are tried again."""
        tried = int(state is State.SENDING)
        with self._writing():
            self._db.executemany(
                "UPDATE deliveries SET state = ?, error = ?, changed_us = ?, due_us = ifnull(?, due_us), tries = tries + ?"
                " WHERE alert = ? AND service = ?",
                [
                    (
                        str(state),
                        error,
                        to_us(now),
                        None if due is None else to_us(due),
                        tried,
                        each.alert,
                        each.service,
                    )
                    for each in deliveries
                ],
            )

    def recover(self, now: dt.datetime) -> list[Delivery]:
        """Deliveries that a killed process was sending: whether they arrived cannot be known, so they are not sent again."""
        found = self._deliveries("state = 'sending'")
        self.mark(found, State.UNSURE, now=now, error="callboard was stopped while it was sending this")
        return found

    def retry(self, alerts: Sequence[int] | None, now: dt.datetime) -> int:
        """How many deliveries that were given up or unsure are queued again; None: all of them."""
        found = self._deliveries("state IN ('unsure', 'given up')")
        found = [each for each in found if alerts is None or each.alert in alerts]
        with self._writing():
            self._db.executemany(
                "UPDATE deliveries SET state = 'queued', tries = 0, due_us = ?, changed_us = ? WHERE alert = ? AND service = ?",
                [(to_us(now), to_us(now), each.alert, each.service) for each in found],
            )
        return len(found)

    def log(self, *, limit: int, quiet: bool = False) -> list[Logged]:
        """The newest alerts first; with `quiet` those, too, that were not sent, with the reason."""
        where = "" if quiet else "WHERE quiet = ''"
        with self._explained():
            rows = self._db.execute(f"SELECT * FROM alerts {where} ORDER BY number DESC LIMIT ?", (limit,)).fetchall()
        return [
            Logged(
                number=row["number"],
                news=row["news"],
                day=dt.date.fromisoformat(row["day"]),
                title=row["title"],
                body=row["body"],
                because=row["because"],
                quiet=row["quiet"],
                decided=from_us(row["decided_us"]),
                deliveries=tuple(self._deliveries("alert = ?", row["number"])),
            )
            for row in rows
        ]

    def _known(self, news: str, day: dt.date) -> bool:
        near = [(day + dt.timedelta(step)).isoformat() for step in (-_SAME_DAYS, _SAME_DAYS)]
        query = "SELECT 1 FROM alerts WHERE news = ? AND day BETWEEN ? AND ?"
        return self._db.execute(query, (news, *near)).fetchone() is not None

    def _deliveries(self, where: str, *values: object) -> list[Delivery]:
        query = (
            "SELECT d.*, a.title, a.body, a.decided_us FROM deliveries d JOIN alerts a ON a.number = d.alert"
            f" WHERE {where} ORDER BY d.alert, d.service"
        )
        with self._explained():
            return [_delivery(row) for row in self._db.execute(query, values)]


def _follow(row: sqlite3.Row) -> Follow:
    return Follow(
        number=row["number"],
        kind=Kind(row["kind"]),
        name=row["name"],
        season=row["season"],
        query=row["query"],
        only=tuple(json.loads(row["only_json"])),
        least=row["least"],
        daily=bool(row["daily"]),
        added=from_us(row["added_us"]),
    )


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        alert=row["alert"],
        service=row["service"],
        state=State(row["state"]),
        daily=bool(row["daily"]),
        due=from_us(row["due_us"]),
        tries=row["tries"],
        changed=from_us(row["changed_us"]),
        error=row["error"],
        title=row["title"],
        body=row["body"],
        decided=from_us(row["decided_us"]),
    )
