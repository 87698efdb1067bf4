"""`callboard when`: when milestones were or are due."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.asking import Question, answer, title_options, write_json


@click.command("when")
@title_options
def command(
    title: str,
    season: int | None,
    kind: str | None,
    year: int | None,
    ledger: str | None,
    as_of: dt.date | None,
    as_json: bool,
) -> None:
    """
    When a production's milestones were or are due.

    A range holds the day eight times of ten; half of the time it comes before the middle. What is likely behind us is
    given in the past, what is due from the day of the answer on.

    \b
    Example:
        callboard when "Luke Cage" --season 2 --as-of 2017-06-20
    """
    view = answer(Question(title, season, kind, year, as_of or dt.date.today(), ledger))
    if as_json:
        write_json(view.to_json())
        return
    from callboard.show.text import make_console, print_when

    print_when(make_console(), view)
