"""Options that commands share, each one decorator, and what every command does with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from callboard.settings import Settings, SettingValue, load_settings

if TYPE_CHECKING:
    from callboard.record.ledger import Ledger

P = ParamSpec("P")
R = TypeVar("R")


def read_day(context: click.Context, option: click.Parameter, value: str | None) -> dt.date | None:
    """The calendar day that an option gives; None where it was not given."""
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is not a day; write YYYY-MM-DD, for example 2017-06-10", context, option
        ) from error


def ledger_option(command: Callable[P, R]) -> Callable[P, R]:
    """Adds `--ledger PATH`, the keyword argument `ledger`: None where it was not given."""
    return click.option("--ledger", metavar="PATH", default=None, help="The ledger's file; else the setting `ledger`.")(
        command
    )


def as_of_option(command: Callable[P, R]) -> Callable[P, R]:
    """Adds `--as-of DAY`, the keyword argument `as_of`: None where it was not given, which means today."""
    return click.option(
        "--as-of",
        callback=read_day,
        default=None,
        metavar="DAY",
        help="Answer as of this day (YYYY-MM-DD); today if absent.",
    )(command)


def json_option(command: Callable[P, R]) -> Callable[P, R]:
    """Adds `--json`, the keyword argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")(command)


def answer_options(command: Callable[P, R]) -> Callable[P, R]:
    """Adds `--ledger`, `--as-of` and `--json`: what every command that answers takes."""
    return ledger_option(as_of_option(json_option(command)))


def settings_with(**flags: SettingValue | None) -> Settings:
    """The settings, with the flags of this command before everything else."""
    return load_settings(flags)


def open_ledger_for(ledger: str | None, *, create: bool = False, read_only: bool = True) -> Ledger:
    """
    The ledger that `--ledger` or the settings name; for answers it is opened read only and must exist.

    Raises:
        LedgerError: It cannot be opened; see `callboard.record.ledger.open_ledger`.
    """
    from callboard.record.ledger import open_ledger

    return open_ledger(settings_with(ledger=ledger).text("ledger"), create=create, read_only=read_only)
