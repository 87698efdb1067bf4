"""Which works and which season a title may mean, from what the catalogue knows and what is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from callboard.catalogue.catalogue import Title
from callboard.model import OTHER_EVENTS, Event, Modality, Production, Report

_SILENT_DAYS, _MORE_PAGES = 180, 3  # see `newest_season`
_MAKING = (Event.ORDER, Event.CASTING, Event.PREPARATION, Event.FILMING_START, Event.FILMING, Event.FILMING_END)


def fitting(named: Sequence[Title], spoken: Sequence[Production], kind: str | None, year: int | None) -> list[Title]:
    """The works of a name that may be meant."""
    works = [work for work in named if kind in (None, work.kind) and year in (None, work.year)]
    if len(works) > 1 and kind is None and numbered(spoken) and all(p.season is not None for p in spoken):
        works = [work for work in works if work.kind == "series"]  # all that is said is said of seasons
    return works


def told_apart(works: Sequence[Title], told: Sequence[Report]) -> list[Title]:
    """
    Of several works of a name those that fit what is said: the one that a named platform shows, and no film that was out
    more than a year before somebody told of its making. All of them where none fits, since none is then known.
    """
    if len(works) < 2:
        return list(works)
    platforms = {r.claim.platform for r in told if r.claim.platform and r.claim.modality is not Modality.DENIED}
    shown = [work for work in works if not platforms.isdisjoint(work.platforms)]
    if len(shown) == 1:
        return shown
    made = [r.said.bounds()[0].year for r in told if r.said and r.claim.event in _MAKING]
    if not made:
        return list(works)
    fresh = [work for work in works if work.kind != "film" or work.year is None or work.year >= min(made) - 1]
    return fresh or list(works)


def numbered(spoken: Iterable[Production]) -> bool:
    """Whether anything said is of a season."""
    return any(production.season is not None for production in spoken)


def speaks_of(spoken: Sequence[Production], kind: str) -> bool:
    """Whether anything said is of such a kind; where seasons are told of, what names none is said of the series."""
    return bool(spoken) and numbered(spoken) == (kind == "series")


def newest_season(told: Sequence[Report]) -> int | None:
    """
    The newest season of which more than plots and reviews are told, else the newest; None where none is spoken of.

    A season is passed over where one before it has `_MORE_PAGES` times its pages, and news `_SILENT_DAYS` days younger:
    it is then likelier misread ("Marvel's third Netflix series") than what one asks for.
    """
    of_seasons = [report for report in told if report.claim.production.season is not None]
    staged = [report for report in of_seasons if report.claim.event not in OTHER_EVENTS]
    pages: dict[int, set[str]] = {}
    newest: dict[int, int] = {}
    for report in staged or of_seasons:
        season = report.claim.production.season or 0
        pages.setdefault(season, set()).add(report.document or report.id)
        day = report.said.bounds()[0] if report.said else report.learned.date() if report.learned else dt.date.min
        newest[season] = max(newest.get(season, 0), day.toordinal())
    for season in sorted(pages, reverse=True):
        enough, later = _MORE_PAGES * len(pages[season]), newest[season] + _SILENT_DAYS
        if not any(len(pages[s]) >= enough and newest[s] >= later for s in pages if s < season):
            return season
    return None


def listed(works: Iterable[Title]) -> str:
    """The works in one line."""
    return "; ".join(map(str, works))
