"""
The starter catalogue with the user's behind it: a name that the starter knows keeps its meaning, other names are added.

Among millions of titles nearly every word and every person's name is one. So the reader of articles is offered only those
names of the file that hardly mean anything else (`_Offered.is_distinct`); whoever asks for a title by its name is answered
from all of them. A name is asked for in the file when it is looked up, so a catalogue of millions costs nothing before.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeAlias

from callboard.catalogue.catalogue import Catalogue, Title
from callboard.catalogue.identity import production_of, rows_numbered
from callboard.catalogue.searching import keys_like
from callboard.catalogue.store import connect
from callboard.errors import CatalogueError, WhenError
from callboard.model import Milestone, Season, title_key
from callboard.when import When

_Target: TypeAlias = Callable[[str], str | None]  # of `_Offered.target`
_KEPT_KEYS = 65_536  # answers kept in memory: articles ask for the same names again
_IDS = "SELECT scheme, value FROM xid WHERE title = ? ORDER BY dataset, scheme, value"
_LOOKED_UP = "t.kind IN ('film', 'series') AND t.source <> 'press'"  # else the reader would believe itself


def with_user(starter: Catalogue, path: Path) -> Catalogue:
    """The starter catalogue, with the titles and names of the file behind its own."""
    file = _File(path)
    offered = lru_cache(maxsize=_KEPT_KEYS)(_Offered(starter, file).target)
    return replace(starter, titles=_Titles(starter, file, offered), aliases=_Aliases(starter, offered), added=file)


@dataclass(frozen=True)
class _File:
    """The user's catalogue, opened read only once in each thread: SQLite's connections are not shared."""

    path: Path
    _local: threading.local = field(default_factory=threading.local)

    def ask(self, query: str, *values: object) -> list[tuple[str | int, ...]]:
        try:
            return self.connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise CatalogueError(f"{self.path}: {error}; import again, or move the file away") from error

    @property
    def connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = connect(self.path)
        found: sqlite3.Connection = self._local.connection
        return found

    def named(self, key: str) -> Sequence[Title]:
        """The file's productions of a name or another name, the newest first."""
        return tuple(_read(self, key))

    def keys_like(self, key: str) -> Sequence[str]:
        """Keys that begin like this one."""
        return keys_like(self.connection, key)

    def ids(self, key: str, kind: str) -> Mapping[str, str]:
        """Ids that other catalogues give the one production of a name and a kind, by scheme; {} where there are several."""
        query = "SELECT DISTINCT t.id FROM name n JOIN title t ON t.id = n.title WHERE n.key = ? AND t.kind = ?"
        named = rows_numbered(self.connection, [int(number) for (number,) in self.ask(query, key, kind)])
        if not named:
            return {}
        rows = production_of(self.connection, named[0])
        if not {row.id for row in named} <= {row.id for row in rows}:
            return {}
        given = [(row.source, row.ref) for row in rows]
        for row in rows:
            given += [(str(scheme), str(value)) for scheme, value in self.ask(_IDS, row.number)]
        # TMDB's ids of films and series are told apart by what stands before them
        return {scheme: value.rpartition("/")[2] for scheme, value in reversed(given)}


class _Offered:
    """Which names of the file the reader of articles is offered."""

    def __init__(self, starter: Catalogue, file: _File) -> None:
        self._starter, self._file = starter, file

    def target(self, key: str) -> str | None:
        """The key of the title that a name leads to, which is the name's own for a title; None where it is not offered."""
        if not key or key in self._starter.titles or key in self._starter.aliases:
            return None
        found = self._file.ask(
            "SELECT DISTINCT n.name, n.what, t.name FROM name n JOIN title t ON t.id = n.title"
            f" WHERE n.key = ? AND {_LOOKED_UP}",
            key,
        )
        if not found or not all(self.is_distinct(str(name)) for name, _, _ in found):
            return None
        if any(what in ("primary", "original") for _, what, _ in found):
            return key
        leads = {title_key(str(title)) for _, _, title in found}
        return leads.pop() if len(leads) == 1 else None  # several: which is meant is not settled here

    def is_distinct(self, name: str) -> bool:
        """Whether a name hardly means anything else: several words, one of them uncommon, and nobody's name."""
        words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", name)
        if len(words) > 1 and words[0].lower() in ("a", "an", "the"):
            del words[0]
        if len(words) < 2 or all(word.isdigit() or word.lower() in self._starter.words for word in words):
            return False
        if name in self._starter.outlet_names or name in self._starter.platforms or name in self._starter.people:
            return False
        return not (len(words) <= 3 and (words[0] in self._given_names or words[-1] in self._surnames))

    @cached_property
    def _given_names(self) -> frozenset[str]:
        return _repeated(name.partition(" ")[0] for name in self._starter.people)

    @cached_property
    def _surnames(self) -> frozenset[str]:
        return _repeated(name.rpartition(" ")[2] for name in self._starter.people)


def _repeated(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word, count in Counter(words).items() if count > 1)


class _Titles(Mapping[str, Sequence[Title]]):
    """
    title_key -> the starter's titles, else the file's where the name is offered.

    Going through all of them gives the starter's: the file's may be millions, and are only looked up.
    """

    def __init__(self, starter: Catalogue, file: _File, offered: _Target) -> None:
        self._starter, self._file, self._offered = starter.titles, file, offered

    def __getitem__(self, key: str) -> Sequence[Title]:
        if key in self._starter:
            return self._starter[key]
        if self._offered(key) != key:
            raise KeyError(key)
        return self._file.named(key)

    def __contains__(self, key: object) -> bool:
        return key in self._starter or (isinstance(key, str) and self._offered(key) == key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._starter)

    def __len__(self) -> int:
        return len(self._starter)


class _Aliases(Mapping[str, str]):
    """title_key of another name -> title_key of the title it leads to; going through all of them gives the starter's."""

    def __init__(self, starter: Catalogue, offered: _Target) -> None:
        self._starter, self._offered = starter.aliases, offered

    def __getitem__(self, key: str) -> str:
        if key in self._starter:
            return self._starter[key]
        target = self._offered(key)
        if target is None or target == key:
            raise KeyError(key)
        return target

    def __iter__(self) -> Iterator[str]:
        return iter(self._starter)

    def __len__(self) -> int:
        return len(self._starter)


def _read(file: _File, key: str) -> Iterator[Title]:
    """The file's productions of a name, each once, with what all its rows say."""
    query = (
        f"SELECT DISTINCT t.id FROM name n JOIN title t ON t.id = n.title WHERE n.key = ? AND {_LOOKED_UP}"
        " ORDER BY t.year IS NULL, t.year DESC, t.id"
    )
    shown: set[str] = set()
    for row in rows_numbered(file.connection, [int(number) for (number,) in file.ask(query, key)]):
        if row.id in shown:
            continue
        rows = production_of(file.connection, row)
        shown.update(each.id for each in rows)
        dated: dict[int, Season] = {}
        last = 0
        for each in rows:
            for number, first in file.ask(
                "SELECT number, first FROM season WHERE title = ? ORDER BY number", each.number
            ):
                last = max(last, int(number))
                when = _when(str(first))
                if when is not None and int(number) not in dated:
                    dated[int(number)] = Season(int(number), {Milestone.RELEASE: when})
        seasons = max((each.seasons or 0 for each in rows), default=0)
        yield Title(
            row.name,
            row.kind,
            year=next((each.year for each in rows if each.year is not None), None),
            seasons=max(seasons, last) or None,
            platforms=tuple(dict.fromkeys(platform for each in rows for platform in each.platforms)),
            country=next((each.country for each in rows if each.country), None),
            dated=tuple(dated.values()),
        )


def _when(text: str) -> When | None:
    try:
        return When.parse(text) if text else None
    except WhenError:
        return None  # a day that no calendar has; the number of the season still counts
