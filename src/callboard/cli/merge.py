"""`callboard merge`: two titles that are one."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.correct import reason_option
from callboard.cli.options import ledger_option, open_ledger_for


@click.command("merge")
@click.argument("title")
@click.argument("into")
@reason_option
@ledger_option
def command(title: str, into: str, reason: str, ledger: str | None) -> None:
    """
    Say that two titles are one production: what is said of TITLE counts for INTO from then on.

    A working title and the final one, for example. `callboard catalogue merge` is for the entries of catalogues instead.

    \b
    Example:
        callboard merge "Untitled Ferry Project" "Grey Ferry" --reason "renamed in May"
    """
    from callboard.record.answers import Kind
    from callboard.record.rows import title_key

    if title_key(title) == title_key(into):  # in the ledger, that is how a merge is taken back
        raise click.UsageError(
            f"{title!r} and {into!r} are one title already; name another one, or take a merge back with callboard split"
        )
    with open_ledger_for(ledger, read_only=False) as recorded:
        recorded.note(Kind.MERGE, title, {"into": into}, reason=reason, learned=dt.datetime.now(dt.UTC))
    click.echo(f"merged: {title} counts for {into}", err=True)
