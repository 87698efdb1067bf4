"""The pages of the user's catalogue: `/catalogue` finds titles, `/catalogue/SOURCE:ID` shows one, fact by fact with its source."""

from __future__ import annotations

import datetime as dt

from starlette.requests import Request
from starlette.responses import Response

from callboard.errors import CatalogueError
from callboard.lookup import find_entry, find_productions, read_identity
from callboard.show.named_pages import Host
from callboard.show.queries import BadQuery, read_choice, read_number, read_text, read_year


class CataloguePages:
    """Answers them; nothing of them is kept, since the catalogue changes beside the ledger."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def page_search(self, request: Request) -> Response:
        """Which productions a name may mean, best first with reasons; where several fit, the question."""
        name = read_text(request, "name") or ""
        year, kind = read_year(request), read_choice(request, "kind", ("film", "series"))
        platform, person = read_text(request, "platform"), read_text(request, "person")
        season = read_number(request, "season")
        found = find_productions(name, year=year, kind=kind, platform=platform, season=season, person=person)
        asked = {"kind": kind, "year": year, "season": season, "platform": platform, "person": person}
        return self._host.html(request, "catalogue.html", None, name=name, asked=asked, view=found)

    def page_title(self, request: Request) -> Response:
        """Everything that is known of a production, and the entries about it."""
        asked = request.path_params["identity"]
        try:
            identity = read_identity(asked)
        except CatalogueError as error:
            raise BadQuery(str(error)) from error
        found = find_entry(identity, dt.date.today())
        if found is None:
            message = f"The catalogue has no title {asked}."
            return self._host.html(request, "error.html", None, status=404, message=message, near=(), works=())
        return self._host.html(request, "catalogue_title.html", None, view=found)
