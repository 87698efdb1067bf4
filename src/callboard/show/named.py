"""
What is known under a name: the seasons of a title, the work of a person, what an outlet reported, what shoots in a place.

Names are compared as they are written, without case; outlets also by the abbreviations that the catalogue knows.
"""

from __future__ import annotations

import datetime as dt
import statistics
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from callboard import spoken_dates
from callboard.board import Board, Known
from callboard.errors import CallboardError
from callboard.lookup import reports_from
from callboard.model import Event, Json, Milestone, Production, Report, Stage, title_key
from callboard.show import words
from callboard.show.addresses import safe_url, slug_of
from callboard.show.answers import answer_line, work_link
from callboard.show.outlook import is_dropped, range_of
from callboard.show.rows import make_row
from callboard.show.views import BoardRow, Link

MOST = 100  # productions on a page, those spoken of last
_KEPT = 4  # days that are asked for again and again
_SHOOTING = frozenset(
    {Event.LOCATION, Event.FILMING, Event.FILMING_START, Event.FILMING_END, Event.FILMING_PAUSE, Event.PREPARATION}
)


class UnknownName(CallboardError):
    """A name that nobody named; `near` has names of its kind that have the same beginning in them."""

    def __init__(self, message: str, kind: str, near: tuple[str, ...]) -> None:
        super().__init__(message)
        self.kind = kind
        self.near = near


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonView:
    """One season of a title, or the film itself."""

    season: int | None
    slug: str | None  # None: nobody speaks of it, the catalogue alone knows it
    stage: str  # in words
    probability: float | None  # None: the catalogue says so
    premiere: str  # in words; "" where it is not due any more
    premiere_first: dt.date | None
    premiere_last: dt.date | None
    is_past: bool
    gap_days: int | None  # since the premiere of the season before; None: one of them is not known

    @property
    def gap(self) -> str:
        """The gap in words; "" where it is not known."""
        return _months(self.gap_days) if self.gap_days is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleView:
    """A title with its seasons, newest first."""

    title: str
    slug: str
    as_of: dt.date
    kind: str | None
    platform: str | None
    answer: str  # of the newest season
    seasons: tuple[SeasonView, ...]
    gap_days: int | None  # median of the gaps between premieres that are past; None: there is none
    namesakes: tuple[Link, ...]

    @property
    def cadence(self) -> str:
        """How often a season comes, in words; "" where fewer than two premieres are known."""
        return f"A season every {_months(self.gap_days)}, in the middle" if self.gap_days is not None else ""

    def to_json(self) -> Json:
        """All of it; days as YYYY-MM-DD, gaps in days."""
        return {
            "as_of": self.as_of.isoformat(),
            "id": self.slug,
            "title": self.title,
            "kind": self.kind,
            "platform": self.platform,
            "answer": self.answer,
            "median_gap_days": self.gap_days,
            "seasons": [
                {
                    "season": each.season,
                    "id": each.slug,
                    "stage": each.stage,
                    "probability": None if each.probability is None else round(each.probability, 4),
                    "premiere_first": each.premiere_first.isoformat() if each.premiere_first else None,
                    "premiere_last": each.premiere_last.isoformat() if each.premiere_last else None,
                    "is_past": each.is_past,
                    "gap_days": each.gap_days,
                }
                for each in self.seasons
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """One production under a name, with the newest words that have the name."""

    row: BoardRow
    name: str
    what: str  # "casting, stated · as Luke Cage"
    quote: str
    who: str
    said: str
    said_day: dt.date | None
    url: str | None
    reports: int  # that have the name
    is_new: bool  # not out, and not dropped

    def to_json(self) -> Json:
        """The production, where it stands, and the words."""
        return {
            "id": self.row.slug,
            "title": words.clean(self.row.production.title),
            "season": self.row.production.season,
            "stage": str(self.row.stage),
            "probability": round(self.row.stage_p, 4),
            "is_new": self.is_new,
            "next": self.row.next_label or None,
            "next_when": self.row.next_when or None,
            "what": self.what,
            "quote": self.quote,
            "who": self.who,
            "said": self.said_day.isoformat() if self.said_day else None,
            "source_url": self.url,
            "reports": self.reports,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """A person, an outlet or a place, with what is made under the name."""

    kind: str  # "person", "outlet", "place"
    name: str
    as_of: dt.date
    works: tuple[WorkView, ...]  # what is new first, then by the day of the last word
    total: int  # of works, those left out included
    reports: int  # that have the name
    where: str = ""  # a place lies: town, region and country; "" for other names, or where that is not known
    voice: str = ""  # the kind of an outlet: "trade press"
    checked: int = 0  # claims of an outlet that could be checked
    wrong: int = 0  # of them
    rate: float | None = None  # probability that the outlet's next claim errs; None: it is none

    def to_json(self) -> Json:
        """All of it; the record is given for outlets alone."""
        record = {"voice": self.voice, "checked": self.checked, "wrong": self.wrong}
        return {
            "as_of": self.as_of.isoformat(),
            "kind": self.kind,
            "name": self.name,
            **({"where": self.where or None} if self.kind == "place" else {}),
            "total": self.total,
            "reports": self.reports,
            **({} if self.rate is None else {"record": record | {"wrong_rate": round(self.rate, 4)}}),
            "productions": [work.to_json() for work in self.works],
        }


class Names:
    """Which reports have a name, for some days; safe to ask from several threads, of which one reads and the others wait."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[int, dt.date], Mapping[tuple[str, str], list[Report]]] = OrderedDict()

    def view(self, kind: str, name: str, as_of: dt.date) -> NameView:
        """
        A person, an outlet or a place by name.

        Args:
            kind: "person", "outlet" or "place".
            name: As it is written, in any case; a country or a region has all places that lie in it.
            as_of: The day of the answer.

        Raises:
            UnknownName: Nobody named it by then.
        """
        found = self._index(as_of)
        key, where, is_area = self._key(kind, name), "", False
        reports = found.get((kind, key), [])
        if kind == "place":
            reports, where, is_area = reports_from(found, name, key, self._board.catalogue)
        if not reports:
            shown = words.clean(name)[:80]
            near = sorted({self._written(kind, told[-1]) for key, told in found.items() if _is_near(key, kind, name)})
            raise UnknownName(f"no {kind} called {shown!r} was named by {as_of}", kind, tuple(near[:5]))
        by_production: dict[Production, list[Report]] = defaultdict(list)
        for report in sorted(reports, key=_said_on, reverse=True):
            by_production[report.claim.production].append(report)
        # at most so many are judged, which takes 5 ms each
        works = [self._work(each, told, as_of) for each, told in list(by_production.items())[:MOST]]
        works.sort(key=lambda work: work.said_day or dt.date.min, reverse=True)
        works.sort(
            key=lambda work: (not work.is_new, work.row.stage is not Stage.FILMING if kind == "place" else False)
        )
        view = NameView(
            kind=kind,
            name=where if is_area else self._written(kind, reports[-1]),
            where=where,
            as_of=as_of,
            works=tuple(works),
            total=len(by_production),
            reports=len(reports),
        )
        return self._with_record(view, reports, as_of) if kind == "outlet" else view

    def _with_record(self, view: NameView, reports: Sequence[Report], as_of: dt.date) -> NameView:
        own = [report for report in reports if not report.claim.source]
        if not own:
            return view  # it never spoke for itself
        record = self._board.record_of(view.name, as_of)
        voice = words.VOICES.get(self._board.voice(own[-1]), "outlet")
        return replace(view, voice=voice, checked=record.checked, wrong=record.wrong, rate=record.rate)

    def _work(self, production: Production, told: Sequence[Report], as_of: dt.date) -> WorkView:
        known = self._board.know(production, as_of)
        row, newest = make_row(known), told[0]
        claim = newest.claim
        parts = [f"{words.EVENTS[claim.event]}, {words.MODALITIES[claim.modality]}"]
        if claim.role:
            parts.append(f"as {words.clean(claim.role)}" if claim.event is Event.CASTING else words.clean(claim.role))
        speaker = "unnamed source" if (claim.source or "").casefold() == "unnamed" else words.clean(claim.source or "")
        who = dict.fromkeys(part for part in (speaker, words.clean(newest.outlet or "")) if part)
        return WorkView(
            row=row,
            name=words.clean(str(production)),
            what=" · ".join(parts),
            quote=words.clean(claim.quote.text),
            who=", in ".join(who) or "outlet not known",
            said=spoken_dates.when(newest.said) if newest.said else "undated",
            said_day=newest.said.first if newest.said else None,
            url=safe_url(newest.url),
            reports=len(told),
            is_new=known.judgement.stage[Stage.RELEASED] < 0.5 and not is_dropped(known.judgement),
        )

    def _index(self, as_of: dt.date) -> Mapping[tuple[str, str], list[Report]]:
        with self._lock:
            key = (self._board.ledger.version(), as_of)
            if key not in self._found:
                self._found[key] = self._read(as_of)
                while len(self._found) > _KEPT:
                    self._found.popitem(last=False)
            self._found.move_to_end(key)
            return self._found[key]

    def _read(self, as_of: dt.date) -> Mapping[tuple[str, str], list[Report]]:
        found: dict[tuple[str, str], list[Report]] = defaultdict(list)
        for told in self._board.spoken(as_of).values():
            for report in told:
                if report.claim.event is Event.STORY:
                    continue  # a name in a plot is no credit, and would tell the plot
                for kind, name in _named(report):
                    found[kind, self._key(kind, name)].append(report)
        return found

    def _key(self, kind: str, name: str) -> str:
        outlet = self._board.catalogue.outlet_names.get(name) if kind == "outlet" else None
        return words.clean(outlet.name if outlet else name).casefold()

    def _written(self, kind: str, report: Report) -> str:
        claim = report.claim
        if kind == "outlet":
            outlet = self._board.catalogue.outlet_names.get(report.outlet or "")
            return words.clean(outlet.name if outlet else report.outlet or "")
        return words.clean((claim.person if kind == "person" else claim.place) or "")


def names_in(reports: Iterable[Report]) -> dict[str, list[str]]:
    """People, places and outlets that reports name, each once, the first as they come; plots left out."""
    found: dict[str, dict[str, str]] = {"person": {}, "place": {}, "outlet": {}}
    for report in reports:
        if report.claim.event is not Event.STORY:
            for kind, name in _named(report):
                found[kind].setdefault(words.clean(name).casefold(), words.clean(name))
    return {kind: list(names.values()) for kind, names in found.items()}


def make_title(
    board: Board, title: str, as_of: dt.date, *, kind: str | None = None, year: int | None = None
) -> TitleView:
    """
    A title with all its seasons, those that the catalogue alone knows included.

    Raises:
        UnknownTitle: Nobody speaks of such a title.
        AmbiguousTitle: Several works have the name and none is singled out.
    """
    found = board.find(title, kind=kind, year=year, as_of=as_of)
    everything = [found.production, *found.others]
    meant = [p for p in everything if p.season is not None] or everything
    known = {each.season: board.know(each, as_of, title=found.title) for each in meant}
    newest = known[found.production.season] if found.production.season in known else next(iter(known.values()))
    past = {season.season: season for season in newest.context.earlier}
    if found.title is not None:
        past |= {season.season: season for season in found.title.dated if season.season not in past}
    lines = []
    for number in sorted({*known, *past} if found.production.season is not None else set(known), key=lambda n: n or 0):
        released = past[number].dates.get(Milestone.RELEASE) if number in past else None
        days = released.bounds() if released is not None and released.is_before(as_of) else None
        if number in known or days is not None:
            lines.append(_season_view(number, known.get(number), days, Production(found.production.title, number)))
    seasons = _with_gaps(lines)
    gaps = [each.gap_days for each in seasons if each.gap_days is not None and each.is_past]
    return TitleView(
        title=words.clean(found.production.title),
        slug=slug_of(Production(found.production.title)),
        as_of=as_of,
        kind=newest.context.kind,
        platform=words.clean(newest.context.platform or "") or None,
        answer=answer_line(newest),
        seasons=tuple(reversed(seasons)),
        gap_days=round(statistics.median(gaps)) if gaps else None,
        namesakes=tuple(work_link(each) for each in found.namesakes),
    )


def _season_view(
    number: int | None, known: Known | None, days: tuple[dt.date, dt.date] | None, production: Production
) -> SeasonView:
    if known is None:
        assert days is not None
        return SeasonView(
            season=number,
            slug=None,
            stage=words.STAGES[Stage.RELEASED],
            probability=None,
            premiere=spoken_dates.span(*days),
            premiere_first=days[0],
            premiere_last=days[1],
            is_past=True,
            gap_days=None,
        )
    row, judgement = make_row(known), known.judgement
    forecast = judgement.milestones[Milestone.RELEASE]
    is_past = forecast.done >= 0.5
    moot = is_dropped(judgement) and not is_past
    likely = range_of(forecast, judgement.as_of)
    first, last = days if days is not None and is_past else (likely.first, likely.last)
    return SeasonView(
        season=number,
        slug=slug_of(production),
        stage=row.stage_label,
        probability=row.stage_p,
        premiere="" if moot else spoken_dates.span(first, last),
        premiere_first=None if moot else first,
        premiere_last=None if moot else last,
        is_past=is_past,
        gap_days=None,
    )


def _with_gaps(seasons: Sequence[SeasonView]) -> list[SeasonView]:
    """The seasons, oldest first, with the days between the middles of their premieres, where numbers follow one another."""
    found = list(seasons[:1])
    for before, each in pairwise(seasons):
        days = None
        if before.season is not None and each.season == before.season + 1:
            start, end = _middle(before), _middle(each)
            days = (end - start).days if start and end and end > start else None
        found.append(replace(each, gap_days=days))
    return found


def _middle(season: SeasonView) -> dt.date | None:
    if season.premiere_first is None or season.premiere_last is None:
        return None
    return season.premiere_first + (season.premiere_last - season.premiere_first) / 2


def _months(days: int | None) -> str:
    return words.plural(max(round((days or 0) / 30.44), 1), "month")


def _named(report: Report) -> list[tuple[str, str]]:
    claim = report.claim
    named = [("outlet", report.outlet), ("person", claim.person)]
    if claim.event in _SHOOTING:
        named.append(("place", claim.place))
    return [(kind, name) for kind, name in named if name and words.clean(name)]


def _is_near(key: tuple[str, str], kind: str, name: str) -> bool:
    start = title_key(name)[:4]
    return key[0] == kind and bool(start) and start in title_key(key[1])


def _said_on(report: Report) -> dt.date:
    return report.said.bounds()[1] if report.said else dt.date.min
