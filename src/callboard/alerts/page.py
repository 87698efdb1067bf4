"""
What is followed and what was told of it, as pages for whoever sits at this machine: `/alerts`, and `/follow` where pages may write.

Nothing is written by looking at a page. Where writing is allowed, a press on a button of `/follow` or `/alerts` does: a form
that holds a token of this server, which no other site knows, on a page that is kept nowhere.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from callboard.alerts.follows import ATTACHED, Follow, Kind
from callboard.alerts.store import AlertStore
from callboard.errors import CallboardError
from callboard.show import words
from callboard.show.guard import SecurityHeaders
from callboard.show.queries import BadQuery, as_choices, as_probability, read_choice, read_number, read_text
from callboard.show.templating import make_templates

PATH, FOLLOW_PATH = "/alerts", "/follow"
MENU = (("Alerts", PATH),)  # what the menu of every page has where this one is served
_SHOWN = 100  # alerts on the page
_MOST_BYTES = 4096  # of a form
_KINDS = {ATTACHED: "a new project"} | words.CHANGES  # of change, which a follow may be confined to


@dataclass(frozen=True, slots=True)
class Writing:
    """What pages may write."""

    token: str  # in each form; known to this server's pages alone
    send_test: Callable[[], Sequence[str]]  # sends a test message; gives what became of it at each service


def with_alerts(pages: ASGIApp, path: Path, *, hosts: tuple[str, ...], writing: Writing | None = None) -> ASGIApp:
    """
    The application that has the page of alerts beside its others.

    Args:
        pages: What answers everything else.
        path: The file of follows and alerts; there may be none yet.
        hosts: As for the pages.
        writing: What pages may write; None: nothing, and there is no `/follow`.
    """
    templates = make_templates(MENU, Path(__file__).parent / "templates")
    templates.globals.update(href=_href, here=dict, asked_day="", as_of=None, json_twin="", writing=writing)

    def drawn(template: str, here: str, **data: object) -> Response:
        page = templates.get_template(template).render(data, here_path=here)
        return Response(page, media_type="text/html", headers={"Cache-Control": "private, no-store"})

    def show_alerts(request: Request, tested: Sequence[str] = ()) -> Response:
        quiet = request.query_params.get("quiet") == "1"
        with AlertStore.open(path, read_only=True) as store:
            follows, logged = store.follows(), store.log(limit=_SHOWN, quiet=quiet)
        links = [_address_of(follow) for follow in follows]
        return drawn("alerts.html", PATH, follows=list(zip(follows, links, strict=True)), logged=logged, tested=tested)

    def show_follow(request: Request) -> Response:
        kind, name, season = _read(request)
        with AlertStore.open(path, read_only=True) as store:
            same = [
                f for f in store.follows() if (f.kind, f.name.casefold(), f.season) == (kind, name.casefold(), season)
            ]
        return drawn(
            "follow.html",
            FOLLOW_PATH,
            kind=kind,
            name=name,
            what=f"{name}, season {season}" if season else name,
            follow=same[0] if same else None,
            kinds=_KINDS,
        )

    def write_follow(request: Request, form: dict[str, str]) -> Response:
        kind, name, season = _read(request)
        with AlertStore.open(path) as store:
            if form.get("do") == "stop":
                store.unfollow(int(form["number"]) if form.get("number", "").isdecimal() else 0)
            else:
                store.follow(
                    kind,
                    name,
                    season=season,
                    only=as_choices("only", form.get("only", ""), tuple(_KINDS)),
                    least=as_probability("least", form.get("least", "")),
                    daily=form.get("how") == "daily",
                    now=dt.datetime.now(dt.UTC),
                )
        return RedirectResponse(f"{FOLLOW_PATH}?{request.url.query}", 303)

    def write_test(request: Request, form: dict[str, str]) -> Response:
        assert writing is not None
        try:
            outcomes = writing.send_test()
        except CallboardError as error:
            outcomes = [str(error)]
        return show_alerts(request, [words.clean(outcome) for outcome in outcomes])

    def reading(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def answered(request: Request) -> Response:
            try:
                return answer(request)
            except CallboardError as error:
                status = 400 if isinstance(error, BadQuery) else 503
                return Response(words.clean(str(error)), status, media_type="text/plain")

        return answered

    def changing(answer: Callable[[Request, dict[str, str]], Response]) -> Callable[[Request], object]:
        async def answered(request: Request) -> Response:
            form = await _form(request)
            if writing is None or not hmac.compare_digest(form.get("token", "").encode(), writing.token.encode()):
                raise HTTPException(403, "this form is not of a page of this server; open the page again")
            return await run_in_threadpool(reading(lambda request: answer(request, form)), request)

        return answered

    routes = [Route(PATH, reading(show_alerts))]
    if writing is not None:
        routes += [
            Route(PATH, changing(write_test), methods=["POST"]),
            Route(FOLLOW_PATH, reading(show_follow)),
            Route(FOLLOW_PATH, changing(write_follow), methods=["POST"]),
        ]
    served = {route.path for route in routes}
    alone = SecurityHeaders(
        Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))])
    )

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        is_here = scope["type"] == "http" and scope["path"] in served
        await (alone if is_here else pages)(scope, receive, send)

    return either


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; of several of a name the first."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, f"longer than {_MOST_BYTES} bytes")
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError as error:
        raise HTTPException(400, "more fields than any of our forms has") from error
    return {name: values[0] for name, values in fields.items()}


def _read(request: Request) -> tuple[Kind, str, int | None]:
    """
    What the address says is to be followed.

    Raises:
        BadQuery: It says nothing that can be.
    """
    kind = read_choice(request, "kind", (str(Kind.TITLE), str(Kind.PERSON), str(Kind.PLATFORM)))
    name, season = read_text(request, "name"), read_number(request, "season")
    if kind is None or name is None:
        raise BadQuery("kind and name say what is to be followed")
    if season is not None and kind != Kind.TITLE:
        raise BadQuery("season: only a title has seasons")
    return Kind(kind), name, season or None


def _address_of(follow: Follow) -> str:
    """Where a follow can be changed; "" for a view, which the command line alone follows."""
    if follow.kind is Kind.VIEW:
        return ""
    query = {"kind": str(follow.kind), "name": follow.name} | ({"season": str(follow.season)} if follow.season else {})
    return f"{FOLLOW_PATH}?{urlencode(query)}"


def _href(path: str, **_: object) -> str:
    return path
