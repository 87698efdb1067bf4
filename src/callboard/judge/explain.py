"""
Why a judgement is what it is: what each statement moved, and one plain sentence.

A statement's effect is found by leaving it out, with all its echoes, and judging again (Cook and Weisberg 1982 do so
for the points of a regression).
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping, Sequence

from callboard import spoken_dates
from callboard.judge.trust import first_origins, name_key, report_key
from callboard.model import Decision, Effect, Event, Judgement, Milestone, Modality, Report, Stage
from callboard.when import Precision, When

_FEW = 12  # statements of which each is left out, whatever it seems to move
_MOST_SCREENED = 400  # statements of which is asked what they seem to move; beyond this no castings, places and plots
_MATTERS_ROUGHLY = 0.0015  # strength from which on a statement is left out
_MOST_EFFECTS = 60  # statements left out
_MATTERS = 0.004  # a shift of probability below this is not told
_MATTERS_DAYS = 3
_MATTERS_ODDS = 0.3  # of log odds: near certainty hardly any probability shifts, and yet somebody says so

_STAGE_WORDS = {
    Stage.DEVELOPMENT: "In development",
    Stage.ORDERED: "Ordered",
    Stage.PREPARATION: "In preparation",
    Stage.FILMING: "Filming",
    Stage.POSTPRODUCTION: "In post-production",
    Stage.RELEASED: "Released",
}
_EVENT_WORDS = {
    Event.DEVELOPMENT: "its development",
    Event.ORDER: "the order",
    Event.WRITING: "the writing",
    Event.CASTING: "a casting",
    Event.CREW: "a hire",
    Event.PREPARATION: "preparations",
    Event.FILMING_START: "the start of filming",
    Event.FILMING: "filming",
    Event.FILMING_PAUSE: "a break in filming",
    Event.FILMING_END: "the wrap",
    Event.POSTPRODUCTION: "post-production",
    Event.PROMOTION: "its promotion",
    Event.RELEASE: "the release",
    Event.RESCHEDULE: "a moved date",
    Event.CANCELLATION: "a cancellation",
    Event.ENDING: "the end of the series",
    Event.LOCATION: "a location",
    Event.STORY: "the story",
    Event.RECEPTION: "reviews or ratings",
}
_SAYS_SO = {
    Stage.ORDERED: {Event.ORDER},
    Stage.PREPARATION: {Event.PREPARATION},
    Stage.FILMING: {Event.FILMING, Event.FILMING_START},
    Stage.POSTPRODUCTION: {Event.POSTPRODUCTION, Event.FILMING_END},
    Stage.RELEASED: {Event.RELEASE},
}


def with_effects(
    judgement: Judgement,
    reports: Sequence[Report],
    judge_again: Callable[[list[Report]], Judgement],
    nearly: Callable[[Collection[int]], tuple[Mapping[Stage, float], dt.date]] | None = None,
) -> Judgement:
    """
    The judgement with the effect of every statement that matters, strongest first.

    Args:
        judgement: Without effects.
        reports: What is left out, statement by statement.
        judge_again: Judges by what is left of them.
        nearly: Quickly and roughly the stages, and the median day of the release, without the reports of some `id()`s.
            Where many statements are made, only those that matter by this are left out.
    """
    likely = judgement.most_likely
    stage, median = judgement.stage[likely], judgement.milestones[Milestone.RELEASE].quantiles[50]
    statements = _statements(reports, judgement.as_of)
    tried = statements
    if nearly is not None and len(statements) > _FEW:
        rough: list[tuple[float, int]] = []
        for number, group in enumerate(statements[:_MOST_SCREENED]):
            stages, day = nearly(set(map(id, group)))
            strength = _strength(_odds_moved(stage, stages[likely]), (median - day).days)
            if strength >= _MATTERS_ROUGHLY:
                rough.append((-strength, number))
        tried = [statements[number] for _, number in sorted(rough)]
    effects: list[tuple[float, Effect]] = []
    for group in tried[:_MOST_EFFECTS]:
        left_out = set(map(id, group))
        other = judge_again([report for report in reports if id(report) not in left_out])
        shift = stage - other.stage[likely]
        days = (median - other.milestones[Milestone.RELEASE].quantiles[50]).days
        odds = _odds_moved(stage, other.stage[likely])
        if abs(shift) >= _MATTERS or abs(days) >= _MATTERS_DAYS or odds >= _MATTERS_ODDS:
            effects.append((_strength(odds, days), Effect(group[0], round(shift, 4), days)))
    if not any(effect.stage_shift > 0 for _, effect in effects):
        # so many say so that none of them matters by itself: the last of them are named all the same
        known = {report_key(effect.report) for _, effect in effects}
        saying = [group[0] for group in statements if _says_so(group[0], likely)]
        latest = [report for report in sorted(saying, key=report_key, reverse=True) if report_key(report) not in known]
        effects += [(0.0, Effect(report, 0.0, 0)) for report in latest[:3]]
    effects.sort(key=lambda entry: (-entry[0], report_key(entry[1].report)))
    return dataclasses.replace(judgement, effects=tuple(effect for _, effect in effects))


def _statements(reports: Sequence[Report], as_of: dt.date) -> list[list[Report]]:
    """The reports that say one thing from one origin, each by itself; those that tell a stage or a date come first."""
    statements: dict[tuple[str, ...], list[Report]] = {}
    ordered = sorted(reports, key=report_key)
    for report, origin in zip(ordered, first_origins(ordered), strict=True):
        said = report.said
        if said is not None and said.bounds()[0] > as_of:
            continue
        claim = report.claim
        key = (origin, str(claim.event), str(claim.time or ""), str(claim.modality), claim.person or "")
        statements.setdefault(key, []).append(report)
    return sorted(statements.values(), key=lambda group: (_SELDOM.get(group[0].claim.event, 0), report_key(group[0])))


def _odds_moved(stage: float, without: float) -> float:
    """How far log odds move; near certainty a probability hardly does whatever is left out."""
    return abs(_log_odds(stage) - _log_odds(without))


def _strength(odds: float, days: int) -> float:
    """How much a statement matters that moves the stage by log odds and the release by days."""
    return odds + min(abs(days), 365) / 365


def _log_odds(probability: float) -> float:
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


_SELDOM = {Event.CASTING: 2, Event.CREW: 2, Event.STORY: 3, Event.LOCATION: 1, Event.RECEPTION: 1}


def explain(judgement: Judgement) -> str:
    """One plain sentence or two: the stage, who says so, who says otherwise, and when it is due."""
    likely = judgement.most_likely
    percent = _percent(judgement.stage[likely])
    for_it = (
        [e for e in judgement.effects if e.stage_shift >= _MATTERS]
        # where the stage is all but certain, no single report moves it by much
        or [e for e in judgement.effects if e.stage_shift > 0]
        or [e for e in judgement.effects if _says_so(e.report, likely)]
    )
    against = [e for e in judgement.effects if e.stage_shift <= -_MATTERS]
    if for_it:
        told: list[str] = []
        heard: set[str] = set()
        for effect in for_it:
            who = name_key(_who(effect.report))
            if who not in heard:
                heard.add(who)
                told.append(_tell(effect.report, likely, judgement.as_of))
            if len(told) == 3:
                break
        reasons = "; ".join(told)
    elif judgement.effects:
        reasons = "no single report decides it"
    else:
        reasons = "judged from how long productions like it take"
    dissent = (
        f"{_tell(against[0].report, likely, judgement.as_of)}, which speaks against it"
        if against
        else "nothing speaks against it"
    )
    parts = [f"{_STAGE_WORDS[likely]} ({percent} %): {reasons}; {dissent}."]
    if judgement.paused > 0.5:
        parts.append("The shoot stands still.")
    parts.append(_outlook(judgement))
    return " ".join(part for part in parts if part)


def _says_so(report: Report, stage: Stage) -> bool:
    """Whether a report states as a fact what makes a production be in a stage."""
    claim = report.claim
    return claim.event in _SAYS_SO.get(stage, ()) and claim.modality is Modality.ASSERTED


def _percent(probability: float) -> int:
    """Whole percent, never 0 or 100: nothing here is certain."""
    return min(max(round(100 * probability), 1), 99)


def _who(report: Report) -> str:
    source = report.claim.source
    if source and source.casefold() != "unnamed":
        return source
    if source:
        return f"an unnamed source in {report.outlet}" if report.outlet else "an unnamed source"
    return report.outlet or "a report"


def _tell(report: Report, likely: Stage, as_of: dt.date) -> str:
    claim, who = report.claim, _who(report)
    on = f" {_on(report.said)}" if report.said else ""
    ahead = claim.time is not None and claim.time.is_after(report.said.bounds()[1] if report.said else as_of)
    if claim.modality is Modality.DENIED:
        return f"{who} said{on} that there was no word of {_EVENT_WORDS[claim.event]} yet"
    if claim.event in _SAYS_SO.get(likely, ()):
        if claim.modality is Modality.ASSERTED and not ahead:
            return f"{who} said so{on}"
        return f"{who} had announced it{on}"
    when = ""
    if claim.time is not None and ahead:
        is_open = claim.time.last is None  # "from 1 June 2017" is said without "for"
        when = f" {'' if is_open else 'for '}{spoken_dates.when(claim.time)}"
    verb = {
        Modality.ASSERTED: "announced" if ahead else "reported",
        Modality.EXPECTED: "expected",
        Modality.POSSIBLE: "thought possible",
    }[claim.modality]
    return f"{who} {verb} {_EVENT_WORDS[claim.event]}{when}{on}"


def _outlook(judgement: Judgement) -> str:
    dropped = judgement.decision[Decision.CANCELLED] + judgement.decision[Decision.WITHDRAWN]
    if dropped > 0.5:
        return f"Dropped ({_percent(dropped)} %)."
    release = judgement.milestones[Milestone.RELEASE]
    if release.done > 0.5:
        return ""
    first, last = release.quantiles[10], release.quantiles[90]
    first = max(first, judgement.as_of)
    if (last - first).days <= 3:
        return f"Premiere likely {spoken_dates.day(release.quantiles[50])}."
    if (first.year, first.month) == (last.year, last.month):
        return f"Premiere likely {calendar.month_name[last.month]} {last.year}."
    year = "" if first.year == last.year else f" {first.year}"
    return f"Premiere likely {calendar.month_name[first.month]}{year} to {calendar.month_name[last.month]} {last.year}."


def _on(said: When) -> str:
    """The day, month or range of days on which something was said."""
    if said.precision is Precision.DAY:
        return f"on {spoken_dates.when(said)}"
    if said.precision in (Precision.MONTH, Precision.SEASON, Precision.YEAR):
        return f"in {spoken_dates.when(said)}"
    if said.first and said.last:
        return f"between {spoken_dates.day(said.first)} and {spoken_dates.day(said.last)}"
    return spoken_dates.when(said)
