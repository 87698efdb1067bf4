"""The pages of the user's catalogue: `/catalogue` finds titles, `/catalogue/SOURCE:ID` shows one, fact by fact with its source."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from callboard.errors import CatalogueError
from callboard.settings import load_settings
from callboard.show.named_pages import Host
from callboard.show.queries import BadQuery, read_choice, read_number, read_text, read_year


class CataloguePages:
    """Answers them; nothing of them is kept, since the catalogue changes beside the ledger."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def page_search(self, request: Request) -> Response:
        """Which productions a name may mean, best first with reasons; where several fit, the question."""
        from callboard.catalogue.searching import Context, find_candidates, is_settled
        from callboard.catalogue.starter import load_starter

        name = read_text(request, "name")
        context = Context(
            year=read_year(request),
            kind=read_choice(request, "kind", ("film", "series")),
            platform=read_text(request, "platform"),
            country=read_text(request, "country"),
            season=read_number(request, "season"),
            person=read_text(request, "person"),
        )
        with _opened() as opened:
            found = find_candidates(load_starter(), opened, name, context) if name else []
        return self._host.html(
            request,
            "catalogue.html",
            None,
            name=name,
            context=context,
            found=found,
            is_open=bool(found) and not is_settled(found),
            imported=opened is not None,
        )

    def page_title(self, request: Request) -> Response:
        """Everything that is known of a production, and the entries about it."""
        from callboard.catalogue.born import entries_of
        from callboard.catalogue.identity import entries_about, facts_of, find_row, parse_id, production_of
        from callboard.catalogue.starter import load_starter

        asked = request.path_params["identity"]
        try:
            identity = parse_id(asked)
        except CatalogueError as error:
            raise BadQuery(str(error)) from error
        with _opened() as opened:
            row = find_row(opened, identity) if opened else None
            if opened is None or row is None:
                message = f"The catalogue has no title {identity}."
                return self._host.html(request, "error.html", None, status=404, message=message, near=(), works=())
            rows = production_of(opened, row)
            platforms, day = load_starter().platform_facts, dt.date.today()
            facts = [
                (fact.what, platforms.told(fact.value, day) if fact.what == "platform" else fact.value, fact.source)
                for fact in facts_of(opened, rows)
            ]
            entries = [
                (made, f"{what} {one} {other}", reason)
                for made, what, one, other, reason in entries_about(opened, rows)
            ]
            press = [entry for each in rows if each.source == "press" for entry in entries_of(opened, each.ref)]
            entries += [(entry.made, f"{entry.what} {entry.value}", entry.reason) for entry in press]
        return self._host.html(
            request, "catalogue_title.html", None, row=row, rows=rows, facts=facts, entries=sorted(entries)
        )


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
