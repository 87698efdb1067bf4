"""What happened that somebody may want to know: the changes of `callboard changes`, and new projects of people."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from callboard.alerts.follows import ATTACHED, Facts, Follow, Kind, News, person_key
from callboard.board import Board, Known
from callboard.errors import CallboardError, CatalogueError
from callboard.model import PEOPLE_EVENTS, Event, Milestone, Modality, Production, Report, Stage, title_key
from callboard.show import words
from callboard.show.changed import anchor_of, make_views
from callboard.show.queries import read_filters
from callboard.show.rows import passing
from callboard.show.views import ChangeView, Filters

TOLD_DAYS = 30  # an older change is history: whoever was away so long looks at the board
_FRESH_DAYS = 45  # as in `callboard.judge.changes`: what was said longer before it was read is history
_NAMES = uuid.UUID("b5ad4f5e-32c2-5d2f-8a53-0d2d0c1b6f02")  # drawn once; another one would give every id anew


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of news, with what decides whose it is."""

    news: News
    facts: Facts


def find_news(board: Board, follows: Sequence[Follow], as_of: dt.date) -> list[Found]:
    """
    What happened in the thirty days up to a day, oldest first.

    Where titles alone are followed, theirs alone are judged; else all, less what moved nearly everything at once.
    """
    since = as_of - dt.timedelta(TOLD_DAYS)
    views = [view for view in _changes(board, follows, as_of) if view.day > since]
    people = {person_key(follow.name) for follow in follows if follow.kind is Kind.PERSON}
    told = told_of_people(board, people, as_of)
    queries = {follow.query for follow in follows if follow.kind is Kind.VIEW}
    known: dict[Production, Known] = {}
    for production in {view.production for view in views}:
        known[production] = board.know(production, as_of)
    shown = {query: _shown_by(query, board, known, as_of) for query in queries}
    found = []
    for view in reversed(views):
        each = view.production
        views_of = frozenset(query for query, productions in shown.items() if each in productions)
        attached = frozenset(who for who, reports in told.items() if any(_is_of(r, each, board) for r in reports))
        facts = Facts(board.key(each.title), known[each].context.platform, attached, views_of)
        if not _is_said_by_stage(view, views):
            found.append(Found(_news_of(view, views), facts))
    found += [new for who, reports in sorted(told.items()) for new in _projects(board, who, reports, as_of, since)]
    found.sort(key=lambda each: each.news.day)
    return found


def check_view(query: str) -> str:
    """
    The part of an address behind "?", of a whole address or of that part alone.

    Raises:
        CallboardError: A parameter cannot be read.
    """
    query = query.partition("?")[2] if "://" in query or query.startswith("/") else query.removeprefix("?")
    query = query.partition("#")[0]
    if view_filters(query).followed:
        raise CallboardError("a view of what is followed says nothing new; leave followed=1 out of the link")
    return query


def view_filters(query: str) -> Filters:
    """What the board of a followed view shows."""
    return read_filters(Request({"type": "http", "query_string": query.encode(), "headers": []}))


def _changes(board: Board, follows: Sequence[Follow], as_of: dt.date) -> Sequence[ChangeView]:
    start = anchor_of(as_of)
    if any(follow.kind is not Kind.TITLE for follow in follows):
        return make_views(board, board.changes(as_of, start))
    wanted = {board.key(follow.name) for follow in follows}
    spoken = [entry.production for entry in board.ledger.productions(as_of)] if wanted else []
    own = sorted((p for p in spoken if board.key(p.title) in wanted), key=lambda p: (title_key(p.title), p.season or 0))
    numbered = {board.key(production.title) for production in own if production.season is not None}
    changes = [
        change
        for production in own
        if production.season is not None or board.key(production.title) not in numbered
        for change in board.changes(as_of, start, production)
    ]
    changes.sort(key=lambda change: change.day, reverse=True)
    return make_views(board, changes)


class _Few(Board):
    """A board on which only some productions stand, which have been judged."""

    def __init__(self, board: Board, known: Iterable[Known]) -> None:
        super().__init__(board.ledger, board.catalogue)
        self._few = list(known)

    def productions(self, as_of: dt.date, *, quiet: bool = False) -> list[Known]:
        return self._few


def _shown_by(query: str, board: Board, known: dict[Production, Known], as_of: dt.date) -> set[Production]:
    few = _Few(board, known.values())
    return {each.judgement.production for each in passing(few, as_of, view_filters(query))}


def _is_said_by_stage(view: ChangeView, views: Iterable[ChangeView]) -> bool:
    """Whether a decision is the very thing that a stage reached on that day says, too: an order is both."""
    same = (view.day, view.production, str(view.change.after))
    return view.axis == "decision" and any(
        other.axis == "stage" and (other.day, other.production, str(other.change.after)) == same for other in views
    )


def _news_of(view: ChangeView, views: Iterable[ChangeView]) -> News:
    kinds = {view.axis, str(view.change.after)}
    if any(_is_said_by_stage(each, [view]) for each in views):
        kinds.add("decision")
    return News(
        id=view.id,
        day=view.day,
        production=view.production,
        axis=view.axis,
        kinds=frozenset(kinds),
        before_words=view.before,
        after_words=view.after,
        probability=view.probability,
        headline=view.headline,
        why=tuple(reason.report for reason in view.reasons),
    )


def told_of_people(board: Board, people: set[str], as_of: dt.date) -> dict[str, list[Report]]:
    """Each followed person's key -> the reports that say they take part in something."""
    told: dict[str, list[Report]] = {who: [] for who in people}
    for report in board.ledger.reports(as_of=as_of) if people else ():
        claim = report.claim
        if claim.person and claim.event in PEOPLE_EVENTS and claim.modality is Modality.ASSERTED:
            who = person_key(claim.person)
            if who in told:
                told[who].append(report)
    return told


def _projects(board: Board, who: str, reports: Sequence[Report], as_of: dt.date, since: dt.date) -> Iterable[Found]:
    """The productions that are new with a person and not released yet; what was old when it was read is none of them."""
    first: dict[tuple[str, int | None], Report] = {}
    for report in sorted(reports, key=lambda r: (r.learned or dt.datetime.max.replace(tzinfo=dt.UTC), r.id)):
        production = report.claim.production
        first.setdefault((board.key(production.title), production.season), report)
    for (key, season), report in first.items():
        if report.learned is None or report.said is None:
            continue
        day = report.learned.date()
        if not since < day <= as_of or (day - report.said.bounds()[1]).days > _FRESH_DAYS:
            continue
        known = board.know(report.claim.production, as_of)
        if _is_out(board, known):
            continue
        yield Found(
            _project(board, who, key, season, report, day, as_of),
            Facts(key, known.context.platform, frozenset({who}), frozenset()),
        )


def _is_out(board: Board, known: Known) -> bool:
    """Whether somebody says that a production is out; that castings alone are told does not."""
    if known.judgement.most_likely is not Stage.RELEASED:
        return False
    production = known.judgement.production
    dated = (season for work in board.works(production.title) for season in work.dated)
    return any(
        report.claim.event in (Event.RELEASE, Event.RECEPTION) and report.claim.modality is Modality.ASSERTED
        for report in known.reports
    ) or any(season.season == production.season and Milestone.RELEASE in season.dates for season in dated)


def _project(
    board: Board, who: str, key: str, season: int | None, report: Report, day: dt.date, as_of: dt.date
) -> News:
    claim = report.claim
    name, role = words.clean(claim.person or ""), words.clean(claim.role or "")
    part = f" as {role}" if role and claim.event is Event.CASTING else f", {role}" if role else ""
    return News(
        id=str(uuid.uuid5(_NAMES, f"{who}\n{key}\n{season or ''}".encode("utf-8", "replace").decode())),
        day=day,
        production=claim.production,
        axis=ATTACHED,
        kinds=frozenset({ATTACHED}),
        before_words="not said to take part",
        after_words=f"{name}{part}",
        probability=claim.score * (1 - _error_rate(board, report, as_of)),
        headline=f"{name} joins{part}",
        why=(report,),
        person=who,
    )


def _error_rate(board: Board, report: Report, as_of: dt.date) -> float:
    """The chance that what a report's first voice says is wrong, 0 to 1."""
    try:
        return board.record_of(report.claim.source or report.outlet or "", as_of).rate
    except CatalogueError:
        return 0.0  # nobody is named, so nobody has a record; what the reader made of it counts alone


def _is_of(report: Report, production: Production, board: Board) -> bool:
    told = report.claim.production
    return board.key(told.title) == board.key(production.title) and told.season in (None, production.season)
