"""`callboard calendar`: what is due, as an iCalendar file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from callboard.cli.asking import open_board
from callboard.cli.options import as_of_option, ledger_option


@click.command("calendar")
@click.argument("title", required=False)
@click.option("--season", type=click.IntRange(min=1), default=None, help="Only this season of TITLE.")
@click.option("--premieres-only", is_flag=True, help="Only premieres, not orders and shoots.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="File to write; stdout if absent."
)
@as_of_option
@ledger_option
def command(
    title: str | None,
    season: int | None,
    premieres_only: bool,
    out: Path | None,
    as_of: dt.date | None,
    ledger: str | None,
) -> None:
    """
    What is due, as a calendar in the iCalendar format: of the whole board, or of one TITLE.

    A day that was stated is an all-day entry; what is only expected is a tentative span; what was cancelled is marked so.
    An entry keeps its identity when its date moves. `callboard serve` offers the same for subscribing.

    \b
    Example:
        callboard calendar "Luke Cage" --season 2 --as-of 2017-06-20 --out luke-cage.ics
    """
    from callboard.errors import CallboardError
    from callboard.show.calendar import known_of_title, make_entries, write_calendar
    from callboard.show.rows import passing
    from callboard.show.views import Filters

    if season is not None and title is None:
        raise click.UsageError("--season needs a TITLE")
    day = as_of or dt.date.today()
    with open_board(ledger) as board:
        known = passing(board, day, Filters()) if title is None else known_of_title(board, title, season, day)
        name = "callboard"
        if title is not None:
            production = known[0].judgement.production
            name = f"callboard: {production if season is not None else production.title}"
        text = write_calendar(make_entries(board, known, premieres_only=premieres_only), name, day)
    if out is None:
        click.echo(text.encode(), nl=False)  # bytes, so that its CRLF stays as it is everywhere
        return
    try:
        out.write_bytes(text.encode())
    except OSError as error:
        raise CallboardError(f"{out} cannot be written ({error.strerror}); name another file with --out") from error
