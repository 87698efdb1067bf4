"""
What is known of a production, as of a day: joins the ledger, the catalogue and the judge.

Every answer (command line, page, JSON, calendar) is made from what `Board` gives, so they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.catalogue import Title as Title  # in our answers, so whoever reads them may name it
from callboard.errors import AmbiguousTitle, UnknownTitle
from callboard.model import (
    OTHER_EVENTS,
    Event,
    Judgement,
    Milestone,
    Modality,
    Production,
    Report,
    Season,
    title_key,
)
from callboard.record.ledger import Ledger
from callboard.when import When

# What the judge calls the kinds of outlets that the catalogue calls by one word.
_JUDGED_KINDS = {"general": "general press", "location": "location watcher", "fan": "fan site"}
_EVENT_MILESTONES = {
    Event.ORDER: Milestone.ORDER,
    Event.FILMING_START: Milestone.FILMING_START,
    Event.FILMING_END: Milestone.FILMING_END,
    Event.RELEASE: Milestone.RELEASE,
}
QUIET_AFTER_DAYS = 730  # a production of which nothing was said for two years is left off the board unless asked for
_NEAR = 5  # titles offered where one is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The production that a title means, and what else it might have meant."""

    production: Production
    title: Title | None = None  # what the catalogue knows of it; None: nothing, or several and none was chosen
    others: tuple[Production, ...] = ()  # what else of this name the ledger speaks of, newest season first
    namesakes: tuple[Title, ...] = ()  # other works of this name that the catalogue knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the judge must know of a production beside its reports."""

    kind: str | None  # "season" or "film"; None: not known
    platform: str | None  # who shows it first; None: not known
    earlier: tuple[Season, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of one production as of a day."""

    judgement: Judgement
    context: Context
    reports: tuple[Report, ...]  # about the production itself, as they were published, newest first
    neighbours: tuple[Report, ...]  # about the title's other seasons and the title as a whole, newest first
    origins: int  # how many first voices these have
    last_said: dt.date | None  # None: nothing dated was said


class Board:
    """A ledger with a catalogue: finds productions in them, and judges those."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue) -> None:
        self.ledger = ledger
        self.catalogue = catalogue

    @cached_property
    def _outlet_kinds(self) -> Mapping[str, str]:
        kinds = self.catalogue.outlet_kinds()
        return {name: _JUDGED_KINDS.get(kind, kind) for name, kind in kinds.items()}

    def key(self, title: str) -> str:
        """What all spellings and aliases of a title have in common."""
        key = title_key(title)
        return key if key in self.catalogue.titles else self.catalogue.aliases.get(key, key)

    def find(
        self,
        title: str,
        season: int | None = None,
        *,
        kind: str | None = None,
        year: int | None = None,
        as_of: dt.date | None = None,
        whole: bool = False,
    ) -> Found:
        """
        The production that is meant; of a series without a season, the newest one that is spoken of.

        Args:
            title: In any spelling, or an alias.
            season: None: the newest one, or a film.
            kind: "film" or "series"; None: either.
            year: Of the first release, to tell works of one name apart.
            as_of: Only what had been said by then is known.
            whole: Exactly what is named, where it is spoken of: without a season the series as a whole; and where several
                works have the name, what is said under it, with none of them chosen.

        Raises:
            UnknownTitle: Nobody speaks of such a title, or of none of that kind and year.
            AmbiguousTitle: Several works have the name and none is singled out.
        """
        kind = "series" if season is not None else kind
        told = self._reports(title, as_of)
        named = self.works(title)
        if not told and not named:
            raise self._unknown(title, as_of)
        spoken = sorted({report.claim.production for report in told}, key=lambda p: -(p.season or 0))
        works = _fitting(named, spoken, kind, year)
        if not works and named and (year or (kind and not _speaks_of(spoken, kind))):
            wanted = " ".join(part for part in (kind or "title", f"of {year}" if year else "") if part)
            raise UnknownTitle(f"no {wanted} is called {title!r}; there is {_listed(named)}")
        name = spoken[0].title if spoken else works[0].name if works else title
        if len(works) > 1 and not (whole and Production(name, season) in spoken):
            raise AmbiguousTitle(
                f"several works are called {title!r}: {_listed(works)}; choose by --year, --film or --series"
            )
        work = works[0] if len(works) == 1 else None
        is_series = kind == "series" or (kind is None and (work.kind == "series" if work else _numbered(spoken)))
        if season is None and is_series and not (whole and Production(name) in spoken):
            season = _newest_season(told)
        production = Production(name, season)
        return Found(
            production=production,
            title=work,
            others=tuple(other for other in spoken if other != production),
            namesakes=tuple(other for other in named if other != work),
        )

    def works(self, title: str) -> list[Title]:
        """The works of a name that the catalogue knows, a second entry of the same work left out."""
        named = self.catalogue.titles_named(title)
        dated = {(work.kind, platform) for work in named if work.year for platform in work.platforms}
        return [work for work in named if work.year or not any((work.kind, p) in dated for p in work.platforms)]

    def near(self, title: str, as_of: dt.date | None = None) -> list[str]:
        """Titles spelt nearly like this one, those the ledger speaks of first."""
        from rapidfuzz import fuzz, process  # only when a title was not found

        spoken = {self.key(entry.production.title): entry.production.title for entry in self.ledger.productions(as_of)}
        close = process.extract(title_key(title), spoken.keys(), scorer=fuzz.WRatio, limit=_NEAR, score_cutoff=75)
        names = [spoken[key] for key, _, _ in close]
        names += [near.name for near in self.catalogue.near_titles(title, _NEAR)]
        return list(dict.fromkeys(names))[:_NEAR]

    def know(
        self, production: Production, as_of: dt.date, *, title: Title | None = None, effects: bool = False
    ) -> Known:
        """All that is known of a production; `title` is the work of the catalogue it belongs to, if one was chosen."""
        reports = self._reports(production.title, as_of)
        return self._know(production, reports, as_of, title or self._only_work(production), effects=effects)

    def judge(self, production: Production, as_of: dt.date) -> Judgement:
        """Where a production stands, with what each report moved."""
        return self.know(production, as_of, effects=True).judgement

    def productions(self, as_of: dt.date, *, quiet: bool = False) -> list[Known]:
        """
        Every production that is being made or was just made, in no particular order.

        Left out are those of which only plots, places and reviews are told, a series as a whole where a season of it is
        spoken of, and, unless `quiet`, those of which nothing was said for two years.
        """
        by_title: dict[str, list[Report]] = defaultdict(list)
        for report in self.ledger.reports(as_of=as_of):
            by_title[self.key(report.claim.production.title)].append(report)
        found = []
        for reports in by_title.values():
            told = one_name(reports)
            seasons = {report.claim.production.season for report in told if report.claim.event not in OTHER_EVENTS}
            for season in sorted(seasons - {None}, key=str) or sorted(seasons, key=str):
                production = Production(told[0].claim.production.title, season)
                last = last_said(of_production(told, production))
                if quiet or last is None or (as_of - last).days <= QUIET_AFTER_DAYS:
                    found.append(self._know(production, told, as_of, self._only_work(production), effects=False))
        return found

    def origin(self, report: Report) -> str:
        """The first voice of a report under one name: "OLV" and "On Location Vacations" are the same."""
        from callboard.judge.trust import name_key

        name = report.claim.source or report.outlet or ""
        outlet = self.catalogue.outlet_names.get(name)
        return name_key(outlet.name if outlet else name)

    def voice(self, report: Report) -> str:
        """The kind of a report's first voice, as the judge trusts it: "company", "trade", "unnamed", ..."""
        from callboard.judge.trust import kind_of

        return kind_of(report, self._outlet_kinds)

    def explain(self, judgement: Judgement) -> str:
        """One plain sentence or two on why a judgement, with its effects, is what it is; without a word on the story."""
        from callboard.judge.explain import explain

        told = tuple(effect for effect in judgement.effects if effect.report.claim.event is not Event.STORY)
        return explain(replace(judgement, effects=told))

    def _know(
        self, production: Production, told: list[Report], as_of: dt.date, work: Title | None, *, effects: bool
    ) -> Known:
        from callboard.judge.judgement import judge  # numpy takes 0.15 s to load
        from callboard.judge.seasons import reports_for

        own = of_production(told, production)
        context = find_context(production, told, as_of, work)
        judgement = judge(
            production,
            reports_for(production, told),
            as_of=as_of,
            kind=context.kind,
            platform=context.platform,
            earlier=context.earlier,
            outlet_kinds=self._outlet_kinds,
            effects=effects,
        )
        return Known(
            judgement=judgement,
            context=context,
            reports=tuple(own),
            neighbours=tuple(report for report in reversed(told) if report.claim.production != production),
            origins=len({self.origin(report) for report in own if report.claim.event not in OTHER_EVENTS}),
            last_said=last_said(own),
        )

    def _reports(self, title: str, as_of: dt.date | None) -> list[Report]:
        """Everything said of a title and its seasons under one spelling of its name, oldest first."""
        key = self.key(title)
        aliases = (alias for alias, into in self.catalogue.aliases.items() if into == key)
        # Titles of one key differ in spelling alone, so that the ledger is asked once for each key.
        spellings = {title_key(spelling): spelling for spelling in (key, *aliases, title)}
        found = [report for name in spellings.values() for report in self.ledger.reports(name, as_of=as_of)]
        return one_name(found)

    def _only_work(self, production: Production) -> Title | None:
        works = [work for work in self.works(production.title) if production.season is None or work.kind == "series"]
        return works[0] if len(works) == 1 else None

    def _unknown(self, title: str, as_of: dt.date | None) -> UnknownTitle:
        near = self.near(title, as_of)
        hint = f"did you mean {', '.join(map(repr, near))}?" if near else "callboard board lists what there is"
        return UnknownTitle(f"nobody speaks of {title!r}; {hint}", tuple(near))


def one_name(reports: Iterable[Report]) -> list[Report]:
    """The reports of one title, oldest first, all under its usual spelling."""
    found = sorted(reports, key=_said_first)
    count = Counter(report.claim.production.title for report in found)
    if len(count) < 2:
        return found
    usual = min(count, key=lambda title: (-count[title], title))
    return [
        report
        if report.claim.production.title == usual
        else replace(report, claim=replace(report.claim, production=Production(usual, report.claim.production.season)))
        for report in found
    ]


def of_production(told: Sequence[Report], production: Production) -> list[Report]:
    """The reports about the production itself, newest first."""
    return [report for report in reversed(told) if report.claim.production == production]


def last_said(reports: Iterable[Report]) -> dt.date | None:
    """First day of the newest dated report; None where all are undated."""
    days = (report.said.first for report in reports if report.said and report.said.first)
    return max(days, default=None)


def find_context(production: Production, told: Sequence[Report], as_of: dt.date, work: Title | None) -> Context:
    """Kind, platform and earlier seasons, from the reports first and from the catalogue where they are silent."""
    kind = None
    if production.season is not None or (work is not None and work.kind == "series"):
        kind = "season"
    elif work is not None:
        kind = "film"
    named = [
        report.claim.platform
        for report in of_production(told, production) or told
        if report.claim.platform and report.claim.modality is not Modality.DENIED
    ]
    platform = Counter(reversed(named)).most_common(1)[0][0] if named else None
    if platform is None and work is not None and kind == "season" and len(work.platforms) == 1:
        platform = work.platforms[
            0
        ]  # a film's platforms in the catalogue are where it streams now, not where it opened
    numbers = range(1, production.season or 1)
    earlier = (_earlier_season(number, told, as_of, work) for number in numbers)
    return Context(kind=kind, platform=platform, earlier=tuple(season for season in earlier if season.dates))


def _earlier_season(number: int, told: Sequence[Report], as_of: dt.date, work: Title | None) -> Season:
    dates: dict[Milestone, When] = {}
    for report in told:  # oldest first, so that the last word counts
        claim = report.claim
        milestone = _EVENT_MILESTONES.get(claim.event)
        if milestone is None or claim.time is None or claim.production.season != number:
            continue
        if claim.modality is Modality.ASSERTED and claim.time.is_before(as_of):
            dates[milestone] = claim.time
    for season in work.dated if work else ():
        if season.season == number:
            # The catalogue knows how things ended; on the day of the judgement nobody did.
            dates |= {milestone: time for milestone, time in season.dates.items() if time.is_before(as_of)}
    return Season(number, dates)


def _said_first(report: Report) -> tuple[dt.date, str]:
    said = report.said.first if report.said and report.said.first else None
    return said or (report.learned.date() if report.learned else dt.date.max), report.id


def _fitting(named: Sequence[Title], spoken: Sequence[Production], kind: str | None, year: int | None) -> list[Title]:
    """The works of a name that may be meant."""
    works = [work for work in named if kind in (None, work.kind) and year in (None, work.year)]
    if len(works) > 1 and kind is None and _numbered(spoken) and all(p.season is not None for p in spoken):
        works = [work for work in works if work.kind == "series"]  # all that is said is said of seasons
    return works


def _numbered(spoken: Iterable[Production]) -> bool:
    return any(production.season is not None for production in spoken)


def _speaks_of(spoken: Sequence[Production], kind: str) -> bool:
    return bool(spoken) and (_numbered(spoken) if kind == "series" else any(p.season is None for p in spoken))


def _newest_season(told: Sequence[Report]) -> int | None:
    """The newest season of which more than plots and reviews are told, else the newest; None where none is spoken of."""
    claims = [report.claim for report in told if report.claim.production.season is not None]
    staged = [claim for claim in claims if claim.event not in OTHER_EVENTS]
    return max((claim.production.season or 0 for claim in staged or claims), default=None)


def _listed(works: Iterable[Title]) -> str:
    return "; ".join(map(str, works))
