"""
The data of each answer: one frozen class for each page, rendered as text, as HTML and as JSON alike.

`make_answer`, `make_rows` and `make_board` fill them from what `Board` knows. Texts in a view are clean (see `words.clean`); its JSON
has the claims as they are in the ledger.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from callboard.board import Board, Found, Known
from callboard.model import Effect, Event, Json, Judgement, Milestone, Production, Report, Stage, title_key
from callboard.show import words
from callboard.show.outlook import Range, began, is_dropped, next_milestone, range_of

QUIET_DAYS = 90  # after so long without news an answer says that there is none
_SEASON_SLUG = re.compile(r"(?P<title>.+)-season-(?P<season>[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneView:
    """One dated step of a production, with where its day lies."""

    name: Milestone
    label: str  # "filming starts"
    done: float  # probability that it is behind us
    range: Range  # of the past if it was likely reached, else of the future
    is_past: bool
    when: str  # the range in words
    is_moot: bool  # the production is dropped and this was not reached: no date is due


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One report with its words, who says so, and what it moved."""

    anchor: str  # where it stands on its page
    quote: str
    speaker: str  # who is named as saying so, else the outlet
    outlet: str | None  # who published it, where that is not the speaker; None: it is, or nobody knows
    voice: str  # "official", "trade press", "unnamed source", ...
    url: str | None  # http or https only; None: no address that is safe to follow
    said: str  # "20 June 2017"; "undated"
    said_day: dt.date | None
    what: str  # "start of filming, expected, June 2017"
    subject: str  # person, role, place or platform; "" for none
    season: str  # "season 2", "the title as a whole"
    effect: str  # "+12 points for preparation; premiere 40 days later"; "" where it moved nothing
    shift: float  # of the probability of the most likely stage, -1 to 1
    is_against: bool
    is_spoiler: bool
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another production, as a link."""

    text: str
    slug: str
    query: Mapping[str, str] = field(default_factory=dict)  # what singles a work out of several of the name


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """Where one production stands: the answer of `status`, `why` and `when`, and of its page."""

    production: Production
    slug: str
    as_of: dt.date
    kind: str | None
    platform: str | None
    answer: str  # the one line
    because: str  # one plain sentence on the reasons
    silence: str  # "no evidence since ..."; "" where there is recent news
    judgement: Judgement
    stages: tuple[tuple[Stage, str, float], ...]  # with label and probability, in order
    decisions: tuple[tuple[str, float], ...]  # likeliest first, the impossible left out
    milestones: tuple[MilestoneView, ...]
    evidence: tuple[EvidenceView, ...]  # newest first
    strongest: tuple[EvidenceView, ...]  # those that moved most, strongest first
    origins: int
    last_said: dt.date | None
    others: tuple[Link, ...]  # other seasons of the title
    namesakes: tuple[str, ...]  # other works of the same name

    def to_json(self, *, spoilers: bool = False) -> Json:
        """The fields of `callboard judge`, and the claims behind them with what each moved."""
        shown = [each for each in self.evidence if spoilers or not each.is_spoiler]
        return {
            "id": self.slug,
            **self.judgement.to_json(),
            "kind": self.kind,
            "platform": self.platform,
            "answer": self.answer,
            "because": self.because,
            "last_said": self.last_said.isoformat() if self.last_said else None,
            "origins": self.origins,
            "others": [{"id": link.slug, "name": link.text} for link in self.others],
            "namesakes": list(self.namesakes),
            "claims": [
                each.report.to_json() | {"voice": each.voice, "stage_shift": round(each.shift, 4)} for each in shown
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One production on the board."""

    production: Production
    slug: str
    group: str  # heading under which it stands
    stage: Stage
    stage_label: str
    stage_p: float
    since: str
    next_label: str  # "" where nothing is due
    next_when: str
    last_said: dt.date | None
    origins: int
    platform: str | None
    judgement: Judgement

    def to_json(self) -> Json:
        return {
            "id": self.slug,
            **self.judgement.to_json(),
            "group": self.group,
            "platform": self.platform,
            "since": self.since,
            "next": self.next_label or None,
            "next_when": self.next_when or None,
            "last_said": self.last_said.isoformat() if self.last_said else None,
            "origins": self.origins,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to show on the board; the default is everything that is being made or was just made."""

    stage: Stage | None = None
    platform: str | None = None
    title: str | None = None
    filming_now: bool = False
    everything: bool = False  # also what was out or dropped for long, and what nobody has spoken of for two years


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """All productions at a glance."""

    as_of: dt.date
    filters: Filters
    rows: tuple[BoardRow, ...]
    total: int  # rows on all pages
    page: int
    pages: int
    platforms: tuple[str, ...]  # of all productions, for the filter

    def to_json(self) -> Json:
        return {
            "as_of": self.as_of.isoformat(),
            "total": self.total,
            "page": self.page,
            "pages": self.pages,
            "productions": [row.to_json() for row in self.rows],
        }


# Groups of the board, in order.
FILMING, PREPARING, ORDERED, DATED = "Filming now", "Preparing", "Ordered", "Dated"
POST, JUST_OUT, DEVELOPMENT = "In post-production", "Just out", "In development"
UNCLEAR, DROPPED, OUT = "Hard to tell", "Dropped", "Out"
GROUPS = (FILMING, PREPARING, ORDERED, DATED, POST, JUST_OUT, DEVELOPMENT, UNCLEAR, DROPPED, OUT)
_CLEAR = 0.4  # below this even the likeliest stage is a guess among six
_JUST_OUT_DAYS = 60
_DROPPED_DAYS = 180  # a cancellation stays on the board so long
_DATED_DAYS = 31  # a premiere known to the month


def slug_of(production: Production) -> str:
    """The production's part of an address: "luke-cage-season-2"; see `named_by`."""
    folded = unicodedata.normalize("NFKD", production.title.replace("’", "").replace("'", "").replace("&", " and "))
    base = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode().lower()).strip("-")
    if title_key(base.replace("-", " ")) != title_key(production.title):
        base = quote(production.title.casefold().strip(), safe="")
    return base if production.season is None else f"{base}-season-{production.season}"


def named_by(slug: str) -> tuple[str, int | None]:
    """The title, in a spelling that `title_key` knows, and the season of a slug that is decoded already."""
    match = _SEASON_SLUG.fullmatch(slug)
    base, season = (match["title"], int(match["season"])) if match else (slug, None)
    return (base.replace("-", " ") if base.isascii() else base), season


def make_answer(board: Board, found: Found, as_of: dt.date) -> AnswerView:
    """Where the production that was found stands on a day."""
    known = board.know(found.production, as_of, title=found.title, effects=True)
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
        others=tuple(Link(text=words.clean(str(other)), slug=slug_of(other)) for other in found.others),
        namesakes=tuple(words.clean(str(title)) for title in found.namesakes),
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
    subject = f"Season {season}" if season else "Film" if known.context.kind == "film" else "As a whole"
    end = f"as of {words.day(as_of)}"
    if not known.reports:
        return f"{subject}: no evidence in this ledger, which is not the same as cancelled; {end}"
    parts = []
    if is_dropped(judgement):
        label = words.DECISIONS[judgement.decided]
        parts.append(f"{label} ({words.percent(judgement.decision[judgement.decided])}), was in {_stage(judgement)}")
    else:
        start = began(judgement, judgement.most_likely)
        since = f" since {_since(start)}" if start and judgement.most_likely is not Stage.RELEASED else ""
        if start and judgement.most_likely is Stage.RELEASED:
            since = f", {_since(start)}"
        paused = ", paused" if judgement.paused > 0.5 else ""
        parts.append(f"{_stage(judgement)}{paused} ({words.percent(judgement.stage[judgement.most_likely])}){since}")
        upcoming = next_milestone(judgement)
        if upcoming and upcoming is not Milestone.RELEASE:
            parts.append(f"{_NEXT_WORDS[upcoming]} likely {_when(judgement, upcoming)}")
        if upcoming:
            parts.append(f"premiere likely {_when(judgement, Milestone.RELEASE)}")
    return "; ".join([f"{subject}: {parts[0]}", *parts[1:], end])


_NEXT_WORDS = {
    Milestone.ORDER: "order",
    Milestone.PREPARATION: "preparation",
    Milestone.FILMING_START: "filming",
    Milestone.FILMING_END: "wrap",
    Milestone.RELEASE: "premiere",
}


def make_rows(board: Board, as_of: dt.date, *, quiet: bool = False) -> tuple[BoardRow, ...]:
    """Every production by group, then by how soon the next thing is due; `quiet` as in `Board.productions`."""
    rows = (_board_row(known) for known in board.productions(as_of, quiet=quiet))
    return tuple(sorted(rows, key=_board_order))


def make_board(
    rows: Sequence[BoardRow], as_of: dt.date, filters: Filters, *, page: int = 1, page_size: int | None = None
) -> BoardView:
    """The rows that pass the filters, in their order; `page_size` None puts all on one page."""
    passed = [row for row in rows if _passes(row, filters)]
    size = page_size or max(len(passed), 1)
    pages = max(-(-len(passed) // size), 1)
    page = min(max(page, 1), pages)
    return BoardView(
        as_of=as_of,
        filters=filters,
        rows=tuple(passed[(page - 1) * size : page * size]),
        total=len(passed),
        page=page,
        pages=pages,
        platforms=tuple(sorted({row.platform for row in rows if row.platform}, key=str.casefold)),
    )


def _board_row(known: Known) -> BoardRow:
    judgement = known.judgement
    upcoming = next_milestone(judgement)
    dropped = is_dropped(judgement)
    start = None if dropped else began(judgement, judgement.most_likely)
    return BoardRow(
        production=judgement.production,
        slug=slug_of(judgement.production),
        group=group_of(judgement),
        stage=judgement.most_likely,
        stage_label=words.DECISIONS[judgement.decided] if dropped else _stage(judgement),
        stage_p=judgement.decision[judgement.decided] if dropped else judgement.stage[judgement.most_likely],
        since=_since(start, short=True) if start else "",
        next_label=words.MILESTONES[upcoming] if upcoming else "",
        next_when=_when(judgement, upcoming, short=True) if upcoming else "",
        last_said=known.last_said,
        origins=known.origins,
        platform=_clean(known.context.platform),
        judgement=judgement,
    )


def group_of(judgement: Judgement) -> str:
    """The heading of the board under which a production stands."""
    if is_dropped(judgement):
        return DROPPED
    stage = judgement.most_likely
    release = range_of(judgement.milestones[Milestone.RELEASE], judgement.as_of)
    if judgement.stage[stage] < _CLEAR:
        return UNCLEAR
    if stage is Stage.RELEASED:
        return JUST_OUT if (judgement.as_of - release.middle).days <= _JUST_OUT_DAYS else OUT
    if stage is Stage.FILMING:
        return FILMING
    if stage in (Stage.ORDERED, Stage.PREPARATION):
        return PREPARING if stage is Stage.PREPARATION else ORDERED
    if stage is Stage.POSTPRODUCTION:
        return DATED if (release.last - release.first).days <= _DATED_DAYS else POST
    return DEVELOPMENT


def _passes(row: BoardRow, filters: Filters) -> bool:
    if filters.filming_now and row.group != FILMING:
        return False
    if filters.stage is not None and row.stage is not filters.stage:
        return False
    if filters.platform is not None and filters.platform.casefold() != (row.platform or "").casefold():
        return False
    if filters.title is not None and title_key(filters.title) not in title_key(row.production.title):
        return False
    if filters.everything or filters.stage is not None or filters.title is not None:
        return True
    if row.group == DROPPED and row.last_said:
        return (row.judgement.as_of - row.last_said).days <= _DROPPED_DAYS
    return row.group != OUT


def _board_order(row: BoardRow) -> tuple[int, dt.date, str, int]:
    upcoming = next_milestone(row.judgement)
    soon = range_of(row.judgement.milestones[upcoming or Milestone.RELEASE], row.judgement.as_of).middle
    return GROUPS.index(row.group), soon, title_key(row.production.title), row.production.season or 0


def _milestone_view(judgement: Judgement, milestone: Milestone) -> MilestoneView:
    forecast = judgement.milestones[milestone]
    found = range_of(forecast, judgement.as_of)
    return MilestoneView(
        name=milestone,
        label=words.MILESTONES[milestone],
        done=forecast.done,
        range=found,
        is_past=forecast.done >= 0.5,
        when=words.span(found.first, found.last),
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
        what.append(words.spoken(claim.time))
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
        said=words.spoken(report.said) if report.said else "undated",
        said_day=report.said.first if report.said else None,
        what=", ".join(what),
        subject=", ".join(words.clean(detail) for detail in details if detail),
        season=f"season {season}" if season else "the title as a whole",
        effect=_effect(judgement, shift, days),
        shift=shift,
        is_against=shift < 0,
        is_spoiler=claim.event is Event.STORY,
        report=report,
    )


def _effect(judgement: Judgement, shift: float, days: int) -> str:
    parts = []
    points = round(100 * abs(shift))
    if points >= 1:
        parts.append(f"{words.plural(points, 'point')} {'for' if shift > 0 else 'against'} {_stage(judgement)}")
    if abs(days) >= 3:
        parts.append(f"premiere {words.plural(abs(days), 'day')} {'later' if days > 0 else 'earlier'}")
    return "; ".join(parts)


def safe_url(url: str | None) -> str | None:
    """The address, if it is one of the web that can be followed without harm; else None."""
    if not url or url != words.clean(url) or "\\" in url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and parts.username is None else None


def _silence(known: Known) -> str:
    if known.last_said is None or known.judgement.stage[Stage.RELEASED] > 0.5 or is_dropped(known.judgement):
        return ""
    if (known.judgement.as_of - known.last_said).days < QUIET_DAYS:
        return ""
    return f"No evidence since {words.day(known.last_said)}; that is not the same as cancelled."


def _stage(judgement: Judgement) -> str:
    return words.STAGES[judgement.most_likely]


def _since(start: Range, *, short: bool = False) -> str:
    return words.about(start.first, start.middle, start.last, short=short)


def _when(judgement: Judgement, milestone: Milestone, *, short: bool = False) -> str:
    found = range_of(judgement.milestones[milestone], judgement.as_of)
    return words.span(found.first, found.last, short=short)


def _clean(text: str | None) -> str | None:
    return (words.clean(text) or None) if text else None
