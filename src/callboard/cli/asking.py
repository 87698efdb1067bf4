"""What the commands that ask about productions share: which one is meant, and where its answer comes from."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from callboard.cli.options import answer_options, open_ledger_for

if TYPE_CHECKING:
    from callboard.board import Board
    from callboard.model import Json
    from callboard.show.views import AnswerView

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Question:
    """Which production is asked about, as the options say it."""

    title: str
    season: int | None
    kind: str | None
    year: int | None
    as_of: dt.date
    ledger: str | None


def _one_kind(_context: click.Context, _option: click.Parameter, kinds: tuple[str, ...]) -> str | None:
    """The kind that was chosen, as both options hand it on; None: neither."""
    if len(set(kinds)) > 1:
        raise click.UsageError("a title is one or the other; give --film or --series, not both")
    return kinds[0] if kinds else None


def title_options(command: Callable[P, R]) -> Callable[P, R]:
    """Adds the argument TITLE and the options that tell works of one name apart, beside those of every answer."""
    for decorate in (
        answer_options,
        click.option("--year", type=click.IntRange(1880, 2200), default=None, help="Year of the first release."),
        click.option(
            "--film", "kind", flag_value="film", multiple=True, callback=_one_kind, help="The film of this name."
        ),
        click.option(
            "--series", "kind", flag_value="series", multiple=True, callback=_one_kind, help="The series of this name."
        ),
        click.option("--season", type=click.IntRange(min=1), default=None, help="Which season; else the newest."),
        click.argument("title"),
    ):
        command = decorate(command)
    return command


@contextlib.contextmanager
def open_board(ledger: str | None) -> Iterator[Board]:
    """The board of the ledger that is named or set, read only."""
    from callboard.board import Board
    from callboard.catalogue.starter import load_catalogue

    with open_ledger_for(ledger) as recorded:
        yield Board(recorded, load_catalogue())


def answer(question: Question) -> AnswerView:
    """
    The answer to a question.

    Raises:
        LedgerError: There is no ledger, or it cannot be read.
        CatalogueError: The title is unknown, or several works have it.
    """
    from callboard.show.answers import make_answer

    if question.kind == "film" and question.season is not None:
        raise click.UsageError("a film has no seasons; give --film or --season, not both")
    with open_board(question.ledger) as board:
        found = board.find(
            question.title, question.season, kind=question.kind, year=question.year, as_of=question.as_of
        )
        return make_answer(board, found, question.as_of)


def write_json(data: Json) -> None:
    """One JSON object on one line of stdout."""
    from callboard.show.words import escape_hidden

    click.echo(escape_hidden(json.dumps(data, ensure_ascii=False)))
