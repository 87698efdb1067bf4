"""From what `Board` knows of a production to its answer: the line, the ranges, the reports with what each moved."""

from __future__ import annotations

import datetime as dt

from callboard import spoken_dates
from callboard.board import Board, Found, Known, Title
from callboard.model import Decision, Effect, Event, Judgement, Milestone, Production, Report, Stage
from callboard.show import words
from callboard.show.addresses import safe_url, slug_of
from callboard.show.outlook import (
    announced,
    began,
    is_dropped,
    next_milestone,
    range_of,
    since_words,
    stage_word,
    when_words,
)
from callboard.show.views import AnswerView, EvidenceView, Link, MilestoneView

_TOLD = 0.015  # a smaller shift of a stage is not worth a reader's time, and whether it is for or against says little
QUIET_DAYS = 90  # after so long without news an answer says that there is none


def make_answer(board: Board, found: Found, as_of: dt.date, *, late: bool = False) -> AnswerView:
    """Where the production that was found stands on a day; `late` as in `Board.know`."""
    known = board.know(found.production, as_of, title=found.title, effects=True, late=late)
    judgement = known.judgement
    evidence = make_evidence(board, known)
    moved = [each for each in evidence if each.effect and not each.is_spoiler]
    places = [effect.report.id for effect in judgement.effects]
    moved.sort(key=lambda each: places.index(each.report.id))
    milestones = tuple(_milestone_view(judgement, milestone) for milestone in Milestone)
    decisions = sorted(judgement.decision.items(), key=lambda item: -item[1])
    return AnswerView(
        production=found.production,
        slug=slug_of(found.production),
        as_of=as_of,
        kind=known.context.kind,
        platform=_clean(known.context.platform),
        answer=answer_line(known),
        because=words.clean(board.explain(judgement)) if known.reports else "",
        silence=_silence(known),
        judgement=judgement,
        stages=tuple((stage, words.STAGES[stage], judgement.stage[stage]) for stage in Stage),
        decisions=tuple((words.DECISIONS[decision], p) for decision, p in decisions if p >= 0.005),
        milestones=milestones,
        evidence=evidence,
        strongest=tuple(moved),
        origins=known.origins,
        last_said=known.last_said,
        is_whole=known.is_whole,
        others=tuple(Link(text=words.clean(str(other)), slug=slug_of(other)) for other in found.others),
        namesakes=tuple(work_link(title) for title in found.namesakes),
    )


def work_link(work: Title) -> Link:
    """A work that the catalogue knows, with what singles it out among those of its name."""
    return Link(
        text=words.clean(str(work)),
        slug=slug_of(Production(work.name)),
        query={"kind": work.kind} | ({"year": str(work.year)} if work.year else {}),
    )


def make_evidence(board: Board, known: Known) -> tuple[EvidenceView, ...]:
    """
    Each report about the production, and those about its neighbours that moved something.

    The newest come first, of one day those that moved most.
    """
    # The judge translates what is said of neighbours to claims about the production; their identity stays.
    effects: dict[str, Effect] = {}
    for effect in known.judgement.effects:
        effects.setdefault(effect.report.id, effect)
    reports = [*known.reports, *(report for report in known.neighbours if report.id in effects)]
    views = [_evidence_view(board, report, known.judgement, effects.get(report.id)) for report in reports]
    return tuple(sorted(views, key=lambda view: (view.said_day or dt.date.min, abs(view.shift)), reverse=True))


def answer_line(known: Known) -> str:
    """
    The line that answers, without the title.

    "Season 2: preparation (81 %) since about May 2017; filming likely 12–30 June 2017; premiere likely
    March–September 2018; as of 20 June 2017".
    """
    judgement = known.judgement
    season, as_of = judgement.production.season, judgement.as_of
    subject = f"Season {season}" if season else "Film" if known.context.kind == "film" else "Series as a whole"
    if season is None and known.context.kind is None:
        subject = "So far"  # nobody said whether it is a film or a series
    end = f"as of {spoken_dates.day(as_of)}"
    if not known.reports:
        return f"{subject}: no evidence in this ledger, which is not the same as cancelled; {end}"
    parts = []
    if is_dropped(judgement):
        label = words.DECISIONS[judgement.decided]
        parts.append(f"{label} ({words.percent(judgement.decision[judgement.decided])}), {_WAS[judgement.most_likely]}")
    else:
        start = began(judgement, judgement.most_likely)
        since = f" since {since_words(start)}" if start and judgement.most_likely is not Stage.RELEASED else ""
        if start and judgement.most_likely is Stage.RELEASED:
            since = f", {since_words(start)}"
        paused = ", paused" if judgement.paused > 0.5 else ""
        parts.append(
            f"{stage_word(judgement)}{paused} ({words.percent(judgement.stage[judgement.most_likely])}){since}"
        )
        upcoming = next_milestone(judgement)
        if upcoming and upcoming is not Milestone.RELEASE:
            parts.append(f"{_NEXT_WORDS[upcoming]} likely {when_words(judgement, upcoming)}")
        if upcoming:
            parts.append(f"premiere {_premiere(known)}")
        if judgement.decided in _LAST:
            parts.append(f"{_LAST[judgement.decided]} ({words.percent(judgement.decision[judgement.decided])})")
    return "; ".join([f"{subject}: {parts[0]}", *parts[1:], end])


def _premiere(known: Known) -> str:
    likely, date = when_words(known.judgement, Milestone.RELEASE), announced(known)
    if date is None:
        return f"likely {likely}"
    said = spoken_dates.when(date)
    return f"announced for {said}" + (f", likely {likely}" if likely != said else "")


_WAS = {
    Stage.DEVELOPMENT: "was in development",
    Stage.ORDERED: "was ordered",
    Stage.PREPARATION: "was in preparation",
    Stage.FILMING: "was filming",
    Stage.POSTPRODUCTION: "was in post-production",
    Stage.RELEASED: "was released",
}
_LAST = {Decision.FINAL: "the last season", Decision.ENDED: "the series has ended"}
_NEXT_WORDS = {
    Milestone.ORDER: "order",
    Milestone.PREPARATION: "preparation",
    Milestone.FILMING_START: "filming",
    Milestone.FILMING_END: "wrap",
    Milestone.RELEASE: "premiere",
}


def _milestone_view(judgement: Judgement, milestone: Milestone) -> MilestoneView:
    forecast = judgement.milestones[milestone]
    found = range_of(forecast, judgement.as_of)
    return MilestoneView(
        name=milestone,
        label=words.MILESTONES[milestone],
        done=forecast.done,
        range=found,
        is_past=forecast.done >= 0.5,
        when=spoken_dates.span(found.first, found.last),
        is_moot=forecast.done < 0.5 and is_dropped(judgement),
    )


def _evidence_view(board: Board, report: Report, judgement: Judgement, effect: Effect | None) -> EvidenceView:
    claim = report.claim
    shift, days = (effect.stage_shift, effect.release_shift_days) if effect else (0.0, 0)
    speaker = claim.source if claim.source and claim.source.casefold() != "unnamed" else None
    outlet = _clean(report.outlet)
    who = _clean(speaker) or ("unnamed source" if claim.source else outlet) or "outlet not known"
    what = [words.EVENTS[claim.event], words.MODALITIES[claim.modality]]
    if claim.time:
        what.append(spoken_dates.when(claim.time))
    details = [claim.person, claim.role and f"as {claim.role}" if claim.event is Event.CASTING else claim.role]
    details += [claim.place, claim.platform]
    season = claim.production.season
    return EvidenceView(
        anchor=f"claim-{report.id[:12]}",
        quote=words.clean(claim.quote.text),
        speaker=who,
        outlet=outlet if outlet != who else None,
        voice=words.VOICES.get(board.voice(report), "outlet"),
        url=safe_url(report.url),
        said=spoken_dates.when(report.said) if report.said else "undated",
        said_day=report.said.first if report.said else None,
        what=", ".join(what),
        subject=", ".join(words.clean(detail) for detail in details if detail),
        season=f"season {season}" if season else "the series as a whole" if judgement.production.season else "",
        effect=_effect(judgement, shift, days),
        shift=shift,
        is_against=shift <= -_TOLD,
        is_spoiler=claim.event is Event.STORY,
        report=report,
    )


def _effect(judgement: Judgement, shift: float, days: int) -> str:
    parts = []
    points = round(100 * abs(shift))
    if abs(shift) >= _TOLD:
        parts.append(f"{words.plural(points, 'point')} {'for' if shift > 0 else 'against'} {stage_word(judgement)}")
    if abs(days) >= 3:
        parts.append(f"premiere {words.plural(abs(days), 'day')} {'later' if days > 0 else 'earlier'}")
    return "; ".join(parts)


def _silence(known: Known) -> str:
    if known.last_said is None or known.judgement.stage[Stage.RELEASED] > 0.5 or is_dropped(known.judgement):
        return ""
    if (known.judgement.as_of - known.last_said).days < QUIET_DAYS:
        return ""
    return f"No evidence since {spoken_dates.day(known.last_said)}; that is not the same as cancelled."


def _clean(text: str | None) -> str | None:
    return (words.clean(text) or None) if text else None
