"""`callboard export`: the whole ledger as JSON Lines."""

from __future__ import annotations

import click

from callboard.cli.options import ledger_option, open_ledger_for


@click.command("export")
@ledger_option
def command(ledger: str | None) -> None:
    """
    Write the whole ledger as JSON Lines: documents with their claims, then corrections.

    The lines depend on what is recorded alone. `callboard import` reads them into another ledger, whose export is the
    same to the byte.

    \b
    Example:
        callboard export > ledger.jsonl
    """
    with open_ledger_for(ledger) as recorded:
        for line in recorded.export_lines():
            click.echo(line)
