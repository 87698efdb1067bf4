"""The page that says what was sent, where to and why: `/alerts`, for whoever sits at this machine."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from callboard import __version__, show
from callboard.alerts.store import AlertStore
from callboard.errors import CallboardError
from callboard.show import words
from callboard.show.guard import SecurityHeaders

PATH = "/alerts"
MENU = (("Alerts", PATH),)  # what the menu of every page has where this one is served
_SHOWN = 100  # alerts on the page
_TEMPLATES = (Path(__file__).parent / "templates", Path(show.__file__).parent / "templates")


def with_alerts(pages: ASGIApp, path: Path, *, hosts: tuple[str, ...]) -> ASGIApp:
    """
    The application that has the page of alerts beside its others.

    Args:
        pages: What answers everything else.
        path: The file of follows and alerts; there may be none yet.
        hosts: As for the pages.
    """
    templates = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    templates.globals.update(words=words, version=__version__, href=_href, here=dict, here_path=PATH, also=MENU)

    def answer(request: Request) -> Response:
        quiet = request.query_params.get("quiet") == "1"
        try:
            with AlertStore.open(path, read_only=True) as store:
                follows, logged = store.follows(), store.log(limit=_SHOWN, quiet=quiet)
        except CallboardError as error:
            return Response(words.clean(str(error)), 503, media_type="text/plain")
        page = templates.get_template("alerts.html").render(follows=follows, logged=logged, asked_day="")
        return Response(page, media_type="text/html", headers={"Cache-Control": "private, no-store"})

    alone = SecurityHeaders(
        Starlette(
            routes=[Route(PATH, answer)],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        )
    )

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        is_alerts = scope["type"] == "http" and scope["path"] == PATH
        await (alone if is_alerts else pages)(scope, receive, send)

    return either


def _href(path: str, **_: object) -> str:
    return path
