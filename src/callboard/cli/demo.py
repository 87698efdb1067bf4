"""`callboard demo`: the whole line on a bundled archive."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from callboard.record.ledger import Ledger

AS_OF = dt.date(2017, 6, 20)  # a week after the production signs went up, with the shoot just begun
TITLE, SEASON = "Luke Cage", 2


@click.command("demo")
@click.option("--ledger", metavar="PATH", default=None, help="Where to record; else demo.db in your cache folder.")
def command(ledger: str | None) -> None:
    """
    Read a bundled archive of articles, and show what was known in June 2017.

    Some sixty pages on Marvel's series for Netflix and on others, 2013 to 2019, are read into a ledger of their own: your
    ledger is not touched. Then come the board as of a day in June 2017, and one production with the sentences behind it.

    \b
    Example:
        callboard demo
    """
    from callboard.board import Board
    from callboard.catalogue.starter import load_catalogue
    from callboard.record.ledger import open_ledger
    from callboard.show.answers import make_answer
    from callboard.show.rows import make_board, make_rows
    from callboard.show.text import make_console, print_board, print_status, print_why
    from callboard.show.views import Filters

    path = Path(ledger) if ledger is not None else _fresh_ledger()
    with open_ledger(path, create=True) as recorded:
        _read_pages(recorded)
    where = f"--ledger {shlex.quote(str(path))}"
    console = make_console()
    with open_ledger(path, read_only=True) as recorded:
        board = Board(recorded, load_catalogue())
        _say(f"callboard board --as-of {AS_OF} {where}")
        print_board(console, make_board(make_rows(board, AS_OF), AS_OF, Filters()))
        view = make_answer(board, board.find(TITLE, SEASON, as_of=AS_OF), AS_OF)
    about = f'"{TITLE}" --season {SEASON} --as-of {AS_OF}'
    _say(f"callboard status {about} {where}")
    print_status(console, view)
    _say(f"callboard why {about} {where}")
    print_why(console, view)
    click.echo("\nTo look at it in a browser:")
    _say(f"callboard serve {where}")


def _read_pages(ledger: Ledger) -> None:
    from callboard.cli.options import settings_with
    from callboard.demo import pages
    from callboard.intake import Source, take_in

    settings = settings_with()
    start = time.perf_counter()
    documents = claims = 0
    sources = (Source(Path(name), data) for name, data in pages())
    for outcome in take_in(sources, ledger, workers=int(settings.number("workers"))):
        documents += not outcome.problems or outcome.claims > 0
        claims += outcome.claims
        for problem in outcome.problems:
            click.echo(f"callboard: {problem}", err=True)
    seconds = time.perf_counter() - start
    click.echo(f"{documents} pages read in {seconds:.1f} s: {claims} claims -> {ledger.address}", err=True)


def _fresh_ledger() -> Path:
    """
    The demonstration's own ledger in the cache folder, empty: an older one may hold what an older callboard understood.

    Raises:
        LedgerError: The folder cannot be made or written.
    """
    from callboard.errors import LedgerError

    given = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(given) if Path(given).is_absolute() else Path("~/.cache").expanduser()
    path = cache / "callboard" / "demo.db"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise LedgerError(f"{path}: cannot be made anew ({error.strerror}); name a place with --ledger") from error
    return path


def _say(line: str) -> None:
    click.echo(f"\n$ {line}\n")
