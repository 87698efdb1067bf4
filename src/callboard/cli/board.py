"""`callboard board`: all productions at a glance."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.asking import open_board, write_json
from callboard.cli.options import answer_options

_STAGES = ("development", "ordered", "preparation", "filming", "postproduction", "released")


@click.command("board")
@click.option("--stage", type=click.Choice(_STAGES), default=None, help="Only what is most likely in this stage.")
@click.option("--platform", default=None, help="Only what this platform shows.")
@click.option("--title", default=None, help="Only titles that have this in their name.")
@click.option("--country", default=None, help="Only what this country makes, by its name or code.")
@click.option("--family", default=None, help="Only titles of this family, such as Star Wars.")
@click.option("--place", default=None, help="Only what is shot here, or in a place that lies here.")
@click.option("--filming-now", is_flag=True, help="Only what is being shot.")
@click.option(
    "--all", "everything", is_flag=True, help="Also what is long out, dropped or silent, and what may be no title."
)
@answer_options
def command(
    stage: str | None,
    platform: str | None,
    title: str | None,
    country: str | None,
    family: str | None,
    place: str | None,
    filming_now: bool,
    everything: bool,
    ledger: str | None,
    as_of: dt.date | None,
    as_json: bool,
) -> None:
    """
    All productions at a glance: what films, what is prepared, what is ordered, dated, finished, or just out.

    \b
    Example:
        callboard board --as-of 2017-06-20 --filming-now
    """
    from callboard.model import Stage
    from callboard.show.rows import make_board, make_rows
    from callboard.show.views import Filters

    day = as_of or dt.date.today()
    with open_board(ledger) as board:
        filters = Filters(
            stage=Stage(stage) if stage else None,
            platform=platform and board.platform_name(platform, day),
            title=title,
            country=country,
            family=family,
            place=place,
            filming_now=filming_now,
            everything=everything,
        )
        view = make_board(make_rows(board, day, quiet=everything), day, filters)
    if as_json:
        write_json(view.to_json())
        return
    from callboard.show.text import make_console, print_board

    print_board(make_console(), view)
    if not view.rows and not everything:
        click.echo("callboard: --all also shows what is long out, dropped or silent", err=True)
