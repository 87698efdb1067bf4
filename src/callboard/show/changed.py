"""
What changed, for pages, feeds and programs: found by the replay of `callboard changes`, named for good, kept while it holds.

The replay begins on one of the days that are 364 apart and at least 364 before the day of the answer, not on the first day
that is shown. So it judges the same days whatever is asked for, tomorrow as today, and a change has one name: a hash of
the production, of what it was and what it is, and of how many times that had happened since that day. The day is left out
of the name where time alone may bring a change: it is then told on the day somebody asks, and settles up to a fortnight
later on the day that every replay judges.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence

from callboard import spoken_dates
from callboard.board import Board, Change
from callboard.model import Json, Production, Report
from callboard.show import words
from callboard.show.addresses import safe_url, slug_of
from callboard.show.changes import changes_json, headline, words_of
from callboard.show.views import ChangeFilters, ChangesView, ChangeView, ReasonView

_WEEK_DAYS = 7
MOST_DAYS = 364  # of which a page or a feed tells at most
_EPOCH = dt.date(2000, 1, 1)
_ANCHOR_DAYS = 364  # a multiple of the fortnight between the days that a replay judges where nothing happens
_NAMES = uuid.UUID("8a1f6f0e-5e0f-5d0c-9f0b-6a6c0b1d7c11")  # drawn once; another one would give every change a new id
_KEPT = 8  # days that are asked for again and again


def make_changes(found: Sequence[ChangeView], as_of: dt.date, filters: ChangeFilters) -> ChangesView:
    """Those of the changes that pass the filters, in their order."""
    since = as_of - dt.timedelta(filters.days)
    key = words.clean(filters.title or "").casefold()
    passed = (
        each
        for each in found
        if each.day > since
        and each.probability >= filters.least
        and key in each.name.casefold()
        and (not filters.events or not {each.axis, str(each.change.after)}.isdisjoint(filters.events))
    )
    return ChangesView(as_of=as_of, since=since, filters=filters, changes=tuple(passed))


def change_json(view: ChangeView) -> Json:
    """The fields that `callboard changes --json` writes, with what addresses the change and the production."""
    (told,) = changes_json([view.change], view.day, view.day)["changes"]
    return {"id": view.id, "production": view.slug, "headline": view.headline, **told}


class ChangesCache:
    """The changes up to some days, newest first; safe to ask from several threads, of which one judges and the others wait."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[int, dt.date, bool], tuple[ChangeView, ...]] = OrderedDict()

    def of(self, as_of: dt.date, *, as_published: bool) -> tuple[ChangeView, ...]:
        """All that changed in the year before a day and on it."""
        with self._lock:
            key = (self._board.ledger.version(), as_of, as_published)
            if key not in self._found:
                found = self._board.changes(as_of, anchor_of(as_of), as_published=as_published)
                self._found[key] = make_views(self._board, found)
                while len(self._found) > _KEPT:
                    self._found.popitem(last=False)
            self._found.move_to_end(key)
            return self._found[key]

    def moved(self, as_of: dt.date) -> frozenset[Production]:
        """The productions of which anything changed in the seven days up to a day."""
        first = as_of.toordinal() - _WEEK_DAYS
        return frozenset(each.production for each in self.of(as_of, as_published=False) if each.day.toordinal() > first)


def anchor_of(as_of: dt.date) -> dt.date:
    """The day on which the replay for a day begins, 364 to 727 days before it; the first day there is where that is none."""
    steps = (as_of - _EPOCH).days // _ANCHOR_DAYS - 1
    days = steps * _ANCHOR_DAYS
    return _EPOCH + dt.timedelta(max(days, (dt.date.min - _EPOCH).days))


def make_views(board: Board, changes: Iterable[Change]) -> tuple[ChangeView, ...]:
    """The changes in words and with their names; they are newest first, and so is what comes back."""
    happened: Counter[str] = Counter()
    views = []
    for change in reversed(list(changes)):
        what = _what(board, change)
        views.append(_view(change, str(uuid.uuid5(_NAMES, f"{what}\n{happened[what]}"))))
        happened[what] += 1
    return tuple(reversed(views))


def _what(board: Board, change: Change) -> str:
    """What changed of what, the same however often and on whichever day it is asked for."""
    season = "" if change.production.season is None else str(change.production.season)
    parts = [board.key(change.production.title), season, str(change.axis)]
    if change.axis == "release":
        parts.append(change.day.isoformat())  # only a report moves it, and of that day there is one
    else:
        parts.append(change.before)
        if change.axis != "overdue":
            parts.append(change.after)  # the day on which it is due now moves on with time
    return "\n".join(parts).encode("utf-8", "replace").decode()


def _view(change: Change, name: str) -> ChangeView:
    before, after = words_of(change, change.before), words_of(change, change.after)
    return ChangeView(
        id=name,
        day=change.day,
        production=change.production,
        slug=slug_of(change.production),
        name=words.clean(str(change.production)),
        axis=str(change.axis),
        before=before,
        after=after,
        probability=change.probability,
        headline=headline(change),
        reasons=tuple(map(_reason, change.why)),
        change=change,
    )


def _reason(report: Report) -> ReasonView:
    source, outlet = report.claim.source or "", words.clean(report.outlet or "")
    speaker = "unnamed source" if source.casefold() == "unnamed" else words.clean(source)
    named = dict.fromkeys(part for part in (speaker, outlet) if part)
    return ReasonView(
        quote=words.clean(report.claim.quote.text),
        who=", in ".join(named) or "outlet not known",
        said=spoken_dates.when(report.said) if report.said else "undated",
        url=safe_url(report.url),
        report=report,
    )
