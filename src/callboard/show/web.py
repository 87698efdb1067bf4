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
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote, unquote, urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from callboard.board import Board
from callboard.errors import AmbiguousTitle, CallboardError, UnknownTitle
from callboard.model import Json, Production, title_key
from callboard.show import api, feeds, svg, words
from callboard.show.addresses import name_slug, named_by, slug_of
from callboard.show.answers import make_answer, work_link
from callboard.show.bodies import Bodies
from callboard.show.catalogue_pages import CataloguePages
from callboard.show.changed import MOST_DAYS, ChangesCache, make_changes
from callboard.show.guard import SecurityHeaders
from callboard.show.kinds import media_type_of, twin_of, wants_json
from callboard.show.named import UnknownName, names_in
from callboard.show.named_pages import FOLDERS, NamedPages
from callboard.show.program_pages import ProgramPages, json_text
from callboard.show.queries import (
    BadQuery,
    read_changes,
    read_choice,
    read_cursor,
    read_day,
    read_filters,
    read_limit,
    read_number,
    read_page,
    read_text,
    read_year,
)
from callboard.show.rows import NotJudged, RowsCache, make_board
from callboard.show.templating import STATIC, look, make_templates
from callboard.show.views import Around, BoardRow, Filters, Link, Part

PAGE_SIZE = 32  # a page stays under 60 kB
REPORTS_ON_PAGE = 30
_MATCHES = 100  # titles that a search finds
_NAMED = 24  # people, places or outlets that a production's page links, the newest
_KEPT = (
    "as_of",
    "stage",
    "platform",
    "title",
    "country",
    "family",
    "place",
    "filming",
    "changed",
    "followed",
    "all",
    "page",
    "days",
    "since",
    "event",
    "probability",
    "as_published",
)  # what a link from a page to itself repeats


class _Pages:
    """What answers a request: the board, its cached rows, and the templates."""

    def __init__(self, board: Board, today: Callable[[], dt.date], around: Around) -> None:
        self.board = board
        self.takes_verdicts = around.takes_verdicts
        self.followed = around.followed
        self.today = today
        self.rows = RowsCache(board)
        self.changes = ChangesCache(board)
        self.bodies = Bodies(kept=board.kept)
        self.late = board.kept is not None  # whether a page may be answered without what takes long
        self.templates = make_templates(around.also)
        self.templates.globals.update(follows=around.follows, followed=self.followed is not None)
        shown = (around.also, around.takes_verdicts, around.follows, self.followed is not None, around.edition)
        self.look = f"{look()} {shown}"

    def page_board(self, request: Request) -> Response:
        as_of, filters, page = self.as_of(request), read_filters(request), read_page(request)
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        rows = self.rows_of(as_of, filters, partly=not wants_json(request))
        judged = self.rows.judged(as_of, filters.everything)
        view = make_board(rows, as_of, filters, page=page, page_size=PAGE_SIZE, judged=judged)
        if wants_json(request):
            return self.json(request, view.to_json(), as_of)
        return self.html(request, "board.html", as_of, view=view, scale=svg.board_scale(as_of))

    def rows_of(self, as_of: dt.date, filters: Filters, *, partly: bool = False) -> tuple[BoardRow, ...]:
        """
        The rows from which the filters choose: all, or those that changed this week or are followed.

        Raises:
            NotJudged: Not all of a large ledger are judged yet, and `partly` does not allow for that.
        """
        rows = self.rows.of(as_of, filters.everything)
        if not partly and (judged := self.rows.judged(as_of, filters.everything)):
            raise NotJudged(
                f"{judged[0]:,} of {judged[1] or 'all'} productions are judged so far; ask again in a minute"
            )
        if filters.followed:
            if self.followed is None:
                raise BadQuery("followed: nobody follows anything here")
            rows = self.followed.choose(rows, as_of)
        if filters.changed:
            moved = self.changes.moved(as_of)
            rows = tuple(row for row in rows if row.production in moved)
        return rows

    def page_production(self, request: Request) -> Response:
        as_of = self.as_of(request)
        title, season = named_by(request.path_params["slug"])
        if (fresh := self.unchanged(request, as_of)) is not None:
            return fresh
        year, kind = read_year(request), read_choice(request, "kind", ("film", "series"))
        found = self.board.find(title, season, kind=kind, year=year, as_of=as_of, whole=True)
        view = make_answer(self.board, found, as_of, late=self.late and not wants_json(request))
        if wants_json(request):
            return self.json(request, view.to_json(spoilers=request.query_params.get("spoilers") == "1"), as_of)
        reports = Part.of(view.evidence, read_number(request, "reports") or 1, REPORTS_ON_PAGE)
        named = names_in(each.report for each in view.evidence)
        return self.html(
            request,
            "production.html",
            as_of,
            is_whole=view.is_whole,
            view=view,
            reports=reports,
            more=partial(self.reports_at, request),
            at=lambda anchor: self.report_at(request, reports, anchor),
            scale=svg.answer_scale(view),
            names={kind: names[:_NAMED] for kind, names in named.items()},
        )

    def reports_at(self, request: Request, page: int) -> str:
        """Where a production's page with other reports is."""
        kept = {name: request.query_params.get(name) for name in ("kind", "year")}
        path = "/p/" + quote(request.path_params["slug"], safe="")
        return self.address(request, path, **kept, reports=page if page > 1 else None) + "#h-evidence"

    def report_at(self, request: Request, reports: Part, anchor: str) -> str:
        """Where a report on a production stands: here, or on a page with other ones."""
        page = reports.page_of[anchor]
        return (
            f"#{anchor}"
            if page == reports.page
            else self.reports_at(request, page).replace("#h-evidence", f"#{anchor}")
        )

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
            return self.answered(json_text(feeds.make_json_feed(view, home, here)), request, as_of, feeds.JSON_FEED)
        if wants_json(request):
            return self.json(request, api.changes_page(view, read_limit(request), read_cursor(request)), as_of)
        return self.html(request, "changes.html", as_of, view=view, most=MOST_DAYS)

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
            matches=[_link(production) for production in matches[:_MATCHES]],
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
            text = json_text({"error": {"status": status, "message": message, "near": choices}})
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
        if not hasattr(
            request.state, "tag"
        ):  # once for each request, so that the answer is kept under what was looked for
            url, path = request.url, request.url.path
            # a production's page names no server, so that it can be made before anybody asks
            asked = f"{path}?{url.query}" if path.startswith("/p/") and "." not in path else str(url)
            parts = f"{self.board.ledger.version()} {self.kept_stamp(path, as_of)} {as_of} {self.look} {asked}"
            if self.followed is not None and request.query_params.get("followed") == "1":
                parts += self.followed.stamp()
            request.state.tag = '"' + hashlib.blake2b(parts.encode(), digest_size=12).hexdigest() + '"'
        return str(request.state.tag)

    def kept_stamp(self, path: str, as_of: dt.date) -> str:
        """What changes whenever what is kept of a large ledger does."""
        if (kept := self.board.kept) is None:
            return ""
        rows = "" if path.startswith("/p/") else f"{self.rows.stamp(as_of, False)} {self.rows.stamp(as_of, True)}"
        return f"{kept.records_stamp(as_of)} {rows}"

    def unchanged(self, request: Request, as_of: dt.date) -> Response | None:
        """A 304 for who has the answer already, the answer itself if it was given before, else None."""
        tag = self.tag(request, as_of)
        known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
        if tag in known:
            return Response(status_code=304, headers=_cached(tag))
        found = self.bodies.get(tag)
        if found is None or not (found.is_whole or self.late):
            return None
        if not found.is_whole:
            self.want(request)
            tag = _partial(tag)
            if tag in known:
                return Response(status_code=304, headers=_cached(tag))
        return Response(found.body, headers=_cached(tag), media_type=media_type_of(request))

    def answered(self, body: str, request: Request, as_of: dt.date, kind: str, *, is_whole: bool = True) -> Response:
        """The answer, kept for whoever asks the same before the ledger grows."""
        tag = self.tag(request, as_of)
        self.bodies.keep(tag, body, is_whole=is_whole)
        if not is_whole:
            self.want(request)
        return Response(body, headers=_cached(tag if is_whole else _partial(tag)), media_type=kind)

    def want(self, request: Request) -> None:
        """Have a page made whole before those that nobody asked for."""
        if self.board.kept is not None and not self.bodies.fills:
            path = "/p/" + quote(request.path_params["slug"], safe="")
            self.board.kept.want(f"{path}?{request.url.query}" if request.url.query else path)

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
        return self.answered(page, request, as_of, "text/html", is_whole=data.get("is_whole") is not False)

    def json(self, request: Request, data: Json, as_of: dt.date) -> Response:
        return self.answered(json_text(data), request, as_of, "application/json")


def make_app(
    board: Board,
    *,
    as_of: dt.date | None = None,
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
    around: Around = Around(),  # noqa: B008 - it is frozen
) -> ASGIApp:
    """
    The web application of a board.

    Args:
        board: What to show; its ledger may be read by several threads.
        as_of: The day of answers where a request names none; None: the day it is.
        hosts: Names under which the server may be addressed, so that no foreign page reads it by rebinding a name.
        around: What is served around the pages.
    """
    pages = _Pages(board, lambda: as_of or dt.date.today(), around)
    named, programs, catalogue = NamedPages(pages), ProgramPages(pages), CataloguePages(pages)

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
            Route("/calendar.ics", guarded(programs.calendar_board)),
            Route("/p/{slug}/calendar.ics", guarded(programs.calendar_production)),
            Route("/p/{slug}.json", guarded(pages.page_production)),
            Route("/p/{slug}", guarded(pages.page_production)),
            Route("/lists/sonarr.json", guarded(programs.list_board)),
            Route("/lists/radarr.json", guarded(programs.list_board)),
            Route("/api/v1/board", guarded(programs.api_board)),
            Route("/api/v1/board.csv", guarded(programs.api_board)),
            Route("/api/v1/changes", guarded(pages.page_changes)),
            Route("/api/v1/openapi.json", guarded(programs.api_document)),
            Route("/api/v1/productions/{slug}", guarded(programs.api_production)),
            Route("/api/v1/productions/{slug}/{part}", guarded(programs.api_production)),
            Route("/t/{slug}", guarded(named.page_title)),
            Route("/api/v1/titles/{slug}", guarded(named.page_title)),
            *(Route(f"/{kind}/{{name:path}}", guarded(partial(named.page_name, kind))) for kind in FOLDERS),
            *(
                Route(f"/api/v1/{folder}/{{name:path}}", guarded(partial(named.page_name, kind)))
                for kind, folder in FOLDERS.items()
            ),
            Route("/catalogue", guarded(catalogue.page_search)),
            Route("/catalogue/{identity:path}", guarded(catalogue.page_title)),
            Route("/changes", guarded(pages.page_changes)),
            Route("/changes.atom", guarded(pages.page_changes)),
            Route("/changes.json", guarded(pages.page_changes)),
            Route("/search", guarded(pages.page_search)),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers={HTTPException: failed, 500: failed},
    )
    return SecurityHeaders(app)  # outermost, so that answers to errors of our own have the headers, too


def _link(production: Production) -> Link:
    return Link(text=words.clean(str(production)), slug=slug_of(production))


def make_filler(board: Board, today: Callable[[], dt.date], around: Around) -> Callable[[str, bool], None]:
    """
    What makes the page of a production and keeps it, as `make_app` with the same arguments would answer it.

    It takes the page's address, and whether what each report moved may be missing from it.
    """
    pages = _Pages(board, today, around)
    pages.bodies.fills = True

    def fill(address: str, late: bool) -> None:
        path, _, query = address.partition("?")
        pages.late, slug = late, unquote(path.removeprefix("/p/"))
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "server": ("localhost", 80),
            "headers": [],
        }
        scope |= {"path": f"/p/{slug}", "query_string": query.encode(), "path_params": {"slug": slug}, "state": {}}
        pages.page_production(Request(scope))

    return fill


def _partial(tag: str) -> str:
    """The tag of an answer from which something is still missing."""
    return tag[:-1] + '-part"'


def _cached(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache"}
