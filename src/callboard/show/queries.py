"""What the parameters of an address ask for; one that cannot be read raises `BadQuery`, which says what it may be."""

from __future__ import annotations

import datetime as dt
import re

from starlette.requests import Request

from callboard.errors import CallboardError
from callboard.model import Decision, Stage
from callboard.show import api, words
from callboard.show.changed import MOST_DAYS
from callboard.show.lists import MOST_DAYS as LIST_DAYS
from callboard.show.lists import Wanted
from callboard.show.views import ChangeFilters, Filters

_YEARS = range(1880, 2200)  # from the first films on; judging looks years ahead of a day and back
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
        country=read_text(request, "country"),
        family=read_text(request, "family"),
        place=read_text(request, "place"),
        filming_now=request.query_params.get("filming") == "1",
        changed=request.query_params.get("changed") == "1",
        followed=request.query_params.get("followed") == "1",
        everything=request.query_params.get("all") == "1",
    )


def read_wanted(request: Request) -> Wanted:
    """What of the board a list has."""
    decision = read_choice(request, "decision", tuple(str(decision) for decision in Decision))
    due = read_number(request, "due")
    if due is not None and due > LIST_DAYS:
        raise BadQuery(f"due: {due} is more than {LIST_DAYS} days")
    least = as_probability("probability", request.query_params.get("probability", ""))
    return Wanted(due_days=due, decision=Decision(decision) if decision else None, least=least)


def read_changes(request: Request, as_of: dt.date) -> ChangeFilters:
    """Which changes to show; `since` is the day before the first of `days`."""
    days, since = read_number(request, "days"), read_day(request, "since")
    if since is not None:
        days = (as_of - since).days + 1
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadQuery(f"{'since' if since else 'days'}: changes are told of 1 to {MOST_DAYS} days up to {as_of}")
    return ChangeFilters(
        days=days or ChangeFilters().days,
        title=read_text(request, "title"),
        events=as_choices("event", read_text(request, "event") or "", tuple(words.CHANGES)),
        least=as_probability("probability", request.query_params.get("probability", "")),
        as_published=request.query_params.get("as_published") == "1",
    )


def read_day(request: Request, name: str) -> dt.date | None:
    """A parameter that is a day, of the years that have productions; None where it is absent."""
    given = request.query_params.get(name, "")
    try:
        day = dt.date.fromisoformat(given) if given else None
    except ValueError as error:
        raise BadQuery(f"{name}: {given[:40]!r} is not a day; write YYYY-MM-DD") from error
    if day is not None and day.year not in _YEARS:
        raise BadQuery(f"{name}: {day} is not of the years {_YEARS.start} to {_YEARS.stop - 1}")
    return day


def as_probability(name: str, given: str) -> float:
    """A value as a number from 0 to 1; 0 where it is empty."""
    if given and re.fullmatch(r"0(\.[0-9]{1,9})?|1(\.0{1,9})?", given) is None:
        raise BadQuery(f"{name}: {given[:40]!r} is not from 0 to 1; write 0.9")
    return float(given or 0)


def as_choices(name: str, given: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of a value between its commas, each one of the choices."""
    parts = tuple(part for part in given.split(",") if part)
    for part in parts:
        if part not in choices:
            raise BadQuery(f"{name}: {part[:40]!r} is none of {', '.join(choices)}")
    return parts


def read_text(request: Request, name: str) -> str | None:
    """A parameter as clean text; None where it is absent or empty."""
    given = request.query_params.get(name, "")
    if len(given) > _MAX_TEXT:
        raise BadQuery(f"{name}: longer than {_MAX_TEXT} characters")
    return words.clean(given) or None


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
