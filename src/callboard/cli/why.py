"""`callboard why`: the sentences behind a judgement."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.asking import Question, answer, open_board, title_options, write_json


@click.command("why")
@title_options
@click.option("--spoilers", is_flag=True, help="Show what is told of the story, too.")
def command(
    title: str,
    season: int | None,
    kind: str | None,
    year: int | None,
    ledger: str | None,
    as_of: dt.date | None,
    as_json: bool,
    spoilers: bool,
) -> None:
    """
    The sentences behind a judgement, newest first: who said them, where, when, and what each moved.

    A report that repeats what its first voice had said is marked as an echo: it counts nothing.
    What is told of the story stays hidden unless --spoilers is given.

    \b
    Example:
        callboard why "Luke Cage" --season 2 --as-of 2017-06-20
    """
    day = as_of or dt.date.today()
    view = answer(Question(title, season, kind, year, day, ledger))
    with open_board(ledger) as board:
        echoes = board.echoes(view.production, day)
    if as_json:
        data = view.to_json(spoilers=spoilers)
        for claim in data["claims"]:
            first = echoes.get(claim["id"])
            claim["echo_of"] = first.id if first else None
        write_json(data)
        return
    from callboard.show.text import make_console, print_why

    print_why(make_console(), view, spoilers=spoilers, echoes=echoes)
