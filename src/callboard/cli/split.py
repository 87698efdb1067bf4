"""`callboard split`: a merge that was wrong."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.correct import reason_option
from callboard.cli.options import ledger_option, open_ledger_for


@click.command("split")
@click.argument("title")
@reason_option
@ledger_option
def command(title: str, reason: str, ledger: str | None) -> None:
    """
    Take a merge back: what is said of TITLE counts for itself again.

    \b
    Example:
        callboard split "Untitled Ferry Project" --reason "two films after all"
    """
    from callboard.record.answers import Kind

    with open_ledger_for(ledger, read_only=False) as recorded:
        recorded.note(Kind.MERGE, title, {"into": title}, reason=reason, learned=dt.datetime.now(dt.UTC))
    click.echo(f"split: {title} counts for itself", err=True)
