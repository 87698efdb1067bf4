"""`callboard forget`: a page whose text and claims are to vanish."""

from __future__ import annotations

import datetime as dt
import json

import click

from callboard.cli.options import json_option, ledger_option, open_ledger_for


@click.command("forget")
@click.argument("address", metavar="URL")
@click.option("--reason", default="asked for", show_default=True, help="Who asked for it and why; kept with the entry.")
@click.option("--ahead", is_flag=True, help="Also where no page of this address is recorded yet.")
@json_option
@ledger_option
def command(address: str, reason: str, ahead: bool, as_json: bool, ledger: str | None) -> None:
    """
    Forget a page, as its publisher asked.

    Its text is dropped at once. Its claims vanish from every answer and every export, those on past days included. What is
    read from the address later, changed or not, is not recorded. URL is the address as `callboard why` shows it; http or
    https and a slash at its end make no difference. For a document without an address it is its digest. A forget cannot be taken
    back.

    \b
    Example:
        callboard forget https://example.com/news/renewed --reason "the publisher, by mail on 3 May"
    """
    with open_ledger_for(ledger, create=ahead, read_only=False) as recorded:
        gone = recorded.forget(address, reason=reason, learned=dt.datetime.now(dt.UTC), ahead=ahead)
    if as_json:
        answer = {"forgotten": list(gone.subjects), "documents": gone.documents, "claims": gone.claims}
        click.echo(json.dumps(answer, ensure_ascii=False))
    elif not gone.subjects:
        click.echo(f"{address}: forgotten before", err=True)
    else:
        click.echo(
            f"forgotten: {gone.documents} documents, {gone.claims} claims of {', '.join(gone.subjects)}", err=True
        )
