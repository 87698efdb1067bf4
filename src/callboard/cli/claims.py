"""`callboard claims`: what was read of a title, claim by claim, with ids and what people say of them."""

from __future__ import annotations

import json

import click

from callboard.cli.options import json_option, ledger_option, open_ledger_for


@click.command("claims")
@click.argument("title", required=False)
@click.option("--season", type=click.IntRange(min=1), default=None, help="Of this season alone.")
@click.option("--judged", is_flag=True, help="Those alone that somebody confirmed, corrected or rejected.")
@json_option
@ledger_option
def command(title: str | None, season: int | None, judged: bool, as_json: bool, ledger: str | None) -> None:
    """
    What was read of a title as it was read, the newest first, each with its id and the last verdict on it.

    Rejected claims are shown, too. Without TITLE, what was judged of all titles.

    \b
    Example:
        callboard claims "Luke Cage" --season 2
        callboard claims --judged
    """
    from callboard.record.corrections import Verdicts, verdicts
    from callboard.show.words import clean, escape_hidden, plural

    if title is None and not judged:
        raise click.UsageError("give a TITLE, or --judged")
    with open_ledger_for(ledger) as recorded:
        reports = recorded.reports(title, season if season is not None else ...)
        judged_by = Verdicts(verdicts(recorded))
        last = {report.id: verdict for report in reports if (verdict := judged_by.last(report)) is not None}
    shown = [report for report in reversed(reports) if not judged or report.id in last]
    if as_json:
        rows = [report.to_json() | {"verdict": str(last[report.id]) if report.id in last else None} for report in shown]
        click.echo(escape_hidden(json.dumps(rows, ensure_ascii=False)))
        return
    for report in shown:
        claim = report.claim
        details = [claim.time, None if claim.modality == "asserted" else claim.modality, claim.person, claim.platform]
        by = f", read by {clean(claim.reader)}" if claim.reader else ""
        what = ", ".join(clean(str(part)) for part in (claim.event, *details) if part)
        said = f"{report.said}" if report.said else "undated"
        outlet = f"{clean(report.outlet)}, " if report.outlet else ""
        click.echo(f"{report.id[:12]}  {clean(str(claim.production))}: {what}")
        click.echo(f"    “{clean(claim.quote.text)}”  {outlet}{said}{by}")
        if report.id in last:
            click.echo(f"    {clean(str(last[report.id]))}")
    hint = "" if reports or judged else f" on {clean(title or '')!r}; callboard board --all lists what there is"
    click.echo(f"{plural(len(shown), 'claim')}{hint}", err=True)
