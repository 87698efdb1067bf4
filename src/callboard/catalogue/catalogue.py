"""
What is known beforehand: titles with their seasons, outlets, platforms and people, and how to look them up.

A `Catalogue` never decides which of several same-name titles is meant; it returns all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

from callboard.catalogue.platforms import Platforms
from callboard.model import Season, title_key


@dataclass(frozen=True, slots=True)
class Title:
    """A film or a series that the catalogue knows."""

    name: str
    kind: str  # "film" or "series"
    year: int | None = None  # of the first release; None: not known
    seasons: int | None = None  # how many were out when the catalogue was made; None: not known or a film
    platforms: tuple[str, ...] = ()
    country: str | None = None  # ISO 3166; None: not known
    dated: tuple[Season, ...] = ()  # seasons (or the film itself) whose dates are known

    def __str__(self) -> str:
        details = [self.kind, str(self.year or ""), ", ".join(self.platforms)]
        return f"{self.name} ({', '.join(part for part in details if part)})"


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes: a paper, a site, a company's press room."""

    name: str
    domain: str
    kind: str  # company, trade, general, fan, location, social
    abbreviations: tuple[str, ...] = ()
    country: str | None = None  # ISO 3166, of its seat; None: none, or not known


class Added(Protocol):
    """Titles behind those that come along: asked for by name only, since there may be millions."""

    def named(self, key: str) -> Sequence[Title]:
        """All titles whose name or other name has this `title_key`."""
        ...

    def keys_like(self, key: str) -> Sequence[str]:
        """Keys that begin like this one, some thousands at most."""
        ...

    def ids(self, key: str, kind: str) -> Mapping[str, str]:
        """Ids that other catalogues give the one "film" or "series" of a name; {} where there are several, or none."""
        ...


@dataclass(frozen=True)
class Catalogue:
    """Titles, outlets, platforms and people, with look-up by name."""

    titles: Mapping[str, Sequence[Title]]  # title_key -> same-name titles
    aliases: Mapping[str, str] = field(default_factory=dict)  # title_key of an alias -> title_key of the title
    outlets: tuple[Outlet, ...] = ()
    platforms: Mapping[str, str] = field(default_factory=dict)  # as written -> canonical name
    platform_facts: Platforms = field(
        default_factory=lambda: Platforms({})
    )  # what they were called, and whose they were
    people: Collection[str] = frozenset()  # full names
    credits: Mapping[str, Collection[str]] = field(
        default_factory=dict
    )  # title_key -> who belongs to a title of the name
    words: Collection[str] = frozenset()  # common English words, lower case
    families: Mapping[str, Sequence[str]] = field(default_factory=dict)  # title_key -> families that its titles are of
    added: Added | None = None  # asked where the titles above have no such name; None: nothing was imported

    def titles_named(self, name: str) -> Sequence[Title]:
        """All titles of that name or alias, however it is spelt; empty when none is known."""
        key = title_key(name)
        if key in self.titles:
            return self.titles[key]
        return self.titles.get(self.aliases.get(key, key)) or (self.added.named(key) if self.added else ())

    def families_of(self, name: str) -> Sequence[str]:
        """The families of titles ("Star Wars", "One Chicago") that a title of this name or alias belongs to."""
        key = title_key(name)
        return self.families.get(key) or self.families.get(self.aliases.get(key, ""), ())

    def works_named(self, name: str) -> Sequence[Title]:
        """The titles of a name, a second entry of the same work left out: one that has no year beside one that has."""
        named = self.titles_named(name)
        dated = {(title.kind, platform) for title in named if title.year for platform in title.platforms}
        return [title for title in named if title.year or not any((title.kind, p) in dated for p in title.platforms)]

    def near_titles(self, name: str, limit: int = 5) -> list[Title]:
        """Titles whose names are spelt nearly like this one, best first."""
        from rapidfuzz import fuzz, process  # only when a title was not found

        wanted = title_key(name)
        keys = dict.fromkeys([*self.titles.keys(), *(self.added.keys_like(wanted) if self.added else ())])
        found = process.extract(wanted, keys.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=70)
        return [title for key, _, _ in found for title in self.titles_named(key)][:limit]

    def ids_of(self, name: str, kind: str) -> Mapping[str, str]:
        """Ids of a "film" or "series" by scheme ("imdb", "tmdb", "tvdb", ...), where an import gave any."""
        key = title_key(name)
        return self.added.ids(self.aliases.get(key, key), kind) if self.added else {}

    @cached_property
    def outlet_names(self) -> Mapping[str, Outlet]:
        """Every outlet by its name, and by each of its abbreviations, as written."""
        names = {abbreviation: outlet for outlet in self.outlets for abbreviation in outlet.abbreviations}
        return names | {outlet.name: outlet for outlet in self.outlets}

    @cached_property
    def _outlets_by_domain(self) -> Mapping[str, Outlet]:
        return {outlet.domain: outlet for outlet in self.outlets if outlet.domain}

    def outlet_of(self, url: str) -> Outlet | None:
        """The outlet whose domain an address belongs to; None when it is not known."""
        try:
            host = (urlsplit(url).hostname or "").removeprefix("www.")
        except ValueError:
            return None
        while host:
            if host in self._outlets_by_domain:
                return self._outlets_by_domain[host]
            _, _, host = host.partition(".")
        return None

    def outlet_kinds(self) -> Mapping[str, str]:
        """Outlet name or abbreviation -> kind."""
        return {name: outlet.kind for name, outlet in self.outlet_names.items()}
