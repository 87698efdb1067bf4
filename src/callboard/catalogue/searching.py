"""
Which titles a name may mean: candidates of the starter catalogue and of the user's, best first, each with its reasons.

Nothing is settled here. What the caller knows (year, kind, platform, country, number of the season) raises some
candidates and says so; where the best two are level, the answer is a question.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
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
_WRITTEN_OTHERWISE = -6  # "The Ballerina" may be meant by "Ballerina", where more speaks for it
_KNOWN = 12  # more for titles that come along, where others have the name as well
_ENOUGH = 80  # similarity in percent from which a name is near
_AHEAD, _RECENT = 5, 2  # years before and after its release in which a production is news
_OLD_FILM, _OLD_SERIES = (
    8,
    15,
)  # years from which a remake is likelier than the work itself; see bench/catalogue/linking.py
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
    people: tuple[str, ...] = ()  # named beside it, of whom some may take part
    spoken: int | None = None  # the year in which it is spoken of, as news are: of what is new or goes on


@dataclass(frozen=True, slots=True)
class Candidate:
    """A production that a name may mean."""

    id: str  # SOURCE:ID; "starter" for titles that came along with callboard
    name: str
    kind: str
    year: int | None
    points: float
    fit: float  # the part of the points that the context gave or took
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
        same = _same(found, known)
        if same:
            found[found.index(same[0])] = replace(
                same[0],
                points=max(same[0].points, known.points),
                fit=max(same[0], known, key=lambda each: each.points).fit,
                sources=("starter", *same[0].sources),
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


def find_meant(
    starter: Catalogue, catalogue: sqlite3.Connection | None, name: str, context: Context
) -> tuple[Candidate | None, list[Candidate]]:
    """
    The production that a name means in an article, and those between which it is open; arguments as of `find_candidates`.

    Only a production that has the name is meant, and none where all that have it misfit: a remake that no catalogue has is
    not the old film. Neither is one where several fit equally well.
    """
    named = [
        each
        for each in find_candidates(starter, catalogue, name, context)
        if each.points - each.fit >= _ALSO and each.fit >= 0
    ]
    # what comes along is what much is written about; of a million namesakes little is
    named = [replace(each, points=each.points + _KNOWN) if "starter" in each.sources else each for each in named]
    named.sort(key=lambda each: -each.points)
    if is_settled(named):
        return named[0], []
    return None, [each for each in named if named[0].points - each.points < _FITS]


def _same(found: list[Candidate], known: Candidate) -> list[Candidate]:
    """
    The one candidate of the user's catalogue that is a title of the starter catalogue; none where there is none, or several.

    It has the name that is asked for, which is the title's or an alias of it, and is of that kind and of that year or the
    next; of several, one of the very year. Where the starter has no year, the only one of the name and kind.
    """
    if known.points - known.fit < _ALSO:
        return []
    named = [each for each in found if each.points - each.fit >= _NAMED and each.kind == known.kind]
    if known.year is None:
        return named if len(named) == 1 else []
    for apart in (0, 1):
        same = [each for each in named if each.year is not None and abs(each.year - known.year) <= apart]
        if same:
            return same if len(same) == 1 else []
    return []


def _of_starter(starter: Catalogue, name: str, context: Context) -> Iterator[Candidate]:
    key = title_key(name)
    for title in starter.works_named(name) or starter.near_titles(name):
        base, reason = (_NAMED, "has this name")
        if title_key(title.name) != key:
            base, reason = (_ALSO, "is also called so") if key in starter.aliases else _nearness(key, title.name)
        written = 0 if base < _NAMED else _written(name, title.name)
        seasons = title.seasons
        points, reasons = _fit(
            starter.platform_facts, context, title.kind, title.year, title.platforms, title.country, seasons
        )
        points += written
        yield Candidate(
            "starter", title.name, title.kind, title.year, base + points, points, (reason, *reasons), ("starter",)
        )


def _written(one: str, other: str) -> float:
    """Points for two names of one key that differ in more than case, accents and signs: in an article, or where words part."""
    return 0 if _words(one) == _words(other) else _WRITTEN_OTHERWISE


def _words(name: str) -> str:
    folded = (
        unicodedata.normalize("NFKD", name.replace("’", "'").replace("&", " and ")).encode("ascii", "ignore").decode()
    )
    return " ".join(re.sub(r"[^a-z0-9 ]+", "", re.sub(r"^\w+'s ", "", folded.lower())).split())


def _nearness(key: str, name: str) -> tuple[float, str]:
    from rapidfuzz import fuzz  # only when a title was not found

    score = fuzz.ratio(key, title_key(name))
    return _NEAR * score / 100, f"is spelt nearly so ({score:.0f}%)"


def _of_user(facts: Platforms, catalogue: sqlite3.Connection, name: str, context: Context) -> Iterator[Candidate]:
    key = title_key(name)
    found: dict[int, tuple[float, str]] = {}
    written: dict[int, float] = {}
    for number, what, called in catalogue.execute("SELECT title, what, name FROM name WHERE key = ?", (key,)):
        points = _NAMED if what in ("primary", "original") else _ALSO
        reason = "has this name" if what == "primary" else f"is also called {called} ({what})"
        found[number] = max(found.get(number, (0.0, "")), (points, reason))
        written[number] = max(written.get(number, _WRITTEN_OTHERWISE), _written(name, called))
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
        points += max(written.get(each.number, 0) for each in rows if each.number in found)
        people = people_of(catalogue, rows) if context.person or context.people else set()
        if context.person and people:  # where no credits were imported, nothing is known
            takes_part = title_key(context.person) in people
            points += _FITS if takes_part else _MISFITS
            reasons = (*reasons, f"{'with' if takes_part else 'without'} {context.person}")
        if found_people := [person for person in context.people if title_key(person) in people]:
            points += _FITS
            reasons = (*reasons, f"with {', '.join(found_people[:3])}")
        sources = tuple(dict.fromkeys(each.source for each in rows))
        if len(sources) > 1:
            reasons = (*reasons, f"{len(sources)} catalogues have it")
        yield Candidate(row.id, row.name, row.kind, year, base + points, points, (reason, *reasons), sources)


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
        if wanted is None or not has or (what == "on" and not fits and context.spoken is not None):
            continue  # an article names the network, or the seller, where a catalogue names who streams it
        points += _FITS if fits else _MISFITS
        reasons.append(f"{what} {has}" if fits else f"{what} {has}, not {wanted}")
    if context.season is not None and kind == "film":
        points += _MISFITS
        reasons.append("a film has no seasons")
    elif context.season is not None and seasons:
        # The next season is spoken of before a catalogue has it.
        fits = context.season <= seasons + 1
        if context.spoken is not None:  # an old catalogue lacks the last ones, and a remake begins again at 1
            fits = seasons <= context.season <= seasons + 1
        if fits or context.spoken is None:
            points += _FITS if fits else _MISFITS
            reasons.append(f"has {seasons} seasons")
    if context.spoken is not None and year is not None:
        more, why = _timely(context.spoken, context.season, kind, year, seasons)
        points += more
        reasons += [why] if why else []
    return points, tuple(reasons)


def _timely(spoken: int, season: int | None, kind: str, year: int, seasons: int | None) -> tuple[float, str]:
    """
    Points for when a production came out, against the year in which it is spoken of as new or going on.

    A film is news from the years before it to those after; a series whose season N is spoken of began about N years ago,
    later where it paused: one that is older by far is meant only where the season would be its next.
    """
    if year > spoken + _AHEAD:
        return _MISFITS, f"of {year}, spoken of in {spoken} already"
    if kind != "film" and season is None:
        return 0, ""
    late = spoken - (season or 1) + 1 - year
    if late <= _RECENT:
        return _FITS, f"of {year}, spoken of in {spoken}"
    is_next = seasons is not None and season == seasons + 1
    if late > (_OLD_FILM if kind == "film" else _OLD_SERIES) and not is_next:
        return 2 * _MISFITS, f"of {year}, spoken of in {spoken} still"
    return 0, ""


def _one_platform(facts: Platforms, wanted: str, platforms: tuple[str, ...]) -> bool:
    """Whether a platform is among some, whatever each of them was called at the time."""
    return (facts.find(wanted) or wanted).casefold() in {
        (facts.find(platform) or platform).casefold() for platform in platforms
    }


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)  # the first that is known
