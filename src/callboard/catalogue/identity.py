"""
Which rows of the user's catalogue are one production, and what is known of it, fact by fact with its source.

Two rows are one production where one bears the other's id, where both bear the same id of a third catalogue, or where
an entry (link or merge) says so; a split says that two are not, and the last entry about a pair counts. An id joins
only what is on one level: a season is never its series, whatever id it bears.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from callboard.errors import CatalogueError

_MOST = 50  # rows of one production; more is a mistake in the ids that the sources give


@dataclass(frozen=True, slots=True)
class Row:
    """A title as one source has it."""

    number: int  # in the catalogue
    source: str
    ref: str  # the source's own id
    kind: str
    form: str
    name: str
    year: int | None
    until: int | None
    country: str | None
    platforms: tuple[str, ...]
    seasons: int | None

    @property
    def id(self) -> str:
        """SOURCE:ID, as commands take it."""
        return f"{self.source}:{self.ref}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, an id, a season or a part, and who says so."""

    what: str
    value: str
    source: str


_COLUMNS = "id, source, ref, kind, form, name, year, until, country, platforms, seasons"


def read_row(values: tuple[Any, ...]) -> Row:
    """A row of the table `title`, its columns in the order of the file's schema."""
    number, source, ref, kind, form, name, year, until, country, platforms, seasons = values
    shown_on = tuple(platforms.split("; ")) if platforms else ()
    return Row(number, source, ref, kind, form, name, year, until, country, shown_on, seasons)


def rows_numbered(catalogue: sqlite3.Connection, numbers: Iterable[int]) -> list[Row]:
    """Titles by their numbers, in the order of the numbers."""
    query = f"SELECT {_COLUMNS} FROM title WHERE id = ?"
    return [read_row(found) for number in numbers for found in catalogue.execute(query, (number,))]


def find_row(catalogue: sqlite3.Connection, identity: str) -> Row | None:
    """The title of an id SOURCE:ID; None where the catalogue has none."""
    source, _, ref = identity.partition(":")
    found = catalogue.execute(f"SELECT {_COLUMNS} FROM title WHERE source = ? AND ref = ?", (source, ref)).fetchone()
    return read_row(found) if found else None


def parse_id(identity: str) -> str:
    """
    An id as commands take it: SOURCE:ID, or the bare id of IMDb (tt...) or Wikidata (Q...).

    Raises:
        CatalogueError: It is neither.
    """
    if ":" in identity.strip(":"):
        return identity
    if identity[:2] == "tt" and identity[2:].isdigit():
        return f"imdb:{identity}"
    if identity[:1] == "Q" and identity[1:].isdigit():
        return f"wikidata:{identity}"
    raise CatalogueError(f"{identity!r} is no id; write SOURCE:ID, for example imdb:tt3322314 or tvmaze:1369")


def production_of(catalogue: sqlite3.Connection, row: Row) -> list[Row]:
    """All rows that are the same production as this one, which comes first."""
    apart = _pairs(catalogue, row.id)
    members: dict[str, Row | None] = {row.id: row}
    todo = [row.id]
    while todo and len(members) < _MOST:
        here = todo.pop(0)
        decided = decided_about(catalogue, here)
        for identity in _neighbours(catalogue, here, members[here]):
            if identity in members:
                continue
            apart |= _pairs(catalogue, identity)
            found = find_row(catalogue, identity)
            if any(_is_split(apart, identity, member) for member in members):
                continue
            if identity not in decided and found is not None and _level(found) != _level(row):
                continue  # sources give a season, or a franchise, the id of its series
            members[identity] = found
            todo.append(identity)
    return [member for member in members.values() if member is not None]


def _level(row: Row) -> str:
    """What a row is: a work, or a part or a family of works; whether a work is a film or a series is told differently."""
    return "work" if row.kind in ("film", "series") else row.kind


def _neighbours(catalogue: sqlite3.Connection, identity: str, row: Row | None) -> list[str]:
    """Ids that are directly the same production as this one, by an id or by an entry."""
    scheme, _, value = identity.partition(":")
    found = [
        f"{source}:{ref}"
        for source, ref in catalogue.execute(
            "SELECT DISTINCT t.source, t.ref FROM xid x JOIN title t ON t.id = x.title WHERE x.scheme = ? AND x.value = ?"
            " ORDER BY t.id",
            (scheme, value),
        )
    ]
    if row is not None:
        found += [
            f"{scheme}:{value}"
            for scheme, value in catalogue.execute(
                "SELECT DISTINCT scheme, value FROM xid WHERE title = ? ORDER BY scheme, value", (row.number,)
            )
        ]
    return found + [other for other, what in decided_about(catalogue, identity).items() if what != "split"]


def decided_about(catalogue: sqlite3.Connection, identity: str) -> dict[str, str]:
    """What the last entry about this id and each other one says."""
    return {
        str(one if other == identity else other): str(what)
        for one, other, what in catalogue.execute(
            "SELECT one, other, what FROM entry WHERE one = :id OR other = :id ORDER BY id", {"id": identity}
        )
    }


def _pairs(catalogue: sqlite3.Connection, identity: str) -> set[frozenset[str]]:
    return {
        frozenset((identity, other)) for other, what in decided_about(catalogue, identity).items() if what == "split"
    }


def _is_split(apart: set[frozenset[str]], one: str, other: str) -> bool:
    return frozenset((one, other)) in apart


def facts_of(catalogue: sqlite3.Connection, rows: Iterable[Row]) -> list[Fact]:
    """Everything that is said of a production, each with its source; what two sources say stands there twice."""
    facts: list[Fact] = []
    for row in rows:
        source = f"{row.source} ({row.ref})"
        facts.append(Fact("name", row.name, source))
        for what, value in (
            ("year", row.year),
            ("until", row.until),
            ("country", row.country),
            ("seasons", row.seasons),
        ):
            if value is not None:
                facts.append(Fact(what, str(value), source))
        facts += [Fact("platform", platform, source) for platform in row.platforms]
        for what, name, region, language in catalogue.execute(
            "SELECT what, name, region, language FROM name WHERE title = ? AND what <> 'primary' ORDER BY what, name",
            (row.number,),
        ):
            place = ", ".join(part for part in (region, language) if part)
            facts.append(Fact(str(what), f"{name} ({place})" if place else str(name), source))
        for scheme, value in catalogue.execute("SELECT scheme, value FROM xid WHERE title = ?", (row.number,)):
            facts.append(Fact("id", f"{scheme}:{value}", source))
        for number, first, last, episodes in catalogue.execute(
            "SELECT number, first, last, episodes FROM season WHERE title = ? ORDER BY number", (row.number,)
        ):
            days = f", {first or '?'} to {last or '?'}" if first or last else ""
            count = f", {episodes} episodes" if episodes >= 0 else ""
            facts.append(Fact("season", f"{number}{days}{count}", source))
        facts += [Fact("person", credited, source) for credited in _credits(catalogue, row)]
        for whole, season in catalogue.execute("SELECT whole, season FROM part WHERE title = ?", (row.number,)):
            facts.append(
                Fact("part of", f"{row.source}:{whole}" + (f", season {season}" if season >= 0 else ""), source)
            )
        for (ref,) in catalogue.execute(
            "SELECT t.ref FROM part p JOIN title t ON t.id = p.title WHERE p.whole = ? AND t.source = ?"
            " ORDER BY p.season, t.id",
            (row.ref, row.source),
        ):
            facts.append(Fact("has part", f"{row.source}:{ref}", source))
    return facts


def _credits(catalogue: sqlite3.Connection, row: Row) -> Iterator[str]:
    """Who took part, in the source's order: "Mike Colter as Luke Cage (actor)"; its id where the name was not imported."""
    for ref, name, category, job, role in catalogue.execute(
        "SELECT c.person, p.name, c.category, c.job, c.role FROM credit c"
        " LEFT JOIN person p ON p.source = ? AND p.ref = c.person WHERE c.title = ? ORDER BY c.place",
        (row.source, row.number),
    ):
        what = ", ".join(part for part in (category, job) if part)
        yield f"{name or ref}{f' as {role}' if role else ''}{f' ({what})' if what else ''}"


def people_of(catalogue: sqlite3.Connection, rows: Iterable[Row]) -> set[str]:
    """The keys (`title_key`) of the names of all who took part in a production."""
    query = "SELECT p.key FROM credit c JOIN person p ON p.source = ? AND p.ref = c.person WHERE c.title = ?"
    return {str(key) for row in rows for (key,) in catalogue.execute(query, (row.source, row.number))}


def decide(catalogue: sqlite3.Connection, what: str, one: str, other: str, reason: str, made: dt.datetime) -> None:
    """
    Add an entry: `link` (a title bears an id), `merge` (two titles are one production) or `split` (they are not).

    Raises:
        CatalogueError: There is no reason, both ids are the same, or one that must be in the catalogue is not.
    """
    one, other = parse_id(one), parse_id(other)
    if not reason.strip():
        raise CatalogueError("an entry needs a reason; say how you know")
    if one == other:
        raise CatalogueError(f"{one} twice; give two ids")
    for identity in (one,) if what == "link" else (one, other):  # a link may lead to an id that no file has brought yet
        if find_row(catalogue, identity) is None:
            raise CatalogueError(f"{identity}: the catalogue has no such title; see callboard catalogue search")
    catalogue.execute(
        "INSERT INTO entry (made, what, one, other, reason) VALUES (?, ?, ?, ?, ?)",
        (made.isoformat(timespec="seconds"), what, one, other, reason.strip()),
    )


def entries_about(catalogue: sqlite3.Connection, rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """(made, what, one, other, reason) of each entry that names one of the rows, oldest first."""
    ids = [row.id for row in rows]
    marks = ", ".join("?" * len(ids))
    query = f"SELECT made, what, one, other, reason FROM entry WHERE one IN ({marks}) OR other IN ({marks}) ORDER BY id"
    return [tuple(map(str, each)) for each in catalogue.execute(query, ids + ids)]
