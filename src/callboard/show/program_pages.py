"""What programs ask for: the API, tables, lists that other programs import, and calendars."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from callboard import __version__
from callboard.board import Known
from callboard.model import Json
from callboard.show import api, lists, words
from callboard.show.addresses import named_by
from callboard.show.answers import make_answer
from callboard.show.calendar import EntryMemory, known_of_title, make_entries, write_calendar
from callboard.show.elsewhere import linked_data
from callboard.show.kinds import CALENDAR, media_type_of
from callboard.show.named_pages import Host
from callboard.show.queries import (
    read_choice,
    read_cursor,
    read_filters,
    read_limit,
    read_text,
    read_wanted,
    read_year,
)
from callboard.show.rows import make_board, passing
from callboard.show.views import BoardRow, Filters


class ProgramHost(Host, Protocol):
    """What answers a request of a program."""

    today: Callable[[], dt.date]
    takes_verdicts: bool

    def rows_of(self, as_of: dt.date, filters: Filters) -> tuple[BoardRow, ...]:
        """The rows from which filters choose."""
        ...

    def answered(self, body: str, request: Request, as_of: dt.date, kind: str) -> Response:
        """An answer of a media type, which is kept."""
        ...


def json_text(data: Json | list[Json]) -> str:
    """JSON without characters that are not seen."""
    return words.escape_hidden(json.dumps(data, ensure_ascii=False))


class ProgramPages:
    """Answers them."""

    def __init__(self, host: ProgramHost) -> None:
        self._host = host
        self._entries = EntryMemory()

    def list_board(self, request: Request) -> Response:
        """The board as a list that Sonarr or Radarr imports; it takes the filters of the board."""
        as_of, filters, wanted = self._host.as_of(request), read_filters(request), read_wanted(request)
        if (fresh := self._host.unchanged(request, as_of)) is not None:
            return fresh
        rows = lists.choose(make_board(self._host.rows_of(as_of, filters), as_of, filters).rows, wanted)
        make = lists.sonarr_list if request.url.path.endswith("sonarr.json") else lists.radarr_list
        return self._host.answered(json_text(make(self._host.board, rows)), request, as_of, "application/json")

    def calendar_board(self, request: Request) -> Response:
        """The board's calendar; it takes the filters of the board."""
        as_of, filters = self._host.as_of(request), read_filters(request)
        if (fresh := self._host.unchanged(request, as_of)) is not None:
            return fresh
        if self._host.board.kept is None:
            known = passing(self._host.board, as_of, filters)
        else:  # of a large ledger those rows tell which productions are meant
            rows = make_board(self._host.rows_of(as_of, filters), as_of, filters).rows
            known = [self._host.board.know(row.production, as_of) for row in rows]
        if filters.changed or filters.followed:
            meant = {row.production for row in self._host.rows_of(as_of, filters)}
            known = [each for each in known if each.judgement.production in meant]
        return self.calendar(request, known, "callboard", as_of)

    def calendar_production(self, request: Request) -> Response:
        """The calendar of a season, of a film, or of all seasons of a title."""
        as_of = self._host.as_of(request)
        title, season = named_by(request.path_params["slug"])
        if (fresh := self._host.unchanged(request, as_of)) is not None:
            return fresh
        year, kind = read_year(request), read_choice(request, "kind", ("film", "series"))
        known = known_of_title(self._host.board, title, season, as_of, kind=kind, year=year)
        production = known[0].judgement.production
        name = str(production) if season is not None else production.title
        return self.calendar(request, known, f"callboard: {name}", as_of)

    def calendar(self, request: Request, known: list[Known], name: str, as_of: dt.date) -> Response:
        premieres = read_choice(request, "premieresOnly", ("true", "false")) == "true"
        entries = make_entries(self._host.board, known, premieres_only=premieres)
        if not request.query_params.get("as_of"):  # a past day is answered as it is, and is nobody's subscription
            entries = self._entries.settle(entries)
        return self._host.answered(write_calendar(entries, name, as_of), request, as_of, CALENDAR)

    def api_board(self, request: Request) -> Response:
        as_of, filters = self._host.as_of(request), replace(read_filters(request), title=read_text(request, "query"))
        if (fresh := self._host.unchanged(request, as_of)) is not None:
            return fresh
        view = make_board(self._host.rows_of(as_of, filters), as_of, filters)
        if request.url.path.endswith(".csv"):
            return self._host.answered(api.board_table(view.rows), request, as_of, "text/csv")
        return self._host.json(request, api.board_page(view, read_limit(request), read_cursor(request)), as_of)

    def api_production(self, request: Request) -> Response:
        """A production, its claims, or its linked data, by the last part of the address."""
        as_of = self._host.as_of(request)
        title, season = named_by(request.path_params["slug"])
        if (fresh := self._host.unchanged(request, as_of)) is not None:
            return fresh
        year, kind = read_year(request), read_choice(request, "kind", ("film", "series"))
        part = request.path_params.get("part")
        if part not in (None, "claims", "linked-data"):
            raise HTTPException(404)
        limit, cursor, spoilers = read_limit(request), read_cursor(request), request.query_params.get("spoilers")
        found = self._host.board.find(title, season, kind=kind, year=year, as_of=as_of, whole=True)
        view = make_answer(self._host.board, found, as_of)
        if part == "claims":
            return self._host.json(request, api.claims_page(view, limit, cursor, spoilers=spoilers == "1"), as_of)
        if part == "linked-data":
            return self._host.answered(json_text(linked_data(view)), request, as_of, media_type_of(request))
        return self._host.json(request, api.production_page(view), as_of)

    def api_document(self, request: Request) -> Response:
        day = self._host.today()
        return self._host.unchanged(request, day) or self._host.json(
            request, api.openapi(__version__, takes_verdicts=self._host.takes_verdicts), day
        )
