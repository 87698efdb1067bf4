"""What pages ask of the catalogues: which productions a name means, all that is known of one, and what is shot where."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from callboard.catalogue.catalogue import Catalogue
from callboard.model import Report
from callboard.settings import load_settings

if TYPE_CHECKING:
    from callboard.catalogue.identity import Row
    from callboard.catalogue.places import Place
    from callboard.catalogue.searching import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The productions that a name may mean, best first."""

    candidates: tuple[Candidate, ...]
    is_open: bool  # several fit equally well
    imported: bool  # whether there is anything besides what comes along


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A production of the user's catalogue."""

    row: Row  # that was asked for
    rows: tuple[Row, ...]  # of all sources
    facts: tuple[tuple[str, str, str], ...]  # what, value, source
    entries: tuple[tuple[str, str, str], ...]  # instant, what, reason; in the order of time


def find_productions(
    name: str,
    *,
    year: int | None = None,
    kind: str | None = None,
    platform: str | None = None,
    season: int | None = None,
    person: str | None = None,
) -> Matches:
    """The productions that a name may mean in the starter catalogue and the user's; none for an empty name."""
    from callboard.catalogue.searching import Context, find_candidates, is_settled
    from callboard.catalogue.starter import load_starter

    context = Context(year=year, kind=kind, platform=platform, season=season, person=person)
    with _opened() as opened:
        found = find_candidates(load_starter(), opened, name, context) if name else []
    is_open = bool(found) and not is_settled(found)
    return Matches(candidates=tuple(found), is_open=is_open, imported=opened is not None)


def read_identity(text: str) -> str:
    """
    An id of a production, from how commands take it.

    Raises:
        CatalogueError: It is none.
    """
    from callboard.catalogue.identity import parse_id

    return parse_id(text)


def find_entry(identity: str, day: dt.date) -> Entry | None:
    """
    A production of the user's catalogue; None where it has none.

    Args:
        identity: As `read_identity` gives it.
        day: As of which platforms are named.

    Raises:
        CatalogueError: The catalogue cannot be opened.
    """
    from callboard.catalogue.born import find_known
    from callboard.catalogue.starter import load_starter

    with _opened() as opened:
        known = find_known(opened, identity) if opened else None
    if known is None:
        return None
    platforms = load_starter().platform_facts
    facts = [
        (fact.what, platforms.told(fact.value, day) if fact.what == "platform" else fact.value, fact.source)
        for fact in known.facts
    ]
    entries = [(made, f"{what} {one} {other}", reason) for made, what, one, other, reason in known.entries]
    entries += [(entry.made, f"{entry.what} {entry.value}", entry.reason) for entry in known.press]
    return Entry(row=known.row, rows=known.rows, facts=tuple(facts), entries=tuple(sorted(entries)))


@contextlib.contextmanager
def _opened() -> Iterator[sqlite3.Connection | None]:
    """The user's catalogue; None where there is none."""
    path = Path(load_settings().text("catalogue"))
    if not path.is_file():
        yield None
        return
    from callboard.catalogue.store import open_store

    with open_store(path) as opened:
        yield opened


def reports_from(
    found: Mapping[tuple[str, str], Sequence[Report]], name: str, key: str, catalogue: Catalogue
) -> tuple[list[Report], str, bool]:
    """
    The reports on a place; where it lies, "" where that is not known; and whether it is a region or a country.

    Of a region or a country, reports on places that lie in it come first, then those that name it as it is asked for.

    Args:
        found: Kind and key of a name ("place", "yonkers") -> the reports that have it.
        name: As it is asked for; of a country, also its code.
        key: Of that name among those of `found`.
        catalogue: Knows the countries of outlets.
    """
    from callboard.catalogue.places import parse_area  # its tables are read for pages of places alone

    own = list(found.get(("place", key), ()))
    area = parse_area(name)
    titles = {report.claim.production.title for report in own}
    told: dict[str, list[Report]] = defaultdict(list)  # title -> its reports that name a place
    for (kind, _), reports in found.items():
        for report in reports if kind == "place" else ():
            if area is not None or report.claim.production.title in titles:
                told[report.claim.production.title].append(report)
    placed = {report.id: place for reports in told.values() for report, place in _placed(reports, catalogue)}
    if area is None:
        return own, next((str(placed[report.id]) for report in reversed(own) if report.id in placed), ""), False
    ids = {report.id for report in own}
    inside = [
        report
        for reports in told.values()
        for report in reports
        if report.id not in ids and report.id in placed and area.has(placed[report.id])
    ]
    return [*inside, *own], str(area), True


def _placed(reports: Sequence[Report], catalogue: Catalogue) -> Iterator[tuple[Report, Place]]:
    """The reports on one title whose places are known, each with its place: the others tell which of several it is."""
    from callboard.catalogue.places import locate_all

    outlet = catalogue.outlet_names.get(reports[0].outlet or "")
    places = locate_all([report.claim.place or "" for report in reports], outlet.country if outlet else None)
    for report in reports:
        if (place := places.get(report.claim.place or "")) is not None:
            yield report, place


def name_country(code: str) -> str:
    """The English name of a country by its code (ISO 3166); the code itself where it is none."""
    from callboard.catalogue.places import country_name  # the gazetteer is loaded only for those who ask for places

    return country_name(code)


@lru_cache(maxsize=64)  # every row of a board is asked for the same one
def find_country(text: str) -> str | None:
    """The code of a country that somebody asks for by its code or its name; None where there is none."""
    from callboard.catalogue.places import parse_area

    area = parse_area(text)
    return area.country if area is not None and not area.region else None


@lru_cache(maxsize=4096)
def is_shot_in(names: tuple[str, ...], asked: str) -> bool:
    """Whether one of the places named for a shoot is the one asked for, or lies in it."""
    from callboard.catalogue.places import locate, locate_all, parse_area, place_key

    if not names:
        return False
    if place_key(asked) in map(place_key, names):
        return True
    wanted = parse_area(asked) or locate(asked)
    return wanted is not None and any(wanted.has(place) for place in locate_all(names).values())
