"""What changed and on whose word, and how often a voice was right: as text and as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from callboard import spoken_dates
from callboard.board import Change
from callboard.model import Json, Report
from callboard.show import words

if TYPE_CHECKING:
    from callboard.board import Record

_STAGES = {str(stage): label for stage, label in words.STAGES.items()}
_DECISIONS = {str(decision): label for decision, label in words.DECISIONS.items()}


def headline(change: Change) -> str:
    """What changed in one line: "ordered → filming (91 %)", "premiere 2 March 2018 → 22 June 2018"."""
    before, after = words_of(change, change.before), words_of(change, change.after)
    if change.axis == "release":
        return f"premiere {before} → {after}"
    if change.axis == "overdue":
        return f"overdue: was due {before}, now likely {after} ({words.percent(change.probability)})"
    return f"{before} → {after} ({words.percent(change.probability)})"


def changes_json(changes: Sequence[Change], since: dt.date, as_of: dt.date) -> Json:
    """All of it, texts as they are in the ledger."""
    return {
        "since": since.isoformat(),
        "as_of": as_of.isoformat(),
        "changes": [
            {
                "day": change.day.isoformat(),
                "title": change.production.title,
                "season": change.production.season,
                "axis": str(change.axis),
                "before": change.before,
                "after": change.after,
                "probability": round(change.probability, 4),
                "origins": list(change.origins),
                "why": [report.to_json() for report in change.why],
            }
            for change in changes
        ],
    }


def print_changes(console: Console, changes: Sequence[Change], since: dt.date, as_of: dt.date) -> None:
    """Change by change, newest first: what it was, what it is, the sentences that made it so."""
    for change in changes:
        console.print(Text(f"{spoken_dates.day(change.day)}  ").append(words.clean(str(change.production)), "bold"))
        console.print(Text("    " + headline(change)))
        for report in change.why:
            console.print(Text(f"    “{words.clean(report.claim.quote.text)}”"))
            console.print(Text(f"        {who_said(report)}", "dim"))
        console.print()
    span = f"from {spoken_dates.day(since)} to {spoken_dates.day(as_of)}"
    console.print(Text(f"{words.plural(len(changes), 'change') if changes else 'No change'} {span}.", "dim"))


def record_json(name: str, voice: Record, as_of: dt.date) -> Json:
    """The record as numbers; `wrong_rate` is the chance that the next claim errs."""
    return {
        "name": name,
        "kind": voice.kind,
        "as_of": as_of.isoformat(),
        "reports": voice.reports,
        "checked": voice.checked,
        "wrong": voice.wrong,
        "wrong_rate": round(voice.rate, 4),
    }


def print_record(console: Console, name: str, voice: Record, as_of: dt.date) -> None:
    """The record in three lines."""
    console.print(Text(words.clean(name), "bold").append(f" ({words.VOICES.get(voice.kind, voice.kind)})", "dim"))
    reports = words.plural(voice.reports, "report")
    if voice.checked:
        right = voice.checked - voice.wrong
        console.print(f"{right} of {words.plural(voice.checked, 'checked claim')} right as read; {reports} in all.")
    else:
        console.print(f"None of {reports} could be checked yet.")
    console.print(f"Taken to err in {100 * voice.rate:.1f} % of its claims, as of {spoken_dates.day(as_of)}.")


def words_of(change: Change, value: str) -> str:
    """What was or is held, as one says it: "post-production", "22 June 2018"."""
    if change.axis in ("release", "overdue"):
        return spoken_dates.day(dt.date.fromisoformat(value))
    return (_STAGES if change.axis == "stage" else _DECISIONS)[value]


def who_said(report: Report) -> str:
    """ "Jeph Loeb, in Screen Rant, 9 October 2016" """
    source, outlet = report.claim.source, words.clean(report.outlet or "")
    named = "unnamed source" if source and source.casefold() == "unnamed" else words.clean(source or "")
    who = f"{named}, in {outlet}" if named and outlet and named != outlet else named or outlet or "outlet not known"
    return f"{who}, {spoken_dates.when(report.said) if report.said else 'undated'}"
