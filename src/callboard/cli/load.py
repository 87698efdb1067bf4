"""`callboard load`: what callboard archive found, into the ledger."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from callboard.cli.options import ledger_option, open_ledger_for, settings_with


@click.command("load")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--quiet", "-q", is_flag=True, help="Only the summary and the problems.")
@ledger_option
def command(folder: Path, quiet: bool, ledger: str | None) -> None:
    """
    Record what callboard archive found.

    DIR is the --out of callboard archive. Each of its files is recorded in one step, so a load that was stopped is
    completed by running it again; what is recorded already is passed over. The exit status is 1 where a file could not be
    taken.

    \b
    Example:
        callboard load claims/
    """
    from callboard.archive.loading import Loaded, load_folder

    settings = settings_with(ledger=ledger)
    files = documents = new = problems = 0
    with open_ledger_for(ledger, create=True, read_only=False) as recorded:
        for item in load_folder(
            folder,
            recorded,
            keep_text_days=int(settings.number("keep_text_days")),
            now=lambda: dt.datetime.now(dt.UTC),
        ):
            if isinstance(item, Loaded):
                files += 1
                documents += item.documents
                new += item.new
                if not quiet:
                    click.echo(f"load file={item.file.name} documents={item.documents} new={item.new}", err=True)
            else:
                problems += 1
                click.echo(f"callboard: {item}", err=True)
        address = recorded.address
    click.echo(
        f"{files} files, {documents:,} documents, {new:,} new claims, {problems} problems -> {address}", err=True
    )
    if problems:
        sys.exit(1)
