"""Which productions of the board somebody follows: by title, by platform, by a person in them, or by a view that shows them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from callboard.alerts.finding import told_of_people, view_filters
from callboard.alerts.follows import Follow, Kind, person_key
from callboard.alerts.store import AlertStore
from callboard.board import Board
from callboard.show.rows import passes
from callboard.show.views import BoardRow


class FollowedRows:
    """Chooses the rows of a board that are followed; the list of follows is read anew each time."""

    def __init__(self, board: Board, path: Path) -> None:
        self._board = board
        self._path = path
        self._told: tuple[tuple[int, dt.date, frozenset[str]], frozenset[tuple[str, int | None]]] | None = None

    def stamp(self) -> str:
        """What changes whenever the choice may."""
        return repr(self._follows())

    def choose(self, rows: tuple[BoardRow, ...], as_of: dt.date) -> tuple[BoardRow, ...]:
        """Those of the rows that are followed, in their order."""
        follows = self._follows()
        titles = {(self._board.key(each.name), each.season) for each in follows if each.kind is Kind.TITLE}
        platforms = {each.name.casefold() for each in follows if each.kind is Kind.PLATFORM}
        views = [view_filters(each.query) for each in follows if each.kind is Kind.VIEW]
        taking_part = self._taking_part(frozenset(person_key(f.name) for f in follows if f.kind is Kind.PERSON), as_of)

        def is_followed(row: BoardRow) -> bool:
            key, season = self._board.key(row.production.title), row.production.season
            named = {(key, season), (key, None)}
            if not named.isdisjoint(titles) or not named.isdisjoint(taking_part):
                return True
            return (row.platform or "").casefold() in platforms or any(passes(row, view) for view in views)

        return tuple(filter(is_followed, rows))

    def _follows(self) -> list[Follow]:
        with AlertStore.open(self._path, read_only=True) as store:
            return store.follows()

    def _taking_part(self, people: frozenset[str], as_of: dt.date) -> frozenset[tuple[str, int | None]]:
        """Key of the title, and season, of all that some people are said to take part in."""
        asked = (self._board.ledger.version(), as_of, people)
        if self._told is None or self._told[0] != asked:
            told = told_of_people(self._board, set(people), as_of)
            found = (report.claim.production for reports in told.values() for report in reports)
            self._told = (asked, frozenset((self._board.key(each.title), each.season) for each in found))
        return self._told[1]
