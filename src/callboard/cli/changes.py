"""`callboard changes`: what moved, since when, and on whose word."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.asking import open_board, write_json
from callboard.cli.options import answer_options, read_day

_DAYS = 30


@click.command("changes")
@click.argument("title", required=False)
@click.option("--season", type=click.IntRange(min=1), default=None, help="Which season; else the newest.")
@click.option(
    "--since", callback=read_day, default=None, metavar="DAY", help=f"From this day on; {_DAYS} days back if absent."
)
@click.option("--as-published", is_flag=True, help="As if each article had been read on the day it appeared.")
@answer_options
def command(
    title: str | None,
    season: int | None,
    since: dt.date | None,
    as_published: bool,
    ledger: str | None,
    as_of: dt.date | None,
    as_json: bool,
) -> None:
    """
    What changed, newest first: what was held before, what is held now, and the sentences that made it so.

    A change is told once it is likely and two voices carry it or it has lasted; old articles read today change nothing,
    unless --as-published is given. Without TITLE, of all that is spoken of.

    \b
    Example:
        callboard changes "Luke Cage" --since 2017-06-01 --as-of 2017-06-20
    """
    day = as_of or dt.date.today()
    start = since or day - dt.timedelta(_DAYS)
    if start > day:
        raise click.UsageError(f"--since {start} is after the day of the answer, {day}")
    if season is not None and title is None:
        raise click.UsageError("--season needs a TITLE")
    with open_board(ledger) as board:
        production = board.find(title, season, as_of=day).production if title is not None else None
        found = board.changes(day, start, production, as_published=as_published)
    from callboard.show.changes import changes_json, print_changes

    if as_json:
        write_json(changes_json(found, start, day))
        return
    from callboard.show.text import make_console

    print_changes(make_console(), found, start, day)
    if not found and since is None:
        click.echo(f"callboard: only the last {_DAYS} days are told; --since DAY goes back further", err=True)
    if not found and not as_published:
        click.echo(
            "callboard: a change counts from the day on which its article was read; --as-published takes each "
            "as read on its own day",
            err=True,
        )
