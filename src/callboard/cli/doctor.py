"""`callboard doctor`: is everything in order?"""

from __future__ import annotations

import json
import platform
import sys

import click

from callboard import __version__
from callboard.cli.options import json_option, ledger_option, open_ledger_for


@click.command("doctor")
@json_option
@ledger_option
def command(as_json: bool, ledger: str | None) -> None:
    """
    Check the ledger: the file, its schema, its counts, and whether every content hash and quote still fits.

    The exit status is 1 where something is wrong.

    \b
    Example:
        callboard doctor --ledger copy.db
    """
    with open_ledger_for(ledger) as recorded:
        health = recorded.check()
    counts = {
        "documents": health.documents,
        "texts": health.texts,
        "claims": health.claims,
        "entries": health.entries,
    }
    if as_json:
        problems = [{"where": problem.where, "what": problem.what} for problem in health.problems]
        answer = (
            {"ledger": health.address, "database": health.database, "schema": health.schema}
            | counts
            | {"problems": problems}
        )
        click.echo(json.dumps(answer | {"callboard": __version__}, ensure_ascii=False))
    else:
        click.echo(f"callboard {__version__}, Python {platform.python_version()}, {health.database or 'no database'}")
        click.echo(f"ledger    {health.address}")
        click.echo(f"schema    {health.schema}")
        for name, count in counts.items():
            click.echo(f"{name:<9} {count}")
        for problem in health.problems:
            click.echo(f"problem   {problem}")
        click.echo("in order" if not health.problems else f"{len(health.problems)} problems")
    if health.problems:
        sys.exit(1)
