"""The rows of the board: in which order, under which heading, which of them pass a filter, and kept while they hold."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from callboard import spoken_dates
from callboard.board import Board, Known
from callboard.errors import CallboardError
from callboard.lookup import find_country, is_shot_in, name_country
from callboard.model import (
    Decision,
    Event,
    Judgement,
    Milestone,
    MilestoneForecast,
    Modality,
    Production,
    Report,
    Stage,
    title_key,
)
from callboard.show import words
from callboard.show.addresses import slug_of
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
from callboard.show.views import BoardRow, BoardView, Filters

# Groups of the board, in order.
FILMING, PREPARING, ORDERED, DATED = "Filming now", "Preparing", "Ordered", "Dated"
POST, JUST_OUT, DEVELOPMENT = "In post-production", "Just out", "In development"
UNCLEAR, DROPPED, OUT = "Hard to tell", "Dropped", "Out"
GROUPS = (FILMING, PREPARING, ORDERED, DATED, POST, JUST_OUT, DEVELOPMENT, UNCLEAR, DROPPED, OUT)
_CLEAR = 0.4  # below this even the likeliest stage is a guess among six
_JUST_OUT_DAYS = 60
_DROPPED_DAYS = 180  # a cancellation stays on the board so long
_KEPT = 8  # days that are asked for again and again


def make_rows(board: Board, as_of: dt.date, *, quiet: bool = False) -> tuple[BoardRow, ...]:
    """Every production by group, then by how soon the next thing is due; `quiet` as in `Board.productions`."""
    rows = (make_row(known) for known in board.productions(as_of, quiet=quiet))
    return in_order(rows)


def in_order(rows: Iterable[BoardRow]) -> tuple[BoardRow, ...]:
    """By group, then by how soon the next thing is due."""
    return tuple(sorted(rows, key=_board_order))


def make_board(
    rows: Sequence[BoardRow],
    as_of: dt.date,
    filters: Filters,
    *,
    page: int = 1,
    page_size: int | None = None,
    judged: tuple[int, int] | None = None,
) -> BoardView:
    """The rows that pass the filters, in their order; `page_size` None puts all on one page."""
    passed = [row for row in rows if passes(row, filters)]
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
        families=tuple(sorted({family for row in rows for family in row.families}, key=str.casefold)),
        countries=tuple(sorted({row.country for row in rows if row.country}, key=name_country)),
        judged=judged,
    )


def passing(board: Board, as_of: dt.date, filters: Filters) -> list[Known]:
    """The productions whose rows pass the filters, with all that is known of each, in no particular order."""
    return [known for known in board.productions(as_of, quiet=filters.everything) if passes(make_row(known), filters)]


def make_row(known: Known) -> BoardRow:
    judgement = known.judgement
    upcoming = next_milestone(judgement)
    dropped = is_dropped(judgement)
    date = None if dropped else announced(known)
    start = None if dropped else began(judgement, judgement.most_likely)
    return BoardRow(
        production=judgement.production,
        slug=slug_of(judgement.production),
        group=group_of(known),
        stage=judgement.most_likely,
        stage_label=words.DECISIONS[judgement.decided] if dropped else stage_word(judgement),
        stage_p=judgement.decision[judgement.decided] if dropped else judgement.stage[judgement.most_likely],
        since=since_words(start, short=True) if start else "",
        next_label=words.MILESTONES[upcoming] if upcoming else "",
        next_when=when_words(judgement, upcoming, short=True) if upcoming else "",
        announced=spoken_dates.when(date) if date else "",
        last_said=known.last_said,
        origins=known.origins,
        kind=known.context.kind,
        platform=words.clean(known.context.platform or "") or None,
        judgement=judgement,
        country=known.context.country,
        families=known.context.families,
        places=tuple(names_of_places(known.reports)),
    )


def names_of_places(reports: Iterable[Report]) -> list[str]:
    """Where a production is shot, as its reports name it; each name once, and none that was denied."""
    claims = (report.claim for report in reports)
    named = (
        words.clean(claim.place)
        for claim in claims
        if claim.place and claim.event is Event.LOCATION and claim.modality is not Modality.DENIED
    )
    return list({name.casefold(): name for name in named}.values())


def group_of(known: Known) -> str:
    """The heading of the board under which a production stands."""
    judgement = known.judgement
    if is_dropped(judgement):
        return DROPPED
    stage = judgement.most_likely
    if judgement.stage[stage] < _CLEAR:
        return UNCLEAR
    if stage is Stage.RELEASED:
        release = range_of(judgement.milestones[Milestone.RELEASE], judgement.as_of)
        return JUST_OUT if (judgement.as_of - release.middle).days <= _JUST_OUT_DAYS else OUT
    if stage is Stage.FILMING:
        return FILMING
    if stage in (Stage.ORDERED, Stage.PREPARATION):
        return PREPARING if stage is Stage.PREPARATION else ORDERED
    if stage is Stage.POSTPRODUCTION:
        return DATED if announced(known) else POST
    return DEVELOPMENT


def passes(row: BoardRow, filters: Filters) -> bool:
    """Whether a row is shown, as far as it can tell: not what changed, nor what is followed."""
    if filters.filming_now and row.group != FILMING:
        return False
    if filters.stage is not None and row.stage is not filters.stage:
        return False
    if filters.platform is not None and filters.platform.casefold() != (row.platform or "").casefold():
        return False
    if filters.title is not None and title_key(filters.title) not in title_key(row.production.title):
        return False
    if filters.country is not None and (row.country is None or row.country != find_country(filters.country)):
        return False
    if filters.family is not None and filters.family.casefold() not in map(str.casefold, row.families):
        return False
    if filters.place is not None and not is_shot_in(row.places, filters.place):
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


class NotJudged(CallboardError):
    """Not all productions of a large ledger are judged yet."""


class RowsCache:
    """The rows of some days; safe to ask from several threads, of which one judges and the others wait."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._lock = threading.Lock()
        self._rows: OrderedDict[tuple[str, dt.date, bool], tuple[BoardRow, ...]] = OrderedDict()
        self._judged: dict[tuple[str, dt.date, bool], tuple[int, int]] = {}

    def stamp(self, as_of: dt.date, quiet: bool) -> str:
        """What changes whenever the rows do."""
        kept = self._board.kept
        return str(self._board.ledger.version()) if kept is None else kept.rows_stamp(as_of, quiet=quiet)

    def of(self, as_of: dt.date, quiet: bool) -> tuple[BoardRow, ...]:
        """All rows of a day, as `make_rows` gives them; of a large ledger those that were judged so far."""
        with self._lock:
            key = (self.stamp(as_of, quiet), as_of, quiet)
            if key not in self._rows:
                self._rows[key] = self._read(as_of, quiet, key)
                while len(self._rows) > _KEPT:
                    gone, _ = self._rows.popitem(last=False)
                    self._judged.pop(gone, None)
            self._rows.move_to_end(key)
            return self._rows[key]

    def judged(self, as_of: dt.date, quiet: bool) -> tuple[int, int] | None:
        """How many productions the rows are of, and how many there are; None: of all."""
        return self._judged.get((self.stamp(as_of, quiet), as_of, quiet))

    def _read(self, as_of: dt.date, quiet: bool, key: tuple[str, dt.date, bool]) -> tuple[BoardRow, ...]:
        kept = self._board.kept
        if kept is None:
            return make_rows(self._board, as_of, quiet=quiet)
        found = kept.rows(as_of, quiet=quiet)
        if found is None or found.done < found.total:
            self._judged[key] = (found.done, found.total) if found else (0, 0)
        if found is None:
            kept.want(f"day {as_of}")
        return rows_of(found.text, as_of) if found else ()


def text_of(rows: Iterable[BoardRow]) -> str:
    """The rows as JSON that `rows_of` reads."""
    return json.dumps([_packed(row) for row in rows])


def rows_of(text: str, as_of: dt.date) -> tuple[BoardRow, ...]:
    """The rows that `text_of` wrote."""
    return tuple(_unpacked(each, as_of) for each in json.loads(text))


def _packed(row: BoardRow) -> list[Any]:
    judgement = row.judgement
    forecasts = [
        [judgement.milestones[m].done, *(day.toordinal() for day in judgement.milestones[m].quantiles.values())]
        for m in Milestone
    ]
    shares = [[judgement.stage[s] for s in Stage], [judgement.decision[d] for d in Decision], judgement.paused]
    told = [row.group, row.stage_label, row.stage_p, row.since, row.next_label, row.next_when, row.announced]
    last = row.last_said.toordinal() if row.last_said else None
    percents = list(judgement.milestones[Milestone.RELEASE].quantiles)
    production = [row.production.title, row.production.season]
    where = [row.country, row.families, row.places]
    return [production, percents, forecasts, shares, told, last, row.origins, row.kind, row.platform, where]


def _unpacked(packed: list[Any], as_of: dt.date) -> BoardRow:
    (title, season), percents, forecasts, (stage, decision, paused), told, last, origins, kind, platform, where = packed
    country, families, places = where
    group, stage_label, stage_p, since, next_label, next_when, announced_ = told
    production = Production(title, season)
    judgement = Judgement(
        production=production,
        as_of=as_of,
        stage=dict(zip(Stage, stage, strict=True)),
        decision=dict(zip(Decision, decision, strict=True)),
        milestones={
            m: MilestoneForecast(done, dict(zip(percents, map(dt.date.fromordinal, days), strict=True)))
            for m, (done, *days) in zip(Milestone, forecasts, strict=True)
        },
        paused=paused,
    )
    return BoardRow(
        production=production,
        slug=slug_of(production),
        group=group,
        stage=judgement.most_likely,
        stage_label=stage_label,
        stage_p=stage_p,
        since=since,
        next_label=next_label,
        next_when=next_when,
        announced=announced_,
        last_said=dt.date.fromordinal(last) if last else None,
        origins=origins,
        kind=kind,
        platform=platform,
        judgement=judgement,
        country=country,
        families=tuple(families),
        places=tuple(places),
    )
