"""`callboard reject`: a claim that is none."""

from __future__ import annotations

import click

from callboard.cli.correct import reason_option, write_verdict
from callboard.cli.options import ledger_option


@click.command("reject")
@click.argument("claim", metavar="CLAIM")
@reason_option
@ledger_option
def command(claim: str, reason: str, ledger: str | None) -> None:
    """
    Say that a claim is none: the text does not say so, or not of this production. It counts no more.

    The claim stays in the ledger, and `callboard confirm` brings it back. When the page is read again, in another version
    or by another reader, the same claim stays rejected.

    \b
    Example:
        callboard reject 4f1c09ab --reason "it is the neighbour's season"
    """
    write_verdict(claim, "rejected", {}, reason, ledger)
