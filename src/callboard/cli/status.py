"""`callboard status`: where a production stands, and what is due next."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.asking import Question, answer, title_options, write_json


@click.command("status")
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
    Where a production stands, and what is due next.

    Without --season, the newest season that is spoken of. Exit status 1 where the title is unknown (near ones are
    offered) or belongs to several works (all are listed). "No evidence since" a day is not the same as cancelled.

    \b
    Example:
        callboard status "Luke Cage" --season 2 --as-of 2017-06-20
    """
    view = answer(Question(title, season, kind, year, as_of or dt.date.today(), ledger))
    if as_json:
        write_json(view.to_json())
        return
    from callboard.cli.catalogue import line_on_origin
    from callboard.show.text import make_console, print_status

    print_status(make_console(), view)
    if line := line_on_origin([(each.report, each.speaker) for each in view.evidence], view.as_of):
        click.echo(line)
