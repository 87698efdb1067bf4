"""
callboard from Python: `callboard.open()` and the answers it gives, each frozen, typed and of a day.

Every answer has `as_of` and `rows`, a tuple of small data classes; `to_rows()` makes dictionaries of them, `to_frame()` a
DataFrame where pandas or polars is installed, and a notebook shows a table. What is told of the story is left out unless
`spoilers=True`. Texts in rows are on one line and hold no hidden characters; `claims` alone has them as they were read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from callboard import spoken_dates
from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.errors import CallboardError, UnknownTitle
from callboard.model import Decision, Event, Production, Stage
from callboard.record.ledger import Ledger, open_ledger
from callboard.settings import load_settings
from callboard.show import words
from callboard.show.answers import make_answer
from callboard.show.frames import make_frame, make_rows, make_table
from callboard.show.lines import (
    BoardLine,
    ChangeLine,
    ClaimLine,
    Evidence,
    MilestoneLine,
    StageLine,
    board_line,
    change_line,
    claim_line,
    evidence,
    milestone_line,
)
from callboard.show.rows import make_board
from callboard.show.rows import make_rows as make_board_rows
from callboard.show.views import AnswerView, Filters

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    RowT = TypeVar("RowT", bound=DataclassInstance)
else:
    RowT = TypeVar("RowT")

Day = dt.date | str | None  # a day, "2017-06-20", or today
_CHANGE_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[RowT]):
    """What was asked for, as rows, with the day it holds for."""

    as_of: dt.date
    text: str  # the answer in one line
    rows: tuple[RowT, ...]
    production: Production | None = None  # which one was meant; None: all
    columns: Mapping[str, str]  # what a notebook shows: name of a field -> heading

    def to_rows(self) -> list[dict[str, Any]]:
        """One dictionary for each row."""
        return make_rows(self.rows)

    def to_frame(self, library: str | None = None) -> Any:
        """
        A DataFrame of "pandas" or "polars", by default of the one that is installed; plain dictionaries without either.

        Raises:
            CallboardError: The library that was named is not installed, or is neither.
        """
        return make_frame(self.rows, library)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return make_table(self.rows, self.text, self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Answer[StageLine]):
    """Where one production stands; `rows` has every stage and every decision with its probability."""

    stage: Stage  # the likeliest
    probability: float  # of that stage
    decision: Decision  # the likeliest
    because: str  # one plain sentence on the reasons; "" where nothing is recorded
    milestones: tuple[MilestoneLine, ...]
    strongest: tuple[Evidence, ...]  # what moved most, strongest first
    origins: int  # first voices behind it
    last_said: dt.date | None  # None: nothing dated was said


class Callboard:
    """A ledger to ask; close it when done, or use it in a `with` block."""

    def __init__(self, ledger: Ledger) -> None:
        self._board = Board(ledger, load_catalogue())
        self._ledger = self._board.ledger  # in which what people say of claims counts

    def board(
        self,
        *,
        as_of: Day = None,
        stage: Stage | str | None = None,
        platform: str | None = None,
        title: str | None = None,
        everything: bool = False,
    ) -> Answer[BoardLine]:
        """
        What is being made or was just made, in the order of the board.

        Args:
            as_of: The day of the answer; today if absent.
            stage: Only what is likeliest in this stage.
            platform: Only what this platform shows.
            title: Only titles that have this in their name.
            everything: Also what is long out, dropped or silent.

        Raises:
            CallboardError: `as_of` is no day, or `stage` no stage.
        """
        day = _day(as_of)
        filters = Filters(stage=_stage(stage), platform=platform, title=title, everything=everything)
        view = make_board(make_board_rows(self._board, day, quiet=everything), day, filters)
        rows = tuple(map(board_line, view.rows))
        text = f"{words.plural(len(rows), 'production')} as of {spoken_dates.day(day)}"
        return Answer(as_of=day, text=text, rows=rows, columns=BoardLine.COLUMNS)

    def status(
        self,
        title: str,
        season: int | None = None,
        *,
        as_of: Day = None,
        kind: str | None = None,
        year: int | None = None,
    ) -> Status:
        """
        Where a production stands.

        Args:
            title: In any spelling, or an alias.
            season: None: the newest that is spoken of, or a film.
            as_of: The day of the answer; today if absent.
            kind: "film" or "series", and
            year: of the first release: they tell works of one name apart.

        Raises:
            UnknownTitle: Nobody speaks of it.
            AmbiguousTitle: Several works have the name.
        """
        view = self._ask(title, season, as_of, kind, year)
        judgement = view.judgement
        rows = [StageLine(axis="stage", value=stage, probability=p) for stage, p in judgement.stage.items()]
        rows += [StageLine(axis="decision", value=value, probability=p) for value, p in judgement.decision.items()]
        return Status(
            as_of=view.as_of,
            text=view.answer,
            rows=tuple(rows),
            production=view.production,
            columns=StageLine.COLUMNS,
            stage=judgement.most_likely,
            probability=judgement.stage[judgement.most_likely],
            decision=judgement.decided,
            because=view.because,
            milestones=tuple(map(milestone_line, view.milestones)),
            strongest=tuple(map(evidence, view.strongest)),
            origins=view.origins,
            last_said=view.last_said,
        )

    def why(
        self,
        title: str,
        season: int | None = None,
        *,
        as_of: Day = None,
        kind: str | None = None,
        year: int | None = None,
        spoilers: bool = False,
    ) -> Answer[Evidence]:
        """The reports behind a status, newest first, each with what it moved; arguments and errors as for `status`."""
        view = self._ask(title, season, as_of, kind, year)
        rows = tuple(evidence(each) for each in view.evidence if spoilers or not each.is_spoiler)
        return _answer(view, rows, Evidence.COLUMNS)

    def when(
        self,
        title: str,
        season: int | None = None,
        *,
        as_of: Day = None,
        kind: str | None = None,
        year: int | None = None,
    ) -> Answer[MilestoneLine]:
        """When each milestone of a production was or is due; arguments and errors as for `status`."""
        view = self._ask(title, season, as_of, kind, year)
        return _answer(view, tuple(map(milestone_line, view.milestones)), MilestoneLine.COLUMNS)

    def claims(
        self,
        title: str | None = None,
        season: int | None = None,
        *,
        as_of: Day = None,
        spoilers: bool = False,
    ) -> Answer[ClaimLine]:
        """
        What the ledger holds, oldest first: every claim said by a day, as it was read.

        Args:
            title: In any spelling or by an alias; None: of every title.
            season: None: of all seasons and the title as a whole.
            as_of: Only what had been said by the end of that day; today if absent.
            spoilers: Also claims on the plot.

        Raises:
            UnknownTitle: Nobody speaks of it.
        """
        day = _day(as_of)
        names = [None] if title is None else self._spellings(title, day)
        found = {r.id: r for name in names for r in self._ledger.reports(name, season or ..., as_of=day)}
        told = [r for r in found.values() if spoilers or r.claim.event is not Event.STORY]
        text = f"{words.plural(len(told), 'claim')} as of {spoken_dates.day(day)}"
        return Answer(as_of=day, text=text, rows=tuple(map(claim_line, told)), columns=ClaimLine.COLUMNS)

    def changes(
        self,
        title: str | None = None,
        season: int | None = None,
        *,
        since: Day = None,
        as_of: Day = None,
        as_published: bool = False,
    ) -> Answer[ChangeLine]:
        """
        What changed, newest first, with the sentences that made it so.

        Args:
            title: None: of all that is spoken of.
            season: Of a title; None: the newest.
            since: First day; thirty days before `as_of` if absent.
            as_of: Last day; today if absent.
            as_published: As if each article had been read on the day it appeared.

        Raises:
            CallboardError: `since` is after `as_of`; for a title, as `status`.
        """
        day = _day(as_of)
        start = _day(since) if since is not None else day - dt.timedelta(_CHANGE_DAYS)
        if start > day:
            raise CallboardError(f"since {start} is after as_of {day}; give an earlier day")
        production = self._board.find(title, season, as_of=day).production if title is not None else None
        found = self._board.changes(day, start, production, as_published=as_published)
        rows = tuple(map(change_line, found))
        text = f"{words.plural(len(rows), 'change')} from {spoken_dates.day(start)} to {spoken_dates.day(day)}"
        return Answer(as_of=day, text=text, rows=rows, production=production, columns=ChangeLine.COLUMNS)

    def close(self) -> None:
        """Let go of the file."""
        self._ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, title: str, season: int | None, as_of: Day, kind: str | None, year: int | None) -> AnswerView:
        if kind not in (None, "film", "series"):
            raise CallboardError(f'kind {kind!r:.60} is neither "film" nor "series"')
        day = _day(as_of)
        return make_answer(self._board, self._board.find(title, season, kind=kind, year=year, as_of=day), day)

    def _spellings(self, title: str, as_of: dt.date) -> list[str | None]:
        """The spellings under which the ledger speaks of a title."""
        key = self._board.key(title)
        spoken = {entry.production.title for entry in self._ledger.productions(as_of)}
        named = sorted(name for name in spoken if self._board.key(name) == key)
        if not named:
            near = tuple(self._board.near(title, as_of))
            hint = (
                f"did you mean {', '.join(map(repr, near))}?" if near else "board(everything=True) lists what there is"
            )
            raise UnknownTitle(f"nobody speaks of {title!r:.200}; {hint}", near)
        return list(named)


def open_callboard(ledger: str | Path | None = None) -> Callboard:
    """What `callboard.open` gives; see there."""
    address = ledger if ledger is not None else load_settings().text("ledger")
    return Callboard(open_ledger(address, create=False, read_only=True))


def _answer(view: AnswerView, rows: tuple[RowT, ...], columns: Mapping[str, str]) -> Answer[RowT]:
    text = f"{words.clean(view.production.title)} · {view.answer}"
    return Answer(as_of=view.as_of, text=text, rows=rows, production=view.production, columns=columns)


def _day(value: Day) -> dt.date:
    if value is None:
        return dt.date.today()
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise CallboardError(f'{value!r:.60} is not a day; give a datetime.date or text like "2017-06-20"') from error


def _stage(value: Stage | str | None) -> Stage | None:
    try:
        return None if value is None else Stage(value)
    except ValueError as error:
        raise CallboardError(f"{value!r:.60} is no stage; choose one of {', '.join(Stage)}") from error
