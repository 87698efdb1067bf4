"""
What the catalogue knows of a title's run: in which year each season came out, and how many were out by then.

A catalogue is made long after most articles are written, so every answer is given as of the year of the article.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from callboard.model import Milestone, Season

# Seasons and films further from the article than this are all the same to it.
FARTHEST = 6
UNKNOWN = -9.0


class Dated(Protocol):
    """What is asked of a title of the catalogue."""

    @property
    def kind(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def seasons(self) -> int | None: ...
    @property
    def dated(self) -> Sequence[Season]: ...


@dataclass(frozen=True, slots=True)
class Run:
    """The release years that the catalogue knows under one name, of all its works together."""

    kinds: frozenset[str]  # of the works: "film", "series"
    films: tuple[int, ...]
    first: tuple[int, ...]  # years in which series of the name began
    seasons: dict[int, int]  # number of a season -> year of its release, of the series that is known best
    count: int  # seasons that were out when the catalogue was made, 0 where it does not say

    def out_by(self, year: int | None) -> int:
        """How many seasons were out in a year; all that are known of where years are not, or the article's is not."""
        if year is None or not self.seasons:
            return self.count
        return max((number for number, released in self.seasons.items() if released <= year), default=0)

    def away(self, year: int | None) -> float:
        """Years between an article and the nearest release, 0 or more; `UNKNOWN` where none is known."""
        released = [*self.films, *self.first, *self.seasons.values()]
        return float(min(abs(year - other) for other in released)) if released and year else UNKNOWN

    def released(self, season: int | None, year: int | None) -> int | None:
        """The year in which a season came out, or where no later one is asked for the film of the name nearest to a year; None where it is not known."""
        if season is not None and season in self.seasons:
            return self.seasons[season]
        if year is None or self.first or season not in (None, 1):
            return None
        return min(self.films, key=lambda film: abs(film - year), default=None)

    def season_ahead(self, season: int | None, year: int | None) -> float:
        """Years from an article to the release of a season, between -`FARTHEST` and `FARTHEST`, or `UNKNOWN`."""
        released = self.seasons.get(season) if season is not None else None
        return float(max(-FARTHEST, min(FARTHEST, released - year))) if released and year else UNKNOWN

    def film_ahead(self, year: int | None) -> float:
        """Years from an article to the nearest film of the name, as `season_ahead`."""
        ahead = [film - year for film in self.films] if year else []
        return float(max(-FARTHEST, min(FARTHEST, min(ahead, key=abs)))) if ahead else UNKNOWN


def run_of(titles: Iterable[Dated]) -> Run:
    """The run of the titles of one name."""
    titles = tuple(titles)
    films: list[int] = []
    first: list[int] = []
    best: dict[int, int] = {}
    count = 0
    for title in titles:
        if title.kind == "film":
            films += [title.year] if title.year else []
            continue
        first += [title.year] if title.year else []
        years: dict[int, int] = {}
        for season in title.dated:
            release = season.dates.get(Milestone.RELEASE)
            if season.season is not None and release is not None:
                years[season.season] = release.middle.year
        best = max(best, years, key=len)
        count = max(count, title.seasons or 0, *years, 0)
    return Run(frozenset(title.kind for title in titles), tuple(films), tuple(first), best, count)
