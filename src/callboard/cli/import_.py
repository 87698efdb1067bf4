"""`callboard import`: an export into a ledger."""

from __future__ import annotations

import sys
from typing import IO

import click

from callboard.cli.options import ledger_option, open_ledger_for


@click.command("import")
@click.argument("source", type=click.File("r", encoding="utf-8"), default="-")
@ledger_option
def command(source: IO[str], ledger: str | None) -> None:
    """
    Read an export into a ledger; what it holds already is passed over.

    A bad line is named on stderr, the rest goes on, and the exit status is 1.

    \b
    Example:
        callboard import --ledger copy.db ledger.jsonl
    """
    with open_ledger_for(ledger, create=True, read_only=False) as recorded:
        added = recorded.import_lines(source)
        recorded.link_copies()  # while their texts are there
        address = recorded.address
    for problem in added.problems:
        click.echo(f"callboard: {problem}", err=True)
    click.echo(
        f"{added.documents} documents, {added.claims} claims, {added.entries} entries new, "
        f"{len(added.problems)} problems -> {address}",
        err=True,
    )
    if added.problems:
        sys.exit(1)
