"""
The user's catalogue: one SQLite file of titles, names, ids, seasons and parts, each with the source that says so.

A title belongs to one source and is that source's own row, so no import can overwrite what another source says. Which
rows are one production is answered in `identity.py`, from the ids they share and from the entries people made; entries
are only ever added.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callboard.errors import CatalogueError

VERSION = 2  # of the schema, kept in SQLite's user_version
CACHE_KB = 131_072  # pages held in memory; with it 10,000,000 rows stay far below 1 GB

# Absent texts are '' and absent numbers -1 where a column is part of a key, since NULL equals nothing in SQL.
SCHEMA = """
CREATE TABLE title (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    ref TEXT NOT NULL,          -- the source's own id
    kind TEXT NOT NULL,         -- film, series, season, franchise
    form TEXT NOT NULL,         -- the source's own word for its kind
    name TEXT NOT NULL,
    year INTEGER,               -- of the first release
    until INTEGER,              -- year of the last one; NULL: goes on, or not known
    country TEXT,               -- ISO 3166
    platforms TEXT,             -- names, "; " between them
    seasons INTEGER,            -- how many, where the source gives a number only
    UNIQUE (source, ref)
);
CREATE TABLE name (
    title INTEGER NOT NULL REFERENCES title,
    dataset TEXT NOT NULL,
    name TEXT NOT NULL,
    what TEXT NOT NULL,         -- primary, original, alias, working
    region TEXT NOT NULL,
    language TEXT NOT NULL,
    key TEXT NOT NULL,          -- callboard.model.title_key of the name
    PRIMARY KEY (title, dataset, name, what, region, language)
) WITHOUT ROWID;
CREATE INDEX name_key ON name (key);
CREATE TABLE xid (              -- ids that other catalogues give the same production
    title INTEGER NOT NULL REFERENCES title,
    dataset TEXT NOT NULL,
    scheme TEXT NOT NULL,       -- a source, such as imdb
    value TEXT NOT NULL,
    PRIMARY KEY (title, dataset, scheme, value)
) WITHOUT ROWID;
CREATE INDEX xid_value ON xid (scheme, value);
CREATE TABLE season (
    title INTEGER NOT NULL REFERENCES title,
    dataset TEXT NOT NULL,
    number INTEGER NOT NULL,
    first TEXT NOT NULL,        -- day of the first release, EDTF
    last TEXT NOT NULL,
    episodes INTEGER NOT NULL,
    PRIMARY KEY (title, dataset, number, first, last, episodes)
) WITHOUT ROWID;
CREATE TABLE part (
    title INTEGER NOT NULL REFERENCES title,
    dataset TEXT NOT NULL,
    whole TEXT NOT NULL,        -- the source's own id of what it is part of
    season INTEGER NOT NULL,
    PRIMARY KEY (title, dataset, whole, season)
) WITHOUT ROWID;
CREATE INDEX part_whole ON part (whole);
CREATE TABLE entry (            -- what people decided
    id INTEGER PRIMARY KEY,
    made TEXT NOT NULL,         -- instant, UTC
    what TEXT NOT NULL CHECK (what IN ('link', 'merge', 'split')),
    one TEXT NOT NULL,          -- SOURCE:ID
    other TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> '')
);
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
CREATE TABLE imported (
    id INTEGER PRIMARY KEY,
    done TEXT NOT NULL,         -- instant, UTC
    file TEXT NOT NULL,
    format TEXT NOT NULL,
    source TEXT NOT NULL,
    dataset TEXT NOT NULL,
    rows INTEGER NOT NULL,
    new INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    facts INTEGER NOT NULL
);
"""
# Since version 2: people, and titles that are known from the press alone (see callboard.catalogue.born).
PEOPLE_AND_PRESS = """
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    born INTEGER,               -- year
    died INTEGER,
    jobs TEXT NOT NULL,         -- the source's own words, "; " between them
    key TEXT NOT NULL,          -- callboard.model.title_key of the name
    UNIQUE (source, ref)
);
CREATE INDEX person_key ON person (key);
CREATE TABLE credit (
    title INTEGER NOT NULL REFERENCES title,
    dataset TEXT NOT NULL,
    person TEXT NOT NULL,       -- the source's own id
    place INTEGER NOT NULL,     -- in the list of credits
    category TEXT NOT NULL,     -- actor, director, ...
    job TEXT NOT NULL,
    role TEXT NOT NULL,         -- characters, "; " between them
    PRIMARY KEY (title, dataset, person, place, category, job, role)
) WITHOUT ROWID;
CREATE INDEX credit_person ON credit (person);
CREATE TABLE press (            -- what was learned of a title from the press; entries are only added
    id INTEGER PRIMARY KEY,
    made TEXT NOT NULL,         -- instant, UTC
    ref TEXT NOT NULL,          -- of the title: its title_key
    what TEXT NOT NULL,         -- born, name, kind, season, platform, person, joined
    value TEXT NOT NULL,
    report TEXT NOT NULL,       -- id of the first report that says so
    reason TEXT NOT NULL,
    UNIQUE (ref, what, value)
);
CREATE TRIGGER press_stays BEFORE UPDATE ON press BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
CREATE TRIGGER press_is_kept BEFORE DELETE ON press BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
"""


@dataclass(frozen=True, slots=True)
class FactTable:
    """A table of facts; imports fill all of them in the same way."""

    columns: tuple[str, ...]  # besides title and dataset
    scope: str = ""  # what a file gives of a title replaces what the same dataset gave before with this in common


FACTS = {
    "name": FactTable(("name", "what", "region", "language", "key"), "what"),
    "xid": FactTable(("scheme", "value"), "scheme"),
    "season": FactTable(("number", "first", "last", "episodes")),
    "part": FactTable(("whole", "season")),
    "credit": FactTable(("person", "place", "category", "job", "role")),
}


@contextlib.contextmanager
def open_store(path: Path, *, create: bool = False, read_only: bool = True) -> Iterator[sqlite3.Connection]:
    """
    The user's catalogue, closed at the end.

    Raises:
        CatalogueError: There is none and none is to be made; or it is no catalogue, or one of a newer callboard.
    """
    connection = connect(path, create=create, read_only=read_only)
    try:
        yield connection
    except sqlite3.DatabaseError as error:
        raise CatalogueError(f"{path}: {error}; mend the file or the place it lies in, and try again") from error
    finally:
        connection.close()


def connect(path: Path, *, create: bool = False, read_only: bool = True) -> sqlite3.Connection:
    """A connection to the user's catalogue, in autocommit mode; raises as `open_store` does."""
    if not path.is_file():
        if not create:
            raise CatalogueError(f"{path}: there is no catalogue; make one with callboard catalogue import FILE")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogueError(f"{path}: its folder cannot be made ({error.strerror}); set `catalogue`") from error
    try:
        # SQLite reads a file in WAL mode only where it may write beside it; where nobody may, nobody changes the file.
        fixed = read_only and not os.access(path.parent, os.W_OK)
        address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}{'&immutable=1' if fixed else ''}"
        connection = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)
        connection.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not read_only:
            _create(connection, path)
        elif version == 1:
            connection = _upgrade(connection, path, address, read_only=read_only)
        elif version != VERSION:
            connection.close()
            if version == 0:
                raise CatalogueError(f"{path}: no catalogue; move it away, or set `catalogue` to another file")
            raise CatalogueError(f"{path}: schema {version}, this callboard knows {VERSION}; upgrade callboard")
        if not read_only:  # only now that the file is one of ours: the mode is written into it
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA journal_size_limit=67108864")
    except sqlite3.OperationalError as error:
        raise CatalogueError(f"{path}: cannot be opened ({error}); check its folder, or who else uses it") from error
    except sqlite3.DatabaseError as error:
        raise CatalogueError(f"{path}: not a catalogue that can be opened ({error}); move it away") from error
    return connection


def _create(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise CatalogueError(f"{path}: holds something else than a catalogue; set `catalogue` to another file")
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} {PEOPLE_AND_PRESS} PRAGMA user_version={VERSION}; COMMIT;")


def _upgrade(connection: sqlite3.Connection, path: Path, address: str, *, read_only: bool) -> sqlite3.Connection:
    """A connection of the same kind to the file, which has the tables of this version now."""
    connection.close()
    writing = sqlite3.connect(path.absolute().as_uri() + "?mode=rw", uri=True, timeout=10, isolation_level=None)
    try:
        writing.execute("BEGIN IMMEDIATE")
        if writing.execute("PRAGMA user_version").fetchone()[0] == 1:  # nobody else was quicker
            for statement in _statements(PEOPLE_AND_PRESS):
                writing.execute(statement)
            writing.execute(f"PRAGMA user_version={VERSION}")
        writing.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise CatalogueError(
            f"{path}: made by an older callboard, and cannot be brought up to date ({error}); make the file writable once"
        ) from error
    finally:
        writing.close()
    connection = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)
    connection.execute(f"PRAGMA cache_size=-{CACHE_KB}")
    return connection


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would end the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
