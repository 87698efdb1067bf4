"""
The board and the productions as web pages, with a JSON twin of each; read only, no scripts.

`make_app` gives the ASGI application. Addresses: `/` and `/board.json`, `/p/SLUG` and `/p/SLUG.json`, `/search`,
`/t/SLUG`, `/person/NAME`, `/outlet/NAME`, `/place/NAME`,
`/changes` with `.atom` and `.json`, `/calendar.ics` and `/p/SLUG/calendar.ics`, `/lists/...`, `/api/v1/...` (see `api`),
`/static/NAME`. Every page takes `as_of=YYYY-MM-DD`. An error of a JSON address is
`{"error": {"status": 404, "message": "...", "near": [...]}}`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from callboard import __version__
from callboard.board import Board, Known
from callboard.errors import AmbiguousTitle, CallboardError, UnknownTitle
from callboard.model import Json, Production, title_key
from callboard.show import api, feeds, lists, svg, words
from callboard.show.addresses import name_slug, named_by, slug_of, title_slug
from callboard.show.answers import make_answer, work_link
from callboard.show.bodies import Bodies
from callboard.show.calendar import EntryMemory, known_of_title, make_entries, write_calendar
from callboard.show.changed import MOST_DAYS, ChangesCache, make_changes
from callboard.show.elsewhere import linked_data
from callboard.show.guard import SecurityHeaders
from callboard.show.kinds import CALENDAR, media_type_of, twin_of, wants_json
from callboard.show.named import UnknownName, names_in
from callboard.show.named_pages import FOLDERS, NamedPages
from callboard.show.queries import (
    BadQuery,
    read_changes,
    read_choice,
    read_cursor,
    read_day,
    read_filters,
    read_limit,
    read_page,
    read_text,
    read_wanted,
    read_year,
)
from callboard.show.rows import RowsCache, make_board, passing
from callboard.show.views import BoardRow, Filters, Link

PAGE_SIZE = 100
_NAMED = 24  # people, places or outlets that a production's page links, the newest
_KEPT = (
    "as_of",
    "stage",
    "platform",
    "title",
    "filming",
    "changed",
    "all",
    "page",
    "days",
    "since",
    "event",
    "probability",
    "as_published",
)  # what a link from a page to itself repeats
_HERE = Path(__file__).parent


class _Pages:
    """What answers a request: the board, its cached rows, and the templates."""

    def __init__(
        self, board: Board, today: Callable[[], dt.date], also: Sequence[tuple[str, str]], *, takes_verdicts: bool
    ) -> None:
        self.board = board
        self.takes_verdicts = takes_verdicts
        self.today = today
        self.rows = RowsCache(board)
        self.changes = ChangesCache(board)
        self.entries = EntryMemory()
        self.bodies = Bodies()
        self.templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters["groupby_order"] = _grouped
        self.templates.globals.update(
            words=words, svg=svg, version=__version__, stages=words.STAGES, name_slug=name_slug, title_slug=title_slug
        )
        self.templates.globals["also"] = tuple(also)
        self.look = f"{_digest_of(_HERE / 'templates', _HERE / 'static')} {also} {takes_verdicts}"

    def page_board(self, request: Request) -> Response:
        as_of, filters, page = self.as_of(request), read_filters(request), read_page(request)
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        view = make_board(self.rows_of(as_of, filters), as_of, filters, page=page, page_size=PAGE_SIZE)
        if wants_json(request):
            return self.json(request, view.to_json(), as_of)
        return self.html(request, "board.html", as_of, view=view, scale=svg.board_scale(as_of))

    def list_board(self, request: Request) -> Response:
        """The board as a list that Sonarr or Radarr imports; it takes the filters of the board."""
        as_of, filters, wanted = self.as_of(request), read_filters(request), read_wanted(request)
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        rows = lists.choose(make_board(self.rows_of(as_of, filters), as_of, filters).rows, wanted)
        make = lists.sonarr_list if request.url.path.endswith("sonarr.json") else lists.radarr_list
        return self.answered(_json_text(make(self.board, rows)), request, as_of, "application/json")

    def rows_of(self, as_of: dt.date, filters: Filters) -> tuple[BoardRow, ...]:
        """The rows from which the filters choose: all, or those that changed this week."""
        rows = self.rows.of(as_of, filters.everything)
        if not filters.changed:
            return rows
        moved = self.changes.moved(as_of)
        return tuple(row for row in rows if row.production in moved)

    def page_production(self, request: Request) -> Response:
        as_of = self.as_of(request)
        title, season = named_by(request.path_params["slug"])
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        year, kind = read_year(request), read_choice(request, "kind", ("film", "series"))
        found = self.board.find(title, season, kind=kind, year=year, as_of=as_of, whole=True)
        view = make_answer(self.board, found, as_of)
        if wants_json(request):
            return self.json(request, view.to_json(spoilers=request.query_params.get("spoilers") == "1"), as_of)
        named = names_in(each.report for each in view.evidence)
        return self.html(
            request,
            "production.html",
            as_of,
            view=view,
            scale=svg.answer_scale(view),
            names={kind: names[:_NAMED] for kind, names in named.items()},
        )

    def calendar_board(self, request: Request) -> Response:
        """The board's calendar; it takes the filters of the board."""
        as_of, filters = self.as_of(request), read_filters(request)
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        known = passing(self.board, as_of, filters)
        if filters.changed:
            moved = self.changes.moved(as_of)
            known = [each for each in known if each.judgement.production in moved]
        return self.calendar(request, known, "callboard", as_of)

    def calendar_production(self, request: Request) -> Response:
        """The calendar of a season, of a film, or of all seasons of a title."""
        as_of = self.as_of(request)
        title, season = named_by(request.path_params["slug"])
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        year, kind = read_year(request), read_choice(request, "kind", ("film", "series"))
        known = known_of_title(self.board, title, season, as_of, kind=kind, year=year)
        production = known[0].judgement.production
        name = str(production) if season is not None else production.title
        return self.calendar(request, known, f"callboard: {name}", as_of)

    def calendar(self, request: Request, known: list[Known], name: str, as_of: dt.date) -> Response:
        premieres = read_choice(request, "premieresOnly", ("true", "false")) == "true"
        entries = make_entries(self.board, known, premieres_only=premieres)
        if not request.query_params.get("as_of"):  # a past day is answered as it is, and is nobody's subscription
            entries = self.entries.settle(entries)
        return self.answered(write_calendar(entries, name, as_of), request, as_of, CALENDAR)

    def api_board(self, request: Request) -> Response:
        as_of, filters = self.as_of(request), replace(read_filters(request), title=read_text(request, "query"))
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        view = make_board(self.rows_of(as_of, filters), as_of, filters)
        if request.url.path.endswith(".csv"):
            return self.answered(api.board_table(view.rows), request, as_of, "text/csv")
        return self.json(request, api.board_page(view, read_limit(request), read_cursor(request)), as_of)

    def api_production(self, request: Request) -> Response:
        """A production, its claims, or its linked data, by the last part of the address."""
        as_of = self.as_of(request)
        title, season = named_by(request.path_params["slug"])
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        year, kind = read_year(request), read_choice(request, "kind", ("film", "series"))
        found = self.board.find(title, season, kind=kind, year=year, as_of=as_of, whole=True)
        view = make_answer(self.board, found, as_of)
        part = request.path_params.get("part")
        if part == "claims":
            limit, cursor, spoilers = read_limit(request), read_cursor(request), request.query_params.get("spoilers")
            return self.json(request, api.claims_page(view, limit, cursor, spoilers=spoilers == "1"), as_of)
        if part == "linked-data":
            return self.answered(_json_text(linked_data(view)), request, as_of, media_type_of(request))
        if part is not None:
            raise HTTPException(404)
        return self.json(request, api.production_page(view), as_of)

    def page_changes(self, request: Request) -> Response:
        """What changed: the page, its JSON, or a feed, by the address."""
        as_of = self.as_of(request)
        filters = read_changes(request, as_of)
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        view = make_changes(self.changes.of(as_of, as_published=filters.as_published), as_of, filters)
        home, here = str(request.base_url).rstrip("/"), str(request.url)
        if request.url.path == "/changes.atom":
            return self.answered(feeds.write_atom(view, home, here), request, as_of, feeds.ATOM)
        if request.url.path == "/changes.json":
            return self.answered(_json_text(feeds.make_json_feed(view, home, here)), request, as_of, feeds.JSON_FEED)
        if wants_json(request):
            return self.json(request, api.changes_page(view, read_limit(request), read_cursor(request)), as_of)
        return self.html(request, "changes.html", as_of, view=view, most=MOST_DAYS)

    def api_document(self, request: Request) -> Response:
        day = self.today()
        return self.unchanged(request, day) or self.json(
            request, api.openapi(__version__, takes_verdicts=self.takes_verdicts), day
        )

    def page_search(self, request: Request) -> Response:
        as_of, text = self.as_of(request), read_text(request, "q") or ""
        key = title_key(text)
        spoken = {entry.production for entry in self.board.ledger.productions(as_of)} if key else set()
        exact = [p for p in spoken if self.board.key(p.title) == self.board.key(text)]
        works = self.works(text) if key else []
        if exact and len(works) < 2:
            found = self.board.find(text, as_of=as_of)
            return RedirectResponse(self.address(request, f"/p/{slug_of(found.production)}"), status_code=303)
        matches = sorted(
            (p for p in spoken if key in title_key(p.title)), key=lambda p: (title_key(p.title), p.season or 0)
        )
        near = self.board.near(text, as_of) if key and not matches else []
        return self.html(
            request,
            "search.html",
            as_of,
            text=words.clean(text),
            works=works,
            matches=[_link(production) for production in matches[:PAGE_SIZE]],
            near=[_link(Production(title)) for title in near],
        )

    def failed(self, request: Request, error: Exception) -> Response:
        """The page of an error, or its JSON."""
        status = 500
        near: tuple[Link, ...] = ()
        works: tuple[Link, ...] = ()
        message = "Something went wrong inside callboard; its log says what."
        if isinstance(error, HTTPException):
            status, message = error.status_code, error.detail
        elif isinstance(error, UnknownTitle):
            status, message, near = 404, str(error), tuple(_link(Production(title)) for title in error.near)
        elif isinstance(error, UnknownName):
            near = tuple(Link(text=name, slug=name_slug(name), folder=error.kind) for name in error.near)
            status, message = 404, str(error)
        elif isinstance(error, AmbiguousTitle):
            title, _ = named_by(request.path_params["slug"])
            status, message = 300, str(error).partition(": ")[0] + "; choose one."
            works = tuple(self.works(title))
        elif isinstance(error, (BadQuery, api.BadCursor)):
            status, message = 400, str(error)
        elif isinstance(error, CallboardError):
            status, message = 503, str(error)
        message = words.clean(message)
        if wants_json(request):
            choices = [{"id": link.slug, "name": link.text, **link.query} for link in (*near, *works)]
            text = _json_text({"error": {"status": status, "message": message, "near": choices}})
            return Response(text, status, media_type="application/json")
        return self.html(request, "error.html", None, status=status, message=message, near=near, works=works)

    def works(self, title: str) -> list[Link]:
        """All works of a name that the catalogue knows, each with what singles it out."""
        return [work_link(work) for work in self.board.works(title)]

    def as_of(self, request: Request) -> dt.date:
        """The day of the answer: the one that is asked for, else the server's."""
        return read_day(request, "as_of") or self.today()

    def address(self, request: Request, path: str, **changed: str | int | None) -> str:
        """An address on this server that keeps the day that was asked for; None leaves a parameter out."""
        kept = {"as_of": request.query_params.get("as_of") or None} | changed
        query = urlencode({name: value for name, value in kept.items() if value is not None})
        return f"{path}?{query}" if query else path

    def tag(self, request: Request, as_of: dt.date) -> str:
        """What changes whenever the answer might: the ledger, the day, the templates, the question, the server's name."""
        parts = f"{self.board.ledger.version()} {as_of} {self.look} {request.url}"
        return '"' + hashlib.blake2b(parts.encode(), digest_size=12).hexdigest() + '"'

    def unchanged(self, request: Request, as_of: dt.date) -> Response | None:
        """A 304 for who has the answer already, the answer itself if it was given before, else None."""
        tag = self.tag(request, as_of)
        if tag in [known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=_cached(tag))
        body = self.bodies.get(tag)
        kind = media_type_of(request)
        return Response(body, headers=_cached(tag), media_type=kind) if body is not None else None

    def answered(self, body: str, request: Request, as_of: dt.date, kind: str) -> Response:
        """The answer, kept for whoever asks the same before the ledger grows."""
        tag = self.tag(request, as_of)
        self.bodies.keep(tag, body)
        return Response(body, headers=_cached(tag), media_type=kind)

    def html(self, request: Request, template: str, as_of: dt.date | None, **data: object) -> Response:
        def href(path: str, **changed: str | int | None) -> str:
            return self.address(request, path, **changed)

        def here(**changed: str | int | None) -> dict[str, str | int | None]:
            kept = {name: value for name, value in request.query_params.items() if name in _KEPT}
            return kept | changed

        asked = request.query_params.get("as_of", "") if as_of else ""
        page = self.templates.get_template(template).render(
            data,
            href=href,
            here=here,
            asked_day=asked,
            as_of=as_of,
            query=request.query_params,
            here_path=request.url.path,
            host=request.url.netloc,
            json_twin=twin_of(request),
        )
        status = data.get("status", 200)
        assert isinstance(status, int)
        if as_of is None:
            return Response(page, status, media_type="text/html")
        return self.answered(page, request, as_of, "text/html")

    def json(self, request: Request, data: Json, as_of: dt.date) -> Response:
        return self.answered(_json_text(data), request, as_of, "application/json")


def make_app(
    board: Board,
    *,
    as_of: dt.date | None = None,
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
    also: Sequence[tuple[str, str]] = (),
    takes_verdicts: bool = False,
) -> ASGIApp:
    """
    The web application of a board.

    Args:
        board: What to show; its ledger may be read by several threads.
        as_of: The day of answers where a request names none; None: the day it is.
        hosts: Names under which the server may be addressed, so that no foreign page reads it by rebinding a name.
        also: What the menu of every page has besides, name and address, of pages that are served around these.
        takes_verdicts: Whether `edits.with_edits` is around these, so that the API's document has its address.
    """
    pages = _Pages(board, lambda: as_of or dt.date.today(), also, takes_verdicts=takes_verdicts)
    named = NamedPages(pages)

    def guarded(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def answered(request: Request) -> Response:
            try:
                return answer(request)
            except CallboardError as error:
                return pages.failed(request, error)

        return answered

    async def failed(request: Request, error: Exception) -> Response:
        return pages.failed(request, error)

    app = Starlette(
        routes=[
            Route("/", guarded(pages.page_board)),
            Route("/board.json", guarded(pages.page_board)),
            Route("/calendar.ics", guarded(pages.calendar_board)),
            Route("/p/{slug}/calendar.ics", guarded(pages.calendar_production)),
            Route("/p/{slug}.json", guarded(pages.page_production)),
            Route("/p/{slug}", guarded(pages.page_production)),
            Route("/lists/sonarr.json", guarded(pages.list_board)),
            Route("/lists/radarr.json", guarded(pages.list_board)),
            Route("/api/v1/board", guarded(pages.api_board)),
            Route("/api/v1/board.csv", guarded(pages.api_board)),
            Route("/api/v1/changes", guarded(pages.page_changes)),
            Route("/api/v1/openapi.json", guarded(pages.api_document)),
            Route("/api/v1/productions/{slug}", guarded(pages.api_production)),
            Route("/api/v1/productions/{slug}/{part}", guarded(pages.api_production)),
            Route("/t/{slug}", guarded(named.page_title)),
            Route("/api/v1/titles/{slug}", guarded(named.page_title)),
            *(Route(f"/{kind}/{{name:path}}", guarded(partial(named.page_name, kind))) for kind in FOLDERS),
            *(
                Route(f"/api/v1/{folder}/{{name:path}}", guarded(partial(named.page_name, kind)))
                for kind, folder in FOLDERS.items()
            ),
            Route("/changes", guarded(pages.page_changes)),
            Route("/changes.atom", guarded(pages.page_changes)),
            Route("/changes.json", guarded(pages.page_changes)),
            Route("/search", guarded(pages.page_search)),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers={HTTPException: failed, 500: failed},
    )
    return SecurityHeaders(app)  # outermost, so that answers to errors of our own have the headers, too


def _grouped(rows: Iterable[BoardRow], name: str) -> list[tuple[str, list[BoardRow]]]:
    """Runs of rows that have the same value, in their order; Jinja's own `groupby` sorts."""
    return [(key, list(run)) for key, run in groupby(rows, key=attrgetter(name))]


def _link(production: Production) -> Link:
    return Link(text=words.clean(str(production)), slug=slug_of(production))


def _cached(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache"}


def _json_text(data: Json | list[Json]) -> str:
    return words.escape_hidden(json.dumps(data, ensure_ascii=False))


def _digest_of(*folders: Path) -> str:
    digest = hashlib.blake2b(__version__.encode(), digest_size=8)
    for folder in folders:
        for path in sorted(folder.iterdir()):
            digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
