"""
What is known of a production, as of a day: joins the ledger, the catalogue and the judge.

Every answer (command line, page, JSON, calendar) is made from what `Board` gives, so they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from callboard.catalogue import press
from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.catalogue import Title as Title  # in our answers, so whoever reads them may name it
from callboard.context import Context as Context  # in our answers, too
from callboard.context import find_context
from callboard.errors import AmbiguousTitle, CatalogueError, UnknownTitle
from callboard.judge.changes import Change as Change  # so are changes
from callboard.judge.reports import last_said, of_production, one_name
from callboard.kept import Kept
from callboard.meant import fitting, listed, newest_season, numbered, speaks_of, told_apart
from callboard.model import OTHER_EVENTS, Event, Judgement, Production, Report, title_key
from callboard.record.corrections import corrected
from callboard.record.ledger import Ledger

if TYPE_CHECKING:
    from callboard.judge.record import Record as Record
    from callboard.judge.replay import Memory

# What the judge calls the kinds of outlets that the catalogue calls by one word.
_JUDGED_KINDS = {"general": "general press", "location": "location watcher", "fan": "fan site"}
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
class Known:
    """All that is known of one production as of a day."""

    judgement: Judgement
    context: Context
    reports: tuple[Report, ...]  # about the production itself, as they were published, newest first
    neighbours: tuple[Report, ...]  # about the title's other seasons and the title as a whole, newest first
    origins: int  # how many first voices these have
    last_said: dt.date | None  # None: nothing dated was said
    is_whole: bool = True  # whether the judgement says what each report moved, where that was asked for


class Board:
    """A ledger with a catalogue: finds productions in them, and judges those."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue, kept: Kept | None = None) -> None:
        """`kept`: what was worked out before, and is not again; None: everything is, which a large ledger makes long."""
        self.ledger = corrected(ledger)
        self.catalogue = catalogue
        self.kept = kept
        self._spoken: tuple[tuple[int, dt.date], Mapping[str, list[Report]]] | None = None
        self._records: dict[tuple[int, dt.date], Mapping[str, Record]] = {}

    @cached_property
    def _memory(self) -> Memory:
        from callboard.judge.replay import Memory

        return Memory()

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
        works = told_apart(fitting(named, spoken, kind, year), told)
        if not works and named and (year or (kind and not speaks_of(spoken, kind))):
            wanted = " ".join(part for part in (kind or "title", f"of {year}" if year else "") if part)
            raise UnknownTitle(f"no {wanted} is called {title!r}; there is {listed(named)}")
        name = spoken[0].title if spoken else works[0].name if works else title
        if len(works) > 1 and not (whole and Production(name, season) in spoken):
            raise AmbiguousTitle(
                f"several works are called {title!r}: {listed(works)}; choose by --year, --film or --series"
            )
        work = works[0] if len(works) == 1 else None
        is_series = kind == "series" or (kind is None and (work.kind == "series" if work else numbered(spoken)))
        if season is None and is_series and not (whole and Production(name) in spoken):
            season = newest_season(told)
        production = Production(name, season)
        return Found(
            production=production,
            title=work,
            others=tuple(other for other in spoken if other != production),
            namesakes=tuple(other for other in named if other != work),
        )

    def works(self, title: str) -> list[Title]:
        """The works of a name that the catalogue knows, a second entry of the same work left out."""
        return list(self.catalogue.works_named(title))

    def near(self, title: str, as_of: dt.date | None = None) -> list[str]:
        """Titles spelt nearly like this one, those the ledger speaks of first."""
        from rapidfuzz import fuzz, process  # only when a title was not found

        spoken = {self.key(entry.production.title): entry.production.title for entry in self.ledger.productions(as_of)}
        close = process.extract(title_key(title), spoken.keys(), scorer=fuzz.WRatio, limit=_NEAR, score_cutoff=75)
        names = [spoken[key] for key, _, _ in close]
        names += [near.name for near in self.catalogue.near_titles(title, _NEAR)]
        return list(dict.fromkeys(names))[:_NEAR]

    def know(
        self,
        production: Production,
        as_of: dt.date,
        *,
        title: Title | None = None,
        effects: bool = False,
        late: bool = False,
    ) -> Known:
        """
        All that is known of a production.

        Args:
            production: Of which.
            as_of: As of which day.
            title: The work of the catalogue it belongs to, if one was chosen.
            effects: Whether to say what each report moved.
            late: Whether that may be missing (`Known.is_whole`) where it takes long and is not kept yet.
        """
        reports = self._reports(production.title, as_of)
        return self._know(
            production, reports, as_of, title or self._only_work(production, reports), effects=effects, late=late
        )

    def judge(self, production: Production, as_of: dt.date) -> Judgement:
        """Where a production stands, with what each report moved."""
        return self.know(production, as_of, effects=True).judgement

    def productions(self, as_of: dt.date, *, quiet: bool = False) -> list[Known]:
        """
        Every production that is being made or was just made, in no particular order.

        Left out are those of which only plots, places and reviews are told, a series as a whole where a season of it is
        spoken of, and, unless `quiet`, those of which nothing was said for two years, and what is hardly a title or season.
        """
        return [know() for _, _, know in self.followed(as_of, quiet=quiet)]

    def followed(
        self, as_of: dt.date, *, quiet: bool = False
    ) -> Iterator[tuple[Production, Sequence[Report], Callable[[], Known]]]:
        """Those of `productions`, each with all that is said of its title, and what judges it."""
        for production, told in self._followed(as_of, as_of, quiet=quiet):
            work = self._only_work(production, told)
            yield production, told, partial(self._know, production, told, as_of, work, effects=False)

    def changes(
        self, as_of: dt.date, since: dt.date, production: Production | None = None, *, as_published: bool = False
    ) -> list[Change]:
        """
        What changed from `since` to `as_of`, newest first, each with the reports that brought it.

        Each day knows what callboard had read by then, so that old articles read today change nothing; with
        `as_published` it knows what had been published. Nothing is taken from an outlet's record, which a later day may
        see otherwise. Without a production: of all that is spoken of, less what moved nearly everything at once.
        What was judged for one answer is kept, and not judged again for the next.
        """
        from callboard.judge.changes import hold_mass
        from callboard.judge.replay import replay

        followed = (
            [(production, self._reports(production.title, as_of))]
            if production
            else list(self._followed(as_of, since, quiet=False))
        )
        found: list[Change] = []
        taken_back = self._taken_back(as_of, as_published=as_published)
        for each, reports in followed:
            gone = taken_back.get(self.key(each.title), {})
            until = {report.id: day for report, day in gone.items()}
            reports = one_name([*reports, *gone]) if gone else reports
            told = [replace(report, learned=None) for report in reports] if as_published else reports
            work = self._only_work(each, told)
            afresh = partial(self._judge_alone, each, work)
            judge_on = partial(self._memory.of, f"{each!r} {work!r}", afresh)
            found += replay(each, told, judge_on, since=since, as_of=as_of, until=until)
        found.sort(key=lambda change: (str(change.production), str(change.axis)))
        found.sort(key=lambda change: change.day, reverse=True)
        return found if production else hold_mass(found, len(followed))

    def _taken_back(self, as_of: dt.date, *, as_published: bool) -> Mapping[str, Mapping[Report, dt.date]]:
        """Key of a title -> what a later version of its article says no more -> the day from which it counts no more."""
        found: dict[str, dict[Report, dt.date]] = defaultdict(dict)
        for report, said, learned in self.ledger.superseded(as_of):
            day = said if as_published else max(said, learned.date())
            days = found[self.key(report.claim.production.title)]
            days[report] = min(day, days.get(report, dt.date.max))
        return found

    def spoken(self, as_of: dt.date) -> Mapping[str, Sequence[Report]]:
        """Everything said by a day, oldest first: key of a title -> what is said of it, under one spelling of its name."""
        return self._by_title(as_of)

    def records(self, as_of: dt.date) -> Mapping[str, Record]:
        """
        How often each voice turned out right, by its name as the catalogue writes it; those nothing is known of left out.

        A claim is checked against the catalogue's dates, and against what two other voices agree on.
        """
        return self.check_records(as_of) if self.kept is None else self.kept.records(as_of)

    def check_records(self, as_of: dt.date) -> Mapping[str, Record]:
        """The records from all that the ledger has now, whatever is kept."""
        from callboard.judge.record import check_among, rate_origins

        key = (self.ledger.version(), as_of)
        found = self._records.get(key)
        if found is None:
            checked = []
            for reports in self._by_title(as_of).values():
                named = [self._with_names(report) for report in reports]
                for production in {report.claim.production for report in named}:
                    work = self._only_work(production, named)
                    dated = next((s for s in (work.dated if work else ()) if s.season == production.season), None)
                    checked += check_among([r for r in named if r.claim.production == production], dated, as_of)
            found = rate_origins(checked, self._outlet_kinds)
            self._records = {key: found}
        return found

    def record_of(self, name: str, as_of: dt.date) -> Record:
        """
        The record of an outlet or a named source, in any of its names; one of which nothing was checked is as its kind.

        Raises:
            CatalogueError: Nobody of that name was heard.
        """
        from callboard.judge.record import fresh_record
        from callboard.judge.trust import name_key

        outlet = self.catalogue.outlet_names.get(name)
        key = name_key(outlet.name if outlet else name)
        heard = [r for reports in self._by_title(as_of).values() for r in reports if self.origin(r) == key]
        if not heard:
            raise CatalogueError(f"nobody called {name!r} was heard by {as_of}; callboard why names who said what")
        record = self.records(as_of).get(key) or fresh_record(key, self.voice(heard[0]))
        return replace(record, reports=len(heard))

    def _with_names(self, report: Report) -> Report:
        """A report whose source and outlet are called as the catalogue calls them."""
        outlets = self.catalogue.outlet_names
        names = (report.claim.source, report.outlet, report.origin)
        source, outlet, origin = (outlets.get(name or "") for name in names)
        claim = replace(report.claim, source=source.name) if source else report.claim
        first = origin.name if origin else report.origin
        return replace(report, claim=claim, outlet=outlet.name if outlet else report.outlet, origin=first)

    def _by_title(self, as_of: dt.date) -> Mapping[str, list[Report]]:
        key_, last = (self.ledger.version(), as_of), self._spoken
        if last is not None and last[0] == key_:
            return last[1]
        by_title: dict[str, list[Report]] = defaultdict(list)
        for report in self.ledger.reports(as_of=as_of):
            by_title[self.key(report.claim.production.title)].append(report)
        found = {key: one_name(reports) for key, reports in by_title.items()}
        self._spoken = (key_, found)
        return found

    def _followed(self, as_of: dt.date, since: dt.date, *, quiet: bool) -> Iterator[tuple[Production, list[Report]]]:
        """Each production that is spoken of, with all that is said of its title, as `productions` chooses them."""
        for told in self._by_title(as_of).values():
            if not quiet and press.reality(self.catalogue, told, self.origin) < press.ENOUGH:
                continue
            seasons = {report.claim.production.season for report in told if report.claim.event not in OTHER_EVENTS}
            title = told[0].claim.production.title
            own = {season: of_production(told, Production(title, season)) for season in sorted(seasons, key=str)}
            likely = [season for season in own if quiet or press.is_likely(own[season], self.origin)]
            # A doubtful season hides the series as a whole no more than it is shown itself.
            for season in [each for each in likely if each is not None] or likely:
                last = last_said(own[season])
                if quiet or last is None or (since - last).days <= QUIET_AFTER_DAYS:
                    yield Production(title, season), told

    def platform_name(self, name: str, as_of: dt.date) -> str:
        """What a platform was called on a day, whichever of its names is given."""
        return self.catalogue.platform_facts.called(name, as_of)

    def origin(self, report: Report) -> str:
        """The first voice of a report under one name: "OLV" and "On Location Vacations" are the same."""
        from callboard.judge.trust import name_key

        name = report.claim.source or report.origin or report.outlet or ""
        outlet = self.catalogue.outlet_names.get(name)
        return name_key(outlet.name if outlet else name)

    def echoes(self, production: Production, as_of: dt.date) -> Mapping[str, Report]:
        """Id of each report on a production that repeats what its first voice had said -> the report it repeats."""
        from callboard.judge.trust import echoes

        own = [report for report in self._reports(production.title, as_of) if report.claim.production == production]
        made = {report.id: report for report in own}
        return {copy: made[first.id] for copy, first in echoes([self._with_names(r) for r in own]).items()}

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
        self,
        production: Production,
        told: list[Report],
        as_of: dt.date,
        work: Title | None,
        *,
        effects: bool,
        late: bool = False,
    ) -> Known:
        own = of_production(told, production)
        context = find_context(production, told, as_of, work)
        judgement, is_whole = self._judge(
            production, told, as_of, context, self.records(as_of), effects=effects, late=late
        )
        platform = context.platform and self.platform_name(context.platform, as_of)
        return Known(
            judgement=judgement,
            context=replace(context, platform=platform, families=tuple(self.catalogue.families_of(production.title))),
            reports=tuple(own),
            neighbours=tuple(report for report in reversed(told) if report.claim.production != production),
            origins=len({self.origin(report) for report in own if report.claim.event not in OTHER_EVENTS}),
            last_said=last_said(own),
            is_whole=is_whole,
        )

    def _judge_alone(
        self, production: Production, work: Title | None, told: Sequence[Report], as_of: dt.date
    ) -> Judgement:
        """The judgement from some reports, every voice taken as its kind is."""
        return self._judge(production, told, as_of, find_context(production, told, as_of, work), {}, effects=False)[0]

    def _judge(
        self,
        production: Production,
        told: Sequence[Report],
        as_of: dt.date,
        context: Context,
        records: Mapping[str, Record],
        *,
        effects: bool,
        late: bool = False,
    ) -> tuple[Judgement, bool]:
        """The judgement, and whether it has the effects where they were asked for."""
        from callboard.judge.judgement import judge  # numpy takes 0.15 s to load
        from callboard.judge.seasons import reports_for

        reports = reports_for(production, [self._with_names(report) for report in told])
        rates = {origin: record.rate for origin, record in records.items()}

        def ask(effects: bool) -> Judgement:
            return judge(
                production,
                reports,
                as_of=as_of,
                kind=context.kind,
                platform=context.platform,
                earlier=context.earlier,
                outlet_kinds=self._outlet_kinds,
                rates=rates,
                effects=effects,
            )

        if self.kept is None or not effects:
            return ask(effects), True
        depends = f"{production!r} {context!r} {sorted(rates.items())}"
        return self.kept.judge_with_effects(ask, reports, as_of, depends, late=late)

    def _reports(self, title: str, as_of: dt.date | None) -> list[Report]:
        """Everything said of a title and its seasons under one spelling of its name, oldest first."""
        key = self.key(title)
        aliases = (alias for alias, into in self.catalogue.aliases.items() if into == key)
        # Titles of one key differ in spelling alone, so that the ledger is asked once for each key.
        spellings = {title_key(spelling): spelling for spelling in (key, *aliases, title)}
        found = [report for name in spellings.values() for report in self.ledger.reports(name, as_of=as_of)]
        return one_name(found)

    def _only_work(self, production: Production, told: Sequence[Report]) -> Title | None:
        works = [work for work in self.works(production.title) if production.season is None or work.kind == "series"]
        works = told_apart(works, told)
        return works[0] if len(works) == 1 else None

    def _unknown(self, title: str, as_of: dt.date | None) -> UnknownTitle:
        near = self.near(title, as_of)
        hint = f"did you mean {', '.join(map(repr, near))}?" if near else "callboard board lists what there is"
        return UnknownTitle(f"nobody speaks of {title!r}; {hint}", tuple(near))
