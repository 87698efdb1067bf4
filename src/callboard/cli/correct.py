"""`callboard correct`: what a claim that was misread should say; and what the commands that judge claims share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

import click

from callboard.cli.options import ledger_option, open_ledger_for

P = ParamSpec("P")
R = TypeVar("R")
NONE = "none"  # what empties a field


def reason_option(command: Callable[P, R]) -> Callable[P, R]:
    """Adds `--reason`, which every entry needs."""
    return click.option("--reason", required=True, help="How you know; it is kept with the entry and shown.")(command)


def write_verdict(
    identity: str, verdict: str, changes: Mapping[str, str | int | None], reason: str, ledger: str | None
) -> None:
    """
    Writes a verdict to the ledger and says what it is about.

    Raises:
        LedgerError: There is no such claim, or the ledger cannot be written.
    """
    from callboard.record.corrections import Verdict, decide, find_claim
    from callboard.show.words import clean

    with open_ledger_for(ledger, read_only=False) as recorded:
        report = find_claim(recorded, identity)
        decide(recorded, report, Verdict(verdict), changes, reason=reason, learned=dt.datetime.now(dt.UTC))
    production = clean(str(report.claim.production))
    click.echo(f"{verdict}: {production}, {report.claim.event}: “{clean(report.claim.quote.text)}”", err=True)


@click.command("correct")
@click.argument("claim", metavar="CLAIM")
@click.option("--title", default=None, help="The title that is meant.")
@click.option("--season", default=None, metavar="N", help="The season that is meant; none: the title as a whole.")
@click.option("--event", default=None, help="What is said of it, such as filming_start.")
@click.option("--time", default=None, metavar="EDTF", help="When it happens, such as 2017-06 or 2018-21~.")
@click.option("--modality", default=None, help="asserted, expected, possible or denied.")
@click.option("--source", default=None, help="Who is named as saying so.")
@click.option("--person", default=None, help="Who was cast or hired.")
@click.option("--role", default=None, help="The character or the job.")
@click.option("--place", default=None, help="Where.")
@click.option("--platform", default=None, help="Network, streamer, or theaters.")
@reason_option
@ledger_option
def command(claim: str, season: str | None, reason: str, ledger: str | None, **fields: str | None) -> None:
    """
    Say what a claim that was misread should say; `none` empties a field.

    CLAIM is its id, or the first digits of it, as `callboard claims` shows it. Nothing is overwritten: the correction is
    an entry, and it holds when the page is read again.

    \b
    Example:
        callboard correct 4f1c09ab --event filming_start --time 2017-06 --reason "the start, not the shoot"
    """
    changes: dict[str, str | int | None] = {
        name: None if value == NONE else value for name, value in fields.items() if value is not None
    }
    if season is not None:
        if season != NONE and not season.isdecimal():
            raise click.UsageError(f"--season {season!r} is neither a number nor none")
        changes["season"] = None if season == NONE else int(season)
    if not changes:
        raise click.UsageError("say what is to be changed, for example --time 2017-06")
    write_verdict(claim, "corrected", changes, reason, ledger)
