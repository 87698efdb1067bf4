"""
Where a place lies: town, region and country of what the press writes, without asking anybody.

Some 170,000 towns, and the regions and countries of the world (tables from GeoNames, see `build_places`), besides studios,
counties and the like, which are kept by hand. A name that several places have is settled by what stands behind its comma ("London, Ontario"), by
the other places of the report or the production, by the country of the outlet, and then by how many people live there.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from callboard.catalogue.starter import read_rows, read_table

# Log10 of how many times more people a place counts for that fits; set on the places of bench/corpus/train-*.
_OUTLET, _NEAR, _SAME_REGION = 0.7, 0.5, 1.5
_WIDE, _ALSO = 1.0, -1.0  # of a country or a state; of a town that is only also called so
_STATES = ("US", "CA", "AU", "GB")  # countries whose regions the press names without saying what they are
_LEAST_PEOPLE = 100  # of a place whose people nobody counted
# Before a name, what says which part or how near; behind it, what is in a place of that name.
_BEFORE = re.compile(
    r"^(?:(?:(?i:the|upstate|downstate|downtown|uptown|midtown|rural|central|inner|outer|greater|suburban|mainland|outside|near|around|"
    r"coast|suburbs|outskirts|area|heart|city|state|county|co\.?|province|town|village|island|port|of|in|and|"
    r"(?:north|south|east|west)(?:-?(?:east|west))?ern)|(?:north|south)?-?(?:east|west)|north|south|(?i:north|south|east|west)(?= of))\s+)+"
)
_BEHIND = re.compile(
    r"(?:['’]s)?\s+(?:area|region|county|city|state|province|district|borough|countryside|coast|suburbs?|studios?|stages?|soundstages?|"
    r"backlot|castle|cathedral|abbey|bay|beach|beaches|airport|university|harbou?r|film studios)$",
    re.I,
)
_LETTERS = str.maketrans(
    {"ð": "d", "Ð": "D", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "ß": "ss", "þ": "th", "Þ": "Th"}
)
_PARTS = re.compile(r"\s*[,;(/]\s*|\s+(?:in|near|outside|at)\s+", re.I)


@dataclass(frozen=True, slots=True)
class Place:
    """A town, a region or a country; what it is not is ""."""

    town: str
    region: str  # as GeoNames names the first level below the country: a state, a province, England
    country: str  # ISO 3166
    people: int  # who live there
    is_other_name: bool = field(default=False, compare=False)  # that it was found by: "Bombay"

    def __str__(self) -> str:
        return ", ".join(dict.fromkeys(part for part in (self.town, self.region, country_name(self.country)) if part))

    def has(self, other: Place) -> bool:
        """Whether another place is this one or lies in it."""
        return (
            self.country == other.country
            and self.region in ("", other.region)
            and (not self.town or (self.town == other.town and self.region == other.region))
        )


def place_key(name: str) -> str:
    """What spellings of a place have in common: letters and digits, without case, accents and signs."""
    folded = (
        unicodedata.normalize("NFKD", name.replace("’", "'").translate(_LETTERS))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded.replace("'", "").replace(".", "")).split())


def find_places(name: str) -> list[Place]:
    """All places that a name may mean, as the press writes it; the likelier ones first, where nothing else is known."""
    return sorted(_options(name), key=lambda place: (-_weight(place, (), None), str(place)))


def locate(name: str, *, near: Collection[Place] = (), country: str | None = None) -> Place | None:
    """
    The place that a name most likely means; None where no place is called so.

    Args:
        name: As the press writes it: "Yonkers", "upstate New York", "Cobourg, Ontario".
        near: Other places of the report or the production.
        country: Of the outlet, ISO 3166.
    """
    options = find_places(name)
    return max(options, key=lambda place: _weight(place, near, country)) if options else None


def locate_all(names: Sequence[str], country: str | None = None) -> dict[str, Place]:
    """The places of some names of one production, each with the others as its neighbours; unknown names are left out."""
    alone = {name: options for name in dict.fromkeys(names) if (options := find_places(name))}
    sure = {name: options[0] for name, options in alone.items() if _is_sure(options)}
    return {
        name: found
        for name in alone
        if (found := locate(name, near=[place for other, place in sure.items() if other != name], country=country))
    }


def _is_sure(options: Sequence[Place]) -> bool:
    """Whether the first place of a name has ten times the people of the next one elsewhere."""
    first = options[0]
    return all((p.country, p.region) == (first.country, first.region) or 10 * p.people <= first.people for p in options)


def country_name(code: str) -> str:
    """The English name of a country by its code (ISO 3166); the code itself where it is none."""
    return _tables().names.get(code, code)


def parse_area(text: str) -> Place | None:
    """The country or region that somebody asks for: "GB", "UK", "New York State"; None where there is none."""
    tables = _tables()
    if text.upper() in tables.names:
        return Place("", "", text.upper(), 0)
    key = place_key(text)
    return max(tables.wide.get(key) or tables.short.get(key) or [], key=lambda place: place.people, default=None)


def _weight(place: Place, near: Collection[Place], country: str | None) -> float:
    weight = math.log10(max(place.people, _LEAST_PEOPLE))
    is_wide = not place.town and (not place.region or place.country in _STATES)
    weight += (_WIDE if is_wide else 0.0) + (_ALSO if place.is_other_name else 0.0)
    weight += _OUTLET if place.country == country else 0.0
    if any(other.country == place.country for other in near):
        weight += _NEAR
        weight += _SAME_REGION if any(o.country == place.country and o.region == place.region for o in near) else 0.0
    return weight


def _options(name: str) -> list[Place]:
    whole = _named(name)
    parts = [part for part in _PARTS.split(name.strip(" .)")) if part]
    if whole or len(parts) < 2:
        return whole
    *narrow, last = parts
    wide = [place for place in _named(last, wide=True) or _named(last) if place]
    for part in narrow:
        inside = [place for place in _named(part) if not wide or any(each.has(place) for each in wide)]
        if inside:
            return inside
    return wide or [place for part in narrow for place in _named(part)]


@lru_cache(maxsize=4096)
def _named(name: str, *, wide: bool = False) -> list[Place]:
    """Places of a name without a comma; `wide`: behind one, where "Ga." and "ON" are regions."""
    tables = _tables()
    for written in _forms(name):
        key = place_key(written)
        if not wide and key in tables.kept:
            return tables.kept[key]
        found = [*tables.wide.get(key, ()), *(tables.short.get(key, ()) if wide else ())]
        if written[-1:] == "." or written.upper() == written:  # "U.K.", "NY"
            found += tables.short.get(key, ())
        found += [] if wide and found else tables.towns(key)
        if found:
            return list(dict.fromkeys(found))
    return []


def _forms(name: str) -> Iterator[str]:
    """A name, and what is left of it without what stands before and behind names of places."""
    name = name.strip()
    yield name
    shorter = _BEFORE.sub("", name)
    while shorter and shorter != name:
        yield shorter
        name, shorter = shorter, _BEHIND.sub("", shorter)
    if (shorter := _BEHIND.sub("", name)) != name:
        yield from _forms(shorter)


class _Tables:
    """The tables, read when they are first asked for."""

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {code: name for code, name, *_ in read_rows("countries.tsv")}

    @cached_property
    def regions(self) -> Mapping[tuple[str, str], str]:
        return {(country, code): name for country, code, name, *_ in read_rows("regions.tsv")}

    @cached_property
    def wide(self) -> Mapping[str, list[Place]]:
        """Regions and countries by their full names."""
        found: dict[str, list[Place]] = {}
        for place, names in self._areas():
            for name in names:
                if not _is_short(name):
                    found.setdefault(place_key(name), []).append(place)
        return found

    @cached_property
    def short(self) -> Mapping[str, list[Place]]:
        """The same by their abbreviations."""
        found: dict[str, list[Place]] = {}
        for place, names in self._areas():
            for name in names:
                if _is_short(name):
                    found.setdefault(place_key(name), []).append(place)
        return found

    def _areas(self) -> Iterator[tuple[Place, list[str]]]:
        for code, name, people, also in read_rows("countries.tsv"):
            yield Place("", "", code, int(people or 0)), [name, *(also.split("; ") if also else ())]
        for country, code, name, people, also in read_rows("regions.tsv"):
            own = [code] if country == "US" else []
            yield Place("", name, country, int(people or 0)), [name, *own, *(also.split("; ") if also else ())]

    @cached_property
    def kept(self) -> Mapping[str, list[Place]]:
        """Studios, counties and coasts: what shoots are in and what is no town, region or country."""
        found: dict[str, list[Place]] = {}
        for name, town, region, country in read_rows("areas.tsv"):
            found.setdefault(place_key(name), []).append(Place(town, region, country, 1_000_000))
        return found

    @cached_property
    def _text(self) -> str:
        return read_table("places.tsv.gz")

    @cached_property
    def _first(self) -> int:
        """Where the first row begins, behind the comment and the header."""
        return self._text.index("\n", self._text.index("\nkey\t") + 1) + 1

    def towns(self, key: str) -> list[Place]:
        """Towns by key. The rows stand in the order of their keys in one string, since a dict would take long to make."""
        text, low, high = self._text, self._first, len(self._text)
        while low < high:  # both at the beginning of a row; the row of the key is between them
            start = text.rfind("\n", low, (low + high) // 2) + 1 or low
            end = text.index("\n", start) + 1
            here = text[start : text.index("\t", start, end)]
            if here == key:
                return [self._town(key, cell) for cell in text[start + len(key) + 1 : end - 1].split("\t")]
            low, high = (end, high) if here < key else (low, start)
        return []

    def _town(self, key: str, cell: str) -> Place:
        country, code, people, name = cell.split("|")
        is_other = bool(name) and place_key(name) != key
        return Place(name or key.title(), self.regions.get((country, code), ""), country, int(people), is_other)


def _is_short(name: str) -> bool:
    return name.endswith(".") or (name.upper() == name and len(name) <= 4)


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()
