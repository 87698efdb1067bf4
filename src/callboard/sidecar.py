"""
A small SQLite file beside the ledger: a work list of one part, of which the record knows nothing.

What every such file needs stands here: it is made where there is none, refused where it is of a newer version, read where
nothing may be written, changed in transactions, and worked off by one process at a time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from callboard.errors import CallboardError

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Sidecar:
    """The open file. A part derives from it, and says what its file holds."""

    VERSION: ClassVar[int]  # of the tables
    TABLES: ClassVar[str]  # statements that make them, each ending with a semicolon and a new line
    WHAT: ClassVar[str]  # "the list of feeds"
    WORK: ClassVar[str]  # what one process at a time does: "watches these feeds"
    Error: ClassVar[type[CallboardError]]

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """
        The file at a path, made where there is none; with `read_only` nothing is made, and none is an empty one.

        Raises:
            CallboardError: It cannot be opened, or is of a newer version; of the class `Error`.
        """
        with cls._explained_at(path):
            if not read_only:
                path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(_uri(path, read_only), uri=True, timeout=10.0, isolation_level=None)
            db.row_factory = sqlite3.Row
            try:
                db.execute("PRAGMA synchronous=FULL")  # what is noted before a step must be so after a power cut, too
                db.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version > cls.VERSION:
                    raise cls.Error(f"{path}: of a newer callboard (version {version}); upgrade callboard")
                if version == 0:
                    for statement in cls.TABLES.split(";\n"):
                        db.execute(statement)
                    db.execute(f"PRAGMA user_version = {cls.VERSION}")
                db.execute("COMMIT")
            except BaseException:
                db.close()
                raise
        return cls(db, path)

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """
        Holds the place of the one process that works the list off; it is given back even by one that is killed.

        Raises:
            CallboardError: Another process does; of the class `Error`.
        """
        # A lock of SQLite, because it is the same on every system.
        lock = sqlite3.connect(self.path.with_suffix(".lock"), timeout=0.0, isolation_level=None)
        try:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise self.Error(f"{self.path}: another callboard {self.WORK}; stop it, or wait") from error
            yield
        finally:
            lock.close()

    def close(self) -> None:
        """Ends the use of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _explained(self) -> contextlib.AbstractContextManager[None]:
        """What SQLite and the disk refuse becomes an error that says what to do."""
        return self._explained_at(self.path)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing."""
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @classmethod
    @contextlib.contextmanager
    def _explained_at(cls, path: Path) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise cls.Error(f"{path}: {cls.WHAT} cannot be used ({error}); check its folder and the disk") from error


def to_us(when: dt.datetime) -> int:
    """An instant as the files keep it: microseconds since 1970."""
    return (when - _EPOCH) // dt.timedelta(microseconds=1)


def from_us(us: int) -> dt.datetime:
    """The instant, UTC."""
    return _EPOCH + dt.timedelta(microseconds=us)


def _uri(path: Path, read_only: bool) -> str:
    """
    What SQLite opens: the file; to read, an empty list in memory where there is none.

    Not `mode=ro`, which could not take back what a killed process left half done; where nobody may write, `rw` reads, too.
    """
    if not read_only:
        return path.absolute().as_uri()
    return f"{path.absolute().as_uri()}?mode=rw" if path.exists() and path.stat().st_size else ":memory:"
