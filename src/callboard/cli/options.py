"""Options that commands share, each one decorator, and what every command does with them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from callboard.errors import SettingError
from callboard.settings import SETTINGS, Settings, SettingValue, load_settings

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


def beside_ledger(settings: Settings, suffix: str) -> Path:
    """
    A file of this machine that goes with the ledger: `callboard.db` has `callboard.feeds.db` beside it.

    One for a ledger in PostgreSQL lies in the user's data folder, and is named after server and database, so that another
    password, user or way of writing the address finds it again.

    Raises:
        SettingError: The setting `ledger` is no address of PostgreSQL, though it begins like one.
    """
    address = settings.text("ledger")
    if not address.startswith(("postgresql://", "postgres://")):
        return Path(address.removeprefix("sqlite:///")).expanduser().with_suffix(suffix)
    from urllib.parse import parse_qsl, urlsplit

    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise SettingError("setting ledger: not an address; write postgresql://USER@HOST/DATABASE") from error
    query = sorted(pair for pair in parse_qsl(parts.query) if pair[0] not in ("user", "password"))
    server = parts.netloc.rpartition("@")[2].lower()
    server = server if server.rpartition("]")[2].partition(":")[1] or not server else f"{server}:5432"
    digest = hashlib.sha256(repr((server, parts.path, query)).encode("utf-8", "replace")).hexdigest()[:12]
    default = next(str(setting.default(os.environ)) for setting in SETTINGS if setting.name == "ledger")
    return Path(default).with_name(f"postgresql-{digest}{suffix}")


def exit_if_missing(missing: Sequence[object], hint: str) -> None:
    """Names what a command was asked about and did not find, each with the next step, and leaves with 1."""
    for each in missing:
        click.echo(f"callboard: {each}: {hint}", err=True)
    if missing:
        sys.exit(1)
