"""
What was worked out before of a large ledger: the records of its voices, what each report moved, the board's rows, its pages.

A small SQLite file beside the ledger, which may be deleted at any time: it is filled again. All of it is derived; it holds
for one edition (this code, its learned numbers, the catalogue), and is emptied by another one: whoever still is of the old
one then finds nothing in it. One process fills it, any number of others read it and ask for what they miss.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from callboard.errors import LedgerError
from callboard.model import Effect, Judgement, Report, content_hash
from callboard.sidecar import Sidecar

if TYPE_CHECKING:
    from callboard.judge.record import Record

_TABLES = """
CREATE TABLE edition (name TEXT NOT NULL);
CREATE TABLE records (as_of TEXT PRIMARY KEY, stamp TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE effects (key TEXT PRIMARY KEY, as_of TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE rows (name TEXT PRIMARY KEY, stamp TEXT NOT NULL, done INTEGER NOT NULL, total INTEGER NOT NULL, value BLOB NOT NULL);
CREATE TABLE pages (tag TEXT PRIMARY KEY, is_whole INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE wanted (what TEXT PRIMARY KEY);
"""
_EMPTIED = ("records", "effects", "rows", "pages", "wanted")
_RATE_MOVED = 0.01
_LONGEST = 2000  # characters of what may be asked for
_OF_EDITION = "AND EXISTS (SELECT 1 FROM edition WHERE name = ?)"
_FOUND_AT_ONCE = 40  # reports on a title of which it takes so little to say what each moved that nobody need wait


class KeptRows(NamedTuple):
    """Rows of a board that were judged so far."""

    stamp: str  # changes whenever the rows do
    done: int  # productions judged
    total: int  # productions there are
    text: str  # JSON


class _File(Sidecar):
    VERSION = 1
    TABLES = _TABLES
    WHAT = "the file of prepared pages"
    WORK = "prepares the pages of this ledger"
    Error = LedgerError

    def ask(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first row."""
        with self._explained():
            row: sqlite3.Row | None = self._db.execute(query, values).fetchone()
            return row

    def change(self, edition: str, *statements: tuple[str, tuple[object, ...]]) -> None:
        """All statements in one transaction; `LedgerError` where the file is of another edition meanwhile."""
        with self._writing():
            if not self._is_of(edition):
                raise LedgerError(f"{self.path}: another version or catalogue has it; start the older `serve` again")
            for statement, values in statements:
                self._db.execute(statement, values)

    def claim(self, edition: str) -> None:
        """Empty it, unless it is of this edition already."""
        with self._writing():
            if not self._is_of(edition):
                for table in (*_EMPTIED, "edition"):
                    self._db.execute(f"DELETE FROM {table}")
                self._db.execute("INSERT INTO edition VALUES (?)", (edition,))

    def _is_of(self, edition: str) -> bool:
        found = self._db.execute("SELECT name FROM edition").fetchone()
        return found is not None and found["name"] == edition

    def hurry(self) -> None:
        """Do without what makes a file safe from a power cut: what that takes is worked out again."""
        with self._explained():
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=OFF")
            self._db.execute("PRAGMA secure_delete=ON")  # pages quote what is forgotten


class Kept:
    """The open file; threads may share it."""

    def __init__(self, path: Path, edition: str) -> None:
        """
        Args:
            path: The file; it is made where there is none.
            edition: What all that is kept hangs on, beside the ledger; see `edition_of`.

        Raises:
            LedgerError: The file cannot be opened or written.
        """
        self.path = path
        self._edition = edition
        self._threads = threading.local()
        self._records: tuple[dt.date, str, Mapping[str, Record]] | None = None
        self._file.claim(edition)

    @property
    def _file(self) -> _File:
        """This thread's own connection."""
        file: _File | None = getattr(self._threads, "file", None)
        if file is None:
            file = self._threads.file = _File.open(self.path)
            file.hurry()
        return file

    def working(self) -> AbstractContextManager[None]:
        """Holds the place of the one process that fills the file; raises `LedgerError` where another one does."""
        return self._file.working()

    def claim(self) -> None:
        """Empty the file where another edition had it meanwhile."""
        self._file.claim(self._edition)

    def _ask(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first row that meets the conditions of a query; None where the file is of another edition."""
        return self._file.ask(f"{query} {_OF_EDITION}", *values, self._edition)

    def _change(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        self._file.change(self._edition, *statements)

    def records_stamp(self, as_of: dt.date) -> str:
        """What changes whenever `records` does; "" where there are none yet."""
        row = self._ask("SELECT stamp FROM records WHERE as_of = ?", as_of.isoformat())
        return str(row["stamp"]) if row else ""

    def records(self, as_of: dt.date) -> Mapping[str, Record]:
        """The records that were worked out for a day; none where that was not done yet: each voice is then as its kind."""
        from callboard.judge.record import Record

        stamp, last = self.records_stamp(as_of), self._records
        if last is not None and last[:2] == (as_of, stamp):
            return last[2]
        row = self._ask("SELECT value FROM records WHERE as_of = ?", as_of.isoformat()) if stamp else None
        found = {each[0]: Record(*each) for each in json.loads(row["value"])} if row else {}
        self._records = (as_of, stamp, found)
        return found

    def keep_records(self, as_of: dt.date, records: Mapping[str, Record]) -> bool:
        """
        Whether the records were kept: not where no rate moved by a hundredth of itself since those that are.

        So that one more article does not make everything that was judged a little different, and to be judged again.
        """
        old = self.records(as_of)
        if self.records_stamp(as_of) and old.keys() == records.keys():
            moved = (abs(old[name].rate - record.rate) / old[name].rate for name, record in records.items())
            if max(moved, default=0.0) < _RATE_MOVED:
                return False
        value = json.dumps([dataclasses.astuple(record) for _, record in sorted(records.items())])
        row = (as_of.isoformat(), content_hash(value), value)
        self._change(("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", row))
        return True

    def judge_with_effects(
        self,
        ask: Callable[[bool], Judgement],
        told: Sequence[Report],
        as_of: dt.date,
        depends: str,
        *,
        late: bool,
    ) -> tuple[Judgement, bool]:
        """
        A judgement with what each report moved, from what is kept where that was worked out before; and whether it has that.

        Args:
            ask: Judges, with effects or without.
            told: What it judges by.
            as_of: The day of the judgement.
            depends: What the effects hang on beside those.
            late: Whether effects that take long may be missing.
        """
        parts = [f"{report.id} {report.verdict} {report.origin}" for report in told]
        key = content_hash(as_of.isoformat(), depends, *parts)
        row = self._ask("SELECT value FROM effects WHERE key = ?", key)
        if row is not None:
            kept = tuple(Effect(told[place], shift, days) for place, shift, days in json.loads(row["value"]))
            return dataclasses.replace(ask(False), effects=kept), True
        if late and len(told) > _FOUND_AT_ONCE:
            return ask(False), False
        judgement = ask(True)
        places = {id(report): place for place, report in enumerate(told)}
        value = [(places[id(e.report)], e.stage_shift, e.release_shift_days) for e in judgement.effects]
        row_ = (key, as_of.isoformat(), json.dumps(value))
        with contextlib.suppress(LedgerError):  # what cannot be kept is answered all the same
            self._change(("INSERT OR REPLACE INTO effects VALUES (?, ?, ?)", row_))
        return judgement, True

    def rows_stamp(self, as_of: dt.date, *, quiet: bool) -> str:
        """What changes whenever `rows` does; "" where there are none yet."""
        row = self._ask("SELECT stamp FROM rows WHERE name = ?", f"{as_of} {quiet}")
        return str(row["stamp"]) if row else ""

    def rows(self, as_of: dt.date, *, quiet: bool) -> KeptRows | None:
        """The rows of a board; None where none was judged yet."""
        row = self._ask("SELECT stamp, done, total, value FROM rows WHERE name = ?", f"{as_of} {quiet}")
        return (
            KeptRows(row["stamp"], row["done"], row["total"], zlib.decompress(row["value"]).decode()) if row else None
        )

    def keep_rows(self, as_of: dt.date, rows: KeptRows, *, quiet: bool) -> None:
        """In place of those that were kept of that day."""
        packed = zlib.compress(rows.text.encode(), 1)
        row = (f"{as_of} {quiet}", rows.stamp, rows.done, rows.total, packed)
        self._change(("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)", row))

    def page(self, tag: str) -> tuple[str, bool] | None:
        """A page by its tag, and whether it is whole, with what each report moved; None: it is not kept."""
        row = self._ask("SELECT body, is_whole FROM pages WHERE tag = ?", tag)
        return (zlib.decompress(row["body"]).decode(), bool(row["is_whole"])) if row else None

    def keep_page(self, tag: str, body: str, *, is_whole: bool) -> None:
        """Keep a page, in place of one that was not whole."""
        packed = zlib.compress(body.encode(), 1)
        self._change(("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", (tag, is_whole, packed)))

    def want(self, what: str) -> None:
        """Ask for something before all else."""
        with contextlib.suppress(LedgerError):  # a wish that cannot be written down is no reason to answer nothing
            self._change(("INSERT OR IGNORE INTO wanted VALUES (?)", (what[:_LONGEST],)))

    def take_wanted(self) -> str | None:
        """One thing that was asked for, and is asked for no more; None: nothing is."""
        row = self._ask("SELECT what FROM wanted WHERE rowid = (SELECT min(rowid) FROM wanted)")
        if row is None:
            return None
        self._change(("DELETE FROM wanted WHERE what = ?", (row["what"],)))
        return str(row["what"])

    def forget_before(self, as_of: dt.date) -> None:
        """Leave out the pages of a ledger that has grown since, and all that is of other days."""
        day = as_of.isoformat()
        self._change(
            ("DELETE FROM pages", ()),
            ("DELETE FROM effects WHERE as_of <> ?", (day,)),
            ("DELETE FROM records WHERE as_of <> ?", (day,)),
            ("DELETE FROM rows WHERE name NOT LIKE ?", (f"{day} %",)),
        )


def edition_of(*parts: str) -> str:
    """What changes with this code, its learned numbers, the tables that come along, and the parts."""
    digest = hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=12)
    home = Path(__file__).parent
    for folder in (home, home / "judge", home / "show", home / "record", home / "catalogue"):
        for path in sorted(folder.rglob("*") if folder != home else folder.glob("*.py")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()
