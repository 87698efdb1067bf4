"""`callboard confirm`: a claim that was read rightly."""

from __future__ import annotations

import click

from callboard.cli.correct import reason_option, write_verdict
from callboard.cli.options import ledger_option


@click.command("confirm")
@click.argument("claim", metavar="CLAIM")
@reason_option
@ledger_option
def command(claim: str, reason: str, ledger: str | None) -> None:
    """
    Say that a claim was read rightly: the text says so, of this production.

    It counts as certainly read from then on; whether whoever said it is right is still the judge's question. It also takes
    back what was said of the claim before: one that was rejected or corrected counts again as it was read.

    \b
    Example:
        callboard confirm 4f1c09ab --reason "looked at the page"
    """
    write_verdict(claim, "confirmed", {}, reason, ledger)
