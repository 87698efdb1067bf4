"""
The board as lists that Sonarr and Radarr import: titles with the ids that other catalogues give them.

Sonarr's Custom List is an array of objects with `title`, `tvdbId`, `tmdbId` and `imdbId`; Radarr reads the array that
StevenLu's lists have, with `title`, `imdb_id` and `poster_url`. An id is given where an imported catalogue has it for the one
work of that name, and is 0 or null otherwise, so that nothing is guessed: Sonarr and Radarr then go by the title or leave
it out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callboard.board import Board
from callboard.model import Decision, Milestone
from callboard.show import words
from callboard.show.outlook import range_of
from callboard.show.views import BoardRow

MOST_DAYS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of the board a list has, beside the board's own filters."""

    due_days: int | None = None  # only what most likely premieres within so many days; None: whenever
    decision: Decision | None = None  # only of which this is most likely decided
    least: float = 0.0  # at least so likely is the decision, else the stage


def choose(rows: Iterable[BoardRow], wanted: Wanted) -> list[BoardRow]:
    """The rows that are wanted, in their order."""
    return [row for row in rows if _is_wanted(row, wanted)]


def sonarr_list(board: Board, rows: Sequence[BoardRow]) -> list[dict[str, Any]]:
    """The series among the rows, each once, as Sonarr's Custom List reads them."""
    found = []
    for title in dict.fromkeys(row.production.title for row in rows if row.kind == "season"):
        ids = board.catalogue.ids_of(title, "series")
        found.append(
            {
                "title": words.clean(title),
                "tvdbId": _number(ids, "tvdb"),
                "tmdbId": _number(ids, "tmdb"),
                "imdbId": ids.get("imdb"),
            }
        )
    return found


def radarr_list(board: Board, rows: Sequence[BoardRow]) -> list[dict[str, Any]]:
    """The films among the rows as Radarr reads the lists of StevenLu; posters are none of ours."""
    titles = dict.fromkeys(row.production.title for row in rows if row.kind == "film")
    return [
        {
            "title": words.clean(title),
            "imdb_id": board.catalogue.ids_of(title, "film").get("imdb"),
            "poster_url": None,
        }
        for title in titles
    ]


def _is_wanted(row: BoardRow, wanted: Wanted) -> bool:
    judgement = row.judgement
    if wanted.decision is not None and judgement.decided is not wanted.decision:
        return False
    sure = judgement.decision[judgement.decided] if wanted.decision is not None else row.stage_p
    if sure < wanted.least:
        return False
    if wanted.due_days is None:
        return True
    release = judgement.milestones[Milestone.RELEASE]
    until = judgement.as_of + dt.timedelta(wanted.due_days)
    return release.done < 0.5 and range_of(release, judgement.as_of).middle <= until


def _number(ids: Mapping[str, str], scheme: str) -> int:
    value = ids.get(scheme, "")
    return int(value) if value.isascii() and value.isdigit() else 0
