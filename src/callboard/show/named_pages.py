"""The pages of titles, people, outlets and places, each with its JSON twin under `/api/v1`."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from callboard.board import Board
from callboard.model import Json
from callboard.show.addresses import named_by
from callboard.show.named import Names, make_title
from callboard.show.queries import read_choice, read_year

FOLDERS = {"person": "people", "outlet": "outlets", "place": "places"}  # kind -> its part of an address of the API


class Host(Protocol):
    """What answers a request for these pages."""

    board: Board

    def as_of(self, request: Request) -> dt.date:
        """The day of the answer."""
        ...

    def unchanged(self, request: Request, as_of: dt.date) -> Response | None:
        """The answer, where it was given before."""
        ...

    def html(self, request: Request, template: str, as_of: dt.date | None, **data: object) -> Response:
        """A page."""
        ...

    def json(self, request: Request, data: Json, as_of: dt.date) -> Response:
        """Its twin."""
        ...


class NamedPages:
    """Answers by name."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._names = Names(host.board)

    def page_title(self, request: Request) -> Response:
        """All seasons of a title."""
        host = self._host
        as_of = host.as_of(request)
        title, _ = named_by(request.path_params["slug"])
        if (fresh := host.unchanged(request, as_of)) is not None:
            return fresh
        year, kind = read_year(request), read_choice(request, "kind", ("film", "series"))
        view = make_title(host.board, title, as_of, kind=kind, year=year)
        if request.url.path.startswith("/api/"):
            return host.json(request, view.to_json(), as_of)
        return host.html(request, "title.html", as_of, view=view)

    def page_name(self, kind: str, request: Request) -> Response:
        """A person, an outlet or a place."""
        host = self._host
        as_of = host.as_of(request)
        if (fresh := host.unchanged(request, as_of)) is not None:
            return fresh
        view = self._names.view(kind, request.path_params["name"], as_of)
        if request.url.path.startswith("/api/"):
            return host.json(request, view.to_json(), as_of)
        return host.html(request, "name.html", as_of, view=view)
