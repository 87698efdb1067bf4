"""What the parameters of an address ask for; one that cannot be read raises `BadQuery`, which says what it may be."""

from __future__ import annotations

from starlette.requests import Request

from callboard.errors import CallboardError
from callboard.model import Stage
from callboard.show import api, words
from callboard.show.views import Filters

_MAX_TEXT = 200  # characters of a search or a filter


class BadQuery(CallboardError):
    """A query parameter that cannot be read."""


def read_filters(request: Request) -> Filters:
    """What to show on the board."""
    stage = read_choice(request, "stage", tuple(str(stage) for stage in Stage))
    return Filters(
        stage=Stage(stage) if stage else None,
        platform=read_text(request, "platform"),
        title=read_text(request, "title"),
        filming_now=request.query_params.get("filming") == "1",
        everything=request.query_params.get("all") == "1",
    )


def read_text(request: Request, name: str) -> str | None:
    """A parameter as clean text; None where it is absent or empty."""
    text = words.clean(request.query_params.get(name, ""))
    if len(text) > _MAX_TEXT:
        raise BadQuery(f"{name}: longer than {_MAX_TEXT} characters")
    return text or None


def read_choice(request: Request, name: str, choices: tuple[str, ...]) -> str | None:
    """A parameter that has one of some values; None where it is absent."""
    value = request.query_params.get(name, "")
    if value and value not in choices:
        raise BadQuery(f"{name}: {value[:40]!r} is none of {', '.join(choices)}")
    return value or None


def read_number(request: Request, name: str) -> int | None:
    """A parameter that is a number of at most six digits; None where it is absent."""
    value = request.query_params.get(name, "")
    if value and not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise BadQuery(f"{name}: {value[:40]!r} is not a number")
    return int(value) if value else None


def read_limit(request: Request) -> int:
    """How many items a page of the API has."""
    limit = read_number(request, "limit")
    if limit is not None and not 1 <= limit <= api.MOST:
        raise BadQuery(f"limit: {limit} is not from 1 to {api.MOST}")
    return limit or api.USUAL


def read_cursor(request: Request) -> str | None:
    """After which item a page of the API begins; None: it is the first one."""
    return request.query_params.get("cursor") or None


def read_page(request: Request) -> int:
    """Which page of the board, from 1."""
    return read_number(request, "page") or 1


def read_year(request: Request) -> int | None:
    """The year that tells works of one name apart; None: it was not given."""
    return read_number(request, "year")
