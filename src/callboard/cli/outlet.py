"""`callboard outlet`: how often a voice turned out right."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.asking import open_board, write_json
from callboard.cli.options import answer_options


@click.command("outlet")
@click.argument("name")
@answer_options
def command(name: str, ledger: str | None, as_of: dt.date | None, as_json: bool) -> None:
    """
    The record of an outlet, or of anybody who is named as a source.

    Counted are dated reports of milestones whose day has since become known: from the catalogue, or since two other voices
    agree on it.

    \b
    Example:
        callboard outlet Deadline
    """
    from callboard.show.changes import print_record, record_json

    day = as_of or dt.date.today()
    with open_board(ledger) as board:
        known = board.record_of(name, day)
    if as_json:
        write_json(record_json(name, known, day))
        return
    from callboard.show.text import make_console

    print_record(make_console(), name, known, day)
