"""
The starter catalogue that comes with the package, so that callboard works at once and offline.

`data/` holds plain tables, gzipped where they are large; `python -m callboard.catalogue.build` makes the title tables
again from `bench/data/`. Outlets, platforms and aliases are kept by hand. Tables are read when they are first asked
for, and a row becomes a `Title` when it is looked up: most commands need a handful of 26,000 rows.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path

from callboard.catalogue.catalogue import Catalogue, Outlet, Title
from callboard.catalogue.platforms import Platforms
from callboard.errors import CatalogueError
from callboard.model import Milestone, Season, title_key
from callboard.settings import load_settings
from callboard.when import When

_DATED = (Milestone.ORDER, Milestone.FILMING_START, Milestone.FILMING_END, Milestone.RELEASE)


def load_catalogue() -> Catalogue:
    """
    What commands look titles up in: the starter catalogue, and behind it the user's where there is a file of it.

    Raises:
        CatalogueError: A table of the installed package is missing or damaged, or the user's file cannot be opened.
        SettingError: A setting is wrong.
    """
    path = Path(load_settings().text("catalogue"))
    if not path.is_file():
        return load_starter()
    from callboard.catalogue.user import with_user  # sqlite3 is loaded only for those who have a catalogue

    return with_user(load_starter(), path)


@lru_cache(maxsize=1)
def load_starter() -> Catalogue:
    """
    The starter catalogue alone: the same for everybody, which measurements and the demonstration need.

    Raises:
        CatalogueError: A table of the installed package is missing or damaged.
    """
    platforms = {spelling: row[0] for row in read_rows("platforms.tsv") for spelling in row if spelling}
    credits = _Credits()
    return Catalogue(
        titles=_Titles(),
        aliases={title_key(alias): title_key(name) for alias, name in read_rows("aliases.tsv")},
        outlets=tuple(
            Outlet(name, domain, kind, tuple(short.split("; ")) if short else (), country or None)
            for name, domain, kind, short, country in read_rows("outlets.tsv")
        ),
        platforms=platforms,
        platform_facts=Platforms(platforms, _History()),
        people=_Names(credits.everybody),
        words=_Names(lambda: (line.partition("\t")[0] for line in _lines("words.tsv.gz"))),
        credits=credits,
        families=_Families(),
    )


class _Titles(Mapping[str, Sequence[Title]]):
    """title_key -> titles, made from their rows when first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Title, ...]] = {}

    @cached_property
    def _lines(self) -> Mapping[str, list[str]]:
        lines: dict[str, list[str]] = {}
        for line in _lines("titles.tsv.gz"):
            key, _, rest = line.partition("\t")
            lines.setdefault(key, []).append(rest)
        return lines

    @cached_property
    def _dated(self) -> Mapping[str, list[list[str]]]:
        dated: dict[str, list[list[str]]] = {}
        for name, *rest in read_rows("seasons.tsv"):
            dated.setdefault(title_key(name), []).append(rest)
        return dated

    def __getitem__(self, key: str) -> Sequence[Title]:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = tuple(self._title(key, line) for line in self._lines[key])
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def _title(self, key: str, line: str) -> Title:
        name, kind, year, seasons, platforms, country, years = line.split("\t")
        dated = {
            number: Season(number, {Milestone.RELEASE: When.parse(released)})
            for number, released in enumerate(years.split(",") if years else (), 1)
        } | {
            int(season) if season else None: Season(
                int(season) if season else None, {m: When.parse(date) for m, date in zip(_DATED, dates) if date}
            )
            for season, *dates in self._dated.get(key, ())
            if (kind == "film") == (not season)  # a film's dates carry no season number
        }
        return Title(
            name,
            kind,
            year=int(year) if year else None,
            seasons=int(seasons) if seasons else None,
            platforms=tuple(platforms.split("; ")) if platforms else (),
            country=country or None,
            dated=tuple(dated.values()),
        )


class _Families(Mapping[str, Sequence[str]]):
    """title_key -> the families of titles it belongs to, read when first asked for."""

    @cached_property
    def _families(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for family, titles in read_rows("families.tsv"):
            for title in titles.split("; "):
                found.setdefault(title_key(title), []).append(family)
        return found

    def __getitem__(self, key: str) -> Sequence[str]:
        return self._families[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._families)

    def __len__(self) -> int:
        return len(self._families)


class _History(Iterable[Sequence[str]]):
    """The rows of what platforms were called, read when they are gone through."""

    def __iter__(self) -> Iterator[Sequence[str]]:
        return iter(read_rows("platform_history.tsv"))


class _Credits(Mapping[str, Collection[str]]):
    """title_key -> who is known to belong to a title of that name, read when first asked for."""

    @cached_property
    def _people(self) -> Mapping[str, str]:
        rows = (line.partition("\t") for line in _lines("credits.tsv.gz"))
        return {key: people for key, _, people in rows}

    def everybody(self) -> Iterator[str]:
        """Everybody of all titles, as often as they are named."""
        for people in self._people.values():
            yield from people.split("; ")

    def __getitem__(self, key: str) -> Collection[str]:
        return tuple(self._people[key].split("; "))

    def __iter__(self) -> Iterator[str]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)


class _Names(Collection[str]):
    """A set of names that is made when first asked for."""

    def __init__(self, read: Callable[[], Iterable[str]]) -> None:
        self._read = read

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self._read())

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def read_rows(name: str) -> list[list[str]]:
    """The rows of a table, each as wide as its header."""
    header, *lines = _table(name)
    width = header.count("\t") + 1
    return [(line.split("\t") + [""] * width)[:width] for line in lines]


def _lines(name: str) -> list[str]:
    return _table(name)[1:]


def read_table(name: str) -> str:
    """
    A table as one text: its header, then its rows, each on a line; lines that begin with # are comments.

    Raises:
        CatalogueError: It is missing or damaged.
    """
    try:
        data = files("callboard.catalogue").joinpath("data", name).read_bytes()
        return (gzip.decompress(data) if name.endswith(".gz") else data).decode()
    except (OSError, EOFError, ValueError) as error:
        raise CatalogueError(
            f"the catalogue's table {name} is missing or damaged ({error}); install callboard again"
        ) from error


def _table(name: str) -> list[str]:
    """The lines of a table without its comments."""
    return [line for line in read_table(name).splitlines() if line and not line.startswith("# ")]
