"""
Which titles a name may mean: candidates of the starter catalogue and of the user's, best first, each with its reasons.

Nothing is settled here. What the caller knows (year, kind, platform, country, number of the season) raises some
candidates and says so; where the best two are level, the answer is a question.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.identity import Row, people_of, production_of, rows_numbered
from callboard.catalogue.platforms import Platforms
from callboard.model import title_key

T = TypeVar("T")

_NAMED, _ALSO, _NEAR = 100.0, 90.0, 60.0  # points; context adds or takes less than the step between name and near name
_FITS, _MISFITS = 12, -12
_ENOUGH = 80  # similarity in percent from which a name is near
_MOST_NEAR = 20_000  # keys of one beginning that are compared


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the production that is meant."""

    year: int | None = None
    kind: str | None = None
    platform: str | None = None
    country: str | None = None
    season: int | None = None
    person: str | None = None  # somebody who takes part


@dataclass(frozen=True, slots=True)
class Candidate:
    """A production that a name may mean."""

    id: str  # SOURCE:ID; "starter" for titles that came along with callboard
    name: str
    kind: str
    year: int | None
    points: float
    reasons: tuple[str, ...]
    sources: tuple[str, ...]


def find_candidates(
    starter: Catalogue, catalogue: sqlite3.Connection | None, name: str, context: Context, *, limit: int = 20
) -> list[Candidate]:
    """
    Candidates for a name, best first; of equal points the better known source first, then the newer one.

    Args:
        starter: The catalogue that came along.
        catalogue: The user's; None where there is none.
        name: In any spelling.
        context: What is known of the production.
        limit: How many at most.
    """
    found = [] if catalogue is None else [*_of_user(starter.platform_facts, catalogue, name, context)]
    for known in _of_starter(starter, name, context):
        same = [each for each in found if _is_same(each, known)]
        if len(same) == 1:
            found[found.index(same[0])] = replace(
                same[0], points=max(same[0].points, known.points), sources=("starter", *same[0].sources)
            )
        else:
            found.append(known)
    found.sort(key=lambda each: (-each.points, "starter" not in each.sources, -(each.year or 0), each.id))
    return found[:limit]


def is_settled(candidates: list[Candidate]) -> bool:
    """Whether one candidate stands out: it is alone, or the next one does not have the name or fits what is known less."""
    if len(candidates) < 2:
        return bool(candidates)
    return candidates[0].points - candidates[1].points >= _FITS


def _is_same(one: Candidate, other: Candidate) -> bool:
    """Whether a title of the starter catalogue is this one: of that name and kind, and of that year or the next."""
    if one.kind != other.kind or title_key(one.name) != title_key(other.name):
        return False
    return one.year is not None and other.year is not None and abs(one.year - other.year) <= 1


def _of_starter(starter: Catalogue, name: str, context: Context) -> Iterator[Candidate]:
    key = title_key(name)
    for title in starter.titles_named(name) or starter.near_titles(name):
        base, reason = (_NAMED, "has this name")
        if title_key(title.name) != key:
            base, reason = (_ALSO, "is also called so") if key in starter.aliases else _nearness(key, title.name)
        seasons = title.seasons
        points, reasons = _fit(
            starter.platform_facts, context, title.kind, title.year, title.platforms, title.country, seasons
        )
        yield Candidate("starter", title.name, title.kind, title.year, base + points, (reason, *reasons), ("starter",))


def _nearness(key: str, name: str) -> tuple[float, str]:
    from rapidfuzz import fuzz  # only when a title was not found

    score = fuzz.ratio(key, title_key(name))
    return _NEAR * score / 100, f"is spelt nearly so ({score:.0f}%)"


def _of_user(facts: Platforms, catalogue: sqlite3.Connection, name: str, context: Context) -> Iterator[Candidate]:
    key = title_key(name)
    found: dict[int, tuple[float, str]] = {}
    for number, what, called in catalogue.execute("SELECT title, what, name FROM name WHERE key = ?", (key,)):
        points = _NAMED if what in ("primary", "original") else _ALSO
        reason = "has this name" if what == "primary" else f"is also called {called} ({what})"
        found[number] = max(found.get(number, (0.0, "")), (points, reason))
    if not found:
        found = dict(_near(catalogue, key))
    shown: set[str] = set()
    for row in rows_numbered(catalogue, found):
        if row.id in shown:
            continue
        rows = production_of(catalogue, row)
        shown.update(each.id for each in rows)
        base, reason = max(found[each.number] for each in rows if each.number in found)
        year = _first(each.year for each in rows)
        platforms = tuple(dict.fromkeys(platform for each in rows for platform in each.platforms))
        seasons = max((_seasons(catalogue, each) for each in rows), default=0) or None
        country = _first(each.country for each in rows)
        points, reasons = _fit(facts, context, row.kind, year, platforms, country, seasons)
        people = people_of(catalogue, rows) if context.person else set()
        if context.person and people:  # where no credits were imported, nothing is known
            takes_part = title_key(context.person) in people
            points += _FITS if takes_part else _MISFITS
            reasons = (*reasons, f"{'with' if takes_part else 'without'} {context.person}")
        sources = tuple(dict.fromkeys(each.source for each in rows))
        if len(sources) > 1:
            reasons = (*reasons, f"{len(sources)} catalogues have it")
        yield Candidate(row.id, row.name, row.kind, year, base + points, (reason, *reasons), sources)


def _near(catalogue: sqlite3.Connection, key: str) -> Iterator[tuple[int, tuple[float, str]]]:
    """Titles whose key begins like this one and is spelt nearly so."""
    from rapidfuzz import fuzz, process

    for near, _, _ in process.extract(key, keys_like(catalogue, key), scorer=fuzz.ratio, limit=5, score_cutoff=_ENOUGH):
        for (number,) in catalogue.execute("SELECT DISTINCT title FROM name WHERE key = ?", (near,)):
            yield number, _nearness(key, near)


def keys_like(catalogue: sqlite3.Connection, key: str) -> list[str]:
    """Keys of names that begin with the same three characters, the first 20,000 in their order."""
    start = key[:3]
    query = "SELECT DISTINCT key FROM name WHERE key >= ? AND key < ? LIMIT ?"
    return [str(found) for (found,) in catalogue.execute(query, (start, start + "\U0010ffff", _MOST_NEAR))]


def _seasons(catalogue: sqlite3.Connection, row: Row) -> int:
    (last,) = catalogue.execute("SELECT max(number) FROM season WHERE title = ?", (row.number,)).fetchone()
    return max(row.seasons or 0, last or 0)


def _fit(
    facts: Platforms,
    context: Context,
    kind: str,
    year: int | None,
    platforms: tuple[str, ...],
    country: str | None,
    seasons: int | None,
) -> tuple[float, tuple[str, ...]]:
    """Points of what is known, and why; what the catalogue does not know counts neither way."""
    points, reasons = 0.0, []
    for what, wanted, has, fits in (
        ("a", context.kind, kind, context.kind == kind),
        ("of", context.year, year, year is not None and context.year == year),
        ("on", context.platform, "; ".join(platforms), _one_platform(facts, context.platform or "", platforms)),
        ("from", context.country, country, (context.country or "").casefold() == (country or "").casefold()),
    ):
        if wanted is None or not has:
            continue
        points += _FITS if fits else _MISFITS
        reasons.append(f"{what} {has}" if fits else f"{what} {has}, not {wanted}")
    if context.season is not None and kind == "film":
        points += _MISFITS
        reasons.append("a film has no seasons")
    elif context.season is not None and seasons:
        # The next season is spoken of before a catalogue has it.
        fits = context.season <= seasons + 1
        points += _FITS if fits else _MISFITS
        reasons.append(f"has {seasons} seasons")
    return points, tuple(reasons)


def _one_platform(facts: Platforms, wanted: str, platforms: tuple[str, ...]) -> bool:
    """Whether a platform is among some, whatever each of them was called at the time."""
    return (facts.find(wanted) or wanted).casefold() in {
        (facts.find(platform) or platform).casefold() for platform in platforms
    }


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)  # the first that is known
