"""
What each tool answers: plain JSON with the day it holds for, the words behind it and where they stand.

A miss is an answer, too: `found` is false, and `guidance` says what to ask instead. Texts are clean; what is told of the
story is left out unless it is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from callboard.board import Board, Found
from callboard.errors import AmbiguousTitle, CallboardError, UnknownTitle
from callboard.model import Event, Json, Milestone, Modality, Production, Stage
from callboard.show import words
from callboard.show.addresses import safe_url
from callboard.show.answers import make_answer, work_link
from callboard.show.calendar import known_of_title, make_entries
from callboard.show.changed import MOST_DAYS, ChangesCache, change_json, make_changes
from callboard.show.elsewhere import statuses
from callboard.show.rows import RowsCache, make_board, passing
from callboard.show.views import BoardRow, ChangeFilters, ChangeView, EvidenceView, Filters

T = TypeVar("T")
MOST = 50  # items of an answer; a model reads no more with profit
_QUOTES = 3  # with a production
_NOT_A_DAY = "is not a day; write YYYY-MM-DD"


class BadArgument(CallboardError):
    """An argument that cannot be read."""


class Answers:
    """The board, and what it was asked before; safe to use from several threads."""

    def __init__(self, board: Board, today: Callable[[], dt.date]) -> None:
        self._board = board
        self._today = today
        self._rows = RowsCache(board)
        self._changes = ChangesCache(board)

    def search(self, query: str, stage: str, platform: str, everything: bool, limit: int, after: str, day: str) -> Json:
        """
        Productions whose title has the query in it, each in a few fields with the newest words on it.

        Raises:
            BadArgument: The stage, the limit, `after` or the day cannot be read.
        """
        as_of = self._day(day)
        if stage and stage not in set(Stage):
            raise BadArgument(f"stage: {stage[:40]!r} is none of {', '.join(Stage)}")
        filters = Filters(
            stage=Stage(stage) if stage else None,
            platform=words.clean(platform) or None,
            title=words.clean(query) or None,
            everything=everything,
        )
        view = make_board(self._rows.of(as_of, everything or bool(filters.title)), as_of, filters)
        part, following = _page(list(view.rows), [row.slug for row in view.rows], limit, after)
        answer = {
            "as_of": as_of.isoformat(),
            "found": bool(view.rows),
            "total": view.total,
            "next": following,
            "productions": [self._row(row, as_of) for row in part],
        }
        if not view.rows:
            near = self._board.near(query, as_of) if filters.title else []
            answer |= {
                "miss_reason": "nothing_matches",
                "near": near,
                "guidance": "Nothing recorded matches, which is not the same as cancelled. "
                + ("Try one of `near`." if near else "Leave out filters, or set everything to true."),
            }
        return answer

    def production(self, title: str, season: int | None, kind: str, year: int | None, day: str) -> Json:
        """Where one production stands, with the words that weigh most."""
        as_of = self._day(day)
        found = self._find(title, season, kind, year, as_of)
        if not isinstance(found, Found):
            return found
        view = make_answer(self._board, found, as_of)
        shown = [each for each in view.strongest if not each.is_spoiler]
        shown = shown or [each for each in view.evidence if not each.is_spoiler]
        return {
            "as_of": as_of.isoformat(),
            "found": True,
            "id": view.slug,
            "title": words.clean(view.production.title),
            "season": view.production.season,
            "kind": view.kind,
            "platform": view.platform,
            "answer": view.answer,
            "because": view.because,
            "silence": view.silence or None,
            "stage": {label: round(p, 4) for _, label, p in view.stages},
            "decision": {label: round(p, 4) for label, p in view.decisions},
            "milestones": [
                {
                    "name": str(each.name),
                    "reached": round(each.done, 4),
                    "first": None if each.is_moot else each.range.first.isoformat(),
                    "last": None if each.is_moot else each.range.last.isoformat(),
                    "in_words": "not due any more" if each.is_moot else each.when,
                }
                for each in view.milestones
            ],
            "status_elsewhere": statuses(view.judgement, view.kind),
            "origins": view.origins,
            "last_said": view.last_said.isoformat() if view.last_said else None,
            "evidence": [_words(each) for each in shown[:_QUOTES]],
            "other_seasons": [link.text for link in view.others],
            "namesakes": [link.text for link in view.namesakes],
        }

    def evidence(
        self,
        title: str,
        season: int | None,
        kind: str,
        year: int | None,
        spoilers: bool,
        limit: int,
        after: str,
        day: str,
    ) -> Json:
        """
        What was said of a production, newest first: who, when, in which words, where, and what it moved.

        Raises:
            BadArgument: The limit, `after` or the day cannot be read.
        """
        as_of = self._day(day)
        found = self._find(title, season, kind, year, as_of)
        if not isinstance(found, Found):
            return found
        view = make_answer(self._board, found, as_of)
        shown = [each for each in view.evidence if spoilers or not each.is_spoiler]
        part, following = _page(shown, [each.report.id for each in shown], limit, after)
        return {
            "as_of": as_of.isoformat(),
            "found": True,
            "id": view.slug,
            "total": len(shown),
            "next": following,
            "evidence": [_words(each) for each in part],
        }

    def changes(
        self,
        since: str,
        title: str,
        events: list[str],
        probability: float,
        as_published: bool,
        limit: int,
        after: str,
        day: str,
    ) -> Json:
        """
        What changed from a day on, newest first, each with the words that made it so.

        Raises:
            BadArgument: A day, an event, the limit or `after` cannot be read, or the first day is too long ago.
        """
        as_of = self._day(day)
        days = (as_of - _read_day(since, "since")).days + 1 if since else ChangeFilters().days
        if not 1 <= days <= MOST_DAYS:
            raise BadArgument(f"since: changes are told of 1 to {MOST_DAYS} days up to {as_of}")
        for event in events:
            if event not in words.CHANGES:
                raise BadArgument(f"events: {event[:40]!r} is none of {', '.join(words.CHANGES)}")
        filters = ChangeFilters(
            days=days,
            title=words.clean(title) or None,
            events=tuple(events),
            least=probability,
            as_published=as_published,
        )
        view = make_changes(self._changes.of(as_of, as_published=as_published), as_of, filters)
        part, following = _page(list(view.changes), [each.id for each in view.changes], limit, after)
        answer = {
            "as_of": as_of.isoformat(),
            "since": (view.since + dt.timedelta(1)).isoformat(),
            "found": bool(view.changes),
            "total": len(view.changes),
            "next": following,
            "changes": [_change(each) for each in part],
        }
        if not view.changes:
            answer |= {
                "miss_reason": "nothing_changed",
                "guidance": "Nothing changed in these days. A change counts from the day on which callboard read of it; "
                "as_published takes each article as read on its own day.",
            }
        return answer

    def calendar(
        self, title: str, season: int | None, platform: str, premieres_only: bool, limit: int, day: str
    ) -> Json:
        """
        What is due and what was just reached, by day, of one title or of the whole board.

        Raises:
            BadArgument: The limit or the day cannot be read.
        """
        as_of = self._day(day)
        if title:
            found = self._find(title, season, "", None, as_of)
            if not isinstance(found, Found):
                return found
            known = known_of_title(self._board, title, season, as_of)
        else:
            known = passing(self._board, as_of, Filters(platform=words.clean(platform) or None))
        entries = make_entries(self._board, known, premieres_only=premieres_only)
        part, _ = _page(list(entries), [entry.uid for entry in entries], limit, "")
        answer = {
            "as_of": as_of.isoformat(),
            "found": bool(entries),
            "total": len(entries),
            "time_known": False,  # callboard keeps days, not hours
            "entries": [
                {
                    "uid": entry.uid,
                    "title": words.clean(str(entry.production)),
                    "milestone": str(entry.milestone),
                    "first": entry.first.isoformat(),
                    "last": entry.last.isoformat(),
                    "status": entry.status.lower(),
                    "summary": entry.summary,
                    "description": entry.description,
                    "source_url": entry.url,
                }
                for entry in part
            ],
        }
        if not entries:
            answer |= {"miss_reason": "nothing_due", "guidance": "Nothing is due, or no date is known well enough."}
        return answer

    def taxonomies(self) -> Json:
        """Every word that answers use and filters take, with its meaning."""
        return {
            "as_of": self._today().isoformat(),
            "stages": {str(stage): label for stage, label in words.STAGES.items()},
            "decisions": {str(decision): label for decision, label in words.DECISIONS.items()},
            "milestones": {str(milestone): words.MILESTONES[milestone] for milestone in Milestone},
            "events": {str(event): words.EVENTS[event] for event in Event},
            "modalities": {str(modality): words.MODALITIES[modality] for modality in Modality},
            "voices": dict(words.VOICES),
            "changes": dict(words.CHANGES),
            "note": "Probabilities are from 0 to 1. A range of days holds the day eight times of ten. Silence is not a "
            "cancellation. Status values of other catalogues are lossy.",
        }

    def _day(self, given: str) -> dt.date:
        return _read_day(given, "as_of") if given else self._today()

    def _find(self, title: str, season: int | None, kind: str, year: int | None, as_of: dt.date) -> Found | Json:
        """The production that is meant, else the answer that says why there is none."""
        if kind not in ("", "film", "series"):
            raise BadArgument(f"kind: {kind[:40]!r} is neither film nor series")
        miss = {"as_of": as_of.isoformat(), "found": False}
        if season is not None and kind == "film":
            raise BadArgument("season: a film has none; leave out season or kind")
        try:
            return self._board.find(title, season, kind=kind or None, year=year, as_of=as_of)
        except UnknownTitle as error:
            return miss | {
                "miss_reason": "unknown_title",
                "near": list(error.near),
                "guidance": f"{words.clean(str(error))}. Nothing recorded is not the same as cancelled.",
            }
        except AmbiguousTitle:
            works = [work_link(work) for work in self._board.works(title)]
            return miss | {
                "miss_reason": "ambiguous_title",
                "choices": [{"name": link.text, **link.query} for link in works],
                "guidance": "Several works have this name; ask again with the kind and year of one of the choices.",
            }

    def _row(self, row: BoardRow, as_of: dt.date) -> Json:
        newest = self._newest(row.production, as_of)
        return {
            "id": row.slug,
            "title": words.clean(row.production.title),
            "season": row.production.season,
            "kind": row.kind,
            "platform": row.platform,
            "stage": str(row.stage),
            "in_words": row.stage_label,
            "probability": round(row.stage_p, 4),
            "next": f"{row.next_label} {row.next_when}" if row.next_label else None,
            "last_said": row.last_said.isoformat() if row.last_said else None,
            **newest,
        }

    def _newest(self, production: Production, as_of: dt.date) -> Json:
        known = self._board.know(production, as_of)
        report = next((each for each in known.reports if each.claim.event is not Event.STORY), None)
        if report is None:
            return {"quote": None, "source_url": None}
        return {"quote": words.clean(report.claim.quote.text), "source_url": safe_url(report.url)}


def _words(each: EvidenceView) -> Json:
    return {
        "quote": each.quote,
        "speaker": each.speaker,
        "outlet": each.outlet,
        "voice": each.voice,
        "said": each.said_day.isoformat() if each.said_day else None,
        "what": each.what,
        "about": ", ".join(part for part in (each.season, each.subject) if part) or None,
        "effect": each.effect or None,
        "source_url": each.url,
    }


def _change(each: ChangeView) -> Json:
    told = change_json(each)
    return {
        "id": each.id,
        "day": told["day"],
        "production": each.slug,
        "title": each.name,
        "axis": each.axis,
        "before": each.before,
        "after": each.after,
        "probability": round(each.probability, 4),
        "evidence": [
            {"quote": reason.quote, "speaker": reason.who, "said": reason.said, "source_url": reason.url}
            for reason in each.reasons
        ],
    }


def _page(items: list[T], names: list[str], limit: int, after: str) -> tuple[list[T], str | None]:
    """The items after the one that is named, at most `limit`, and the name to go on from; None: there is no more."""
    if not 1 <= limit <= MOST:
        raise BadArgument(f"limit: {limit} is not from 1 to {MOST}")
    if after and after not in names:
        raise BadArgument(f"after: {after[:80]!r} is not on this list; begin without one")
    start = names.index(after) + 1 if after else 0
    part = items[start : start + limit]
    return part, names[start + len(part) - 1] if part and start + limit < len(items) else None


def _read_day(given: str, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError as error:
        raise BadArgument(f"{name}: {given[:40]!r} {_NOT_A_DAY}") from error
