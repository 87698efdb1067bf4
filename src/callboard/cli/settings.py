"""`callboard settings`: every setting with its value and where it comes from."""

from __future__ import annotations

import json

import click

from callboard.cli.options import json_option, ledger_option, settings_with


@click.command("settings")
@json_option
@ledger_option
def command(as_json: bool, ledger: str | None) -> None:
    """
    Print every setting with its value and where it comes from.

    A value comes from the first of: a flag, the environment (CALLBOARD_NAME), callboard.toml in the current directory,
    callboard.toml in the user's configuration folder, the default. Secrets are not shown.

    \b
    Example:
        CALLBOARD_KEEP_TEXT_DAYS=7 callboard settings
    """
    settings = settings_with(ledger=ledger)
    if as_json:
        rows = {
            chosen.setting.name: {
                "value": chosen.shown if chosen.setting.secret or isinstance(chosen.value, str) else chosen.value,
                "origin": chosen.origin,
                "help": chosen.setting.help,
            }
            for chosen in settings
        }
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for chosen in settings:
        click.echo(f"{chosen.setting.name} = {chosen.shown}  ({chosen.origin})")
        click.echo(f"    {chosen.setting.help}")
