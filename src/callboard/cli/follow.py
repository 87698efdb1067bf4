"""`callboard follow`: what somebody wants to be told about."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callboard.cli.options import beside_ledger, exit_if_missing, json_option, ledger_option, settings_with
from callboard.errors import LedgerError

if TYPE_CHECKING:
    from callboard.alerts.follows import Follow, Kind
    from callboard.alerts.store import AlertStore
    from callboard.settings import Settings


def open_alerts(settings: Settings, *, read_only: bool = False) -> AlertStore:
    """Follows and alerts, opened; made where there are none, unless they are only read."""
    from callboard.alerts.store import AlertStore

    return AlertStore.open(alerts_path(settings), read_only=read_only)


def alerts_path(settings: Settings) -> Path:
    """Where follows and alerts lie, beside the ledger: `callboard.db` has `callboard.alerts.db`."""
    return beside_ledger(settings, ".alerts.db")


@click.group("follow")
def command() -> None:
    """
    Titles, people, platforms and views of the board that `callboard alerts` tells about.

    The list lies in a small file beside the ledger.

    \b
    Example:
        callboard follow add "Luke Cage" --season 2
        callboard follow list
    """


@command.command("add")
@click.argument("name")
@click.option("--season", type=click.IntRange(min=1), default=None, help="Of a title; else all its seasons.")
@click.option("--person", "kind", flag_value="person", default=None, help="NAME is a person: new projects and theirs.")
@click.option("--platform", "kind", flag_value="platform", help="NAME is a network or a streamer.")
@click.option("--view", metavar="LINK", default=None, help="A link to a filtered board, which NAME names.")
@click.option("--only", metavar="KINDS", default="", help="Of these alone, such as decision,released,attached.")
@click.option("--least", type=click.FloatRange(0, 1), default=0.0, help="Tell nothing less probable.")
@click.option("--daily", is_flag=True, help="Tell once a day, at digest_hour, instead of at once.")
@ledger_option
def add(
    name: str,
    season: int | None,
    kind: str | None,
    view: str | None,
    only: str,
    least: float,
    daily: bool,
    ledger: str | None,
) -> None:
    """
    Follow something from now on. What was so before is not told.

    The same again changes how it is told. A person is told of with each new project, and with what changes of theirs.

    \b
    Example:
        callboard follow add "Simone Missick" --person --daily
        callboard follow add "Netflix, filming" --view "http://127.0.0.1:8000/?platform=Netflix&filming=1"
    """
    from callboard.alerts.finding import check_view
    from callboard.alerts.follows import Kind
    from callboard.show.words import clean

    name = clean(name)
    if not name:
        raise click.UsageError("NAME is empty")
    if view is not None and kind is not None:
        raise click.UsageError("--view is a follow of its own; leave --person and --platform out")
    meant = Kind.VIEW if view is not None else Kind(kind or "title")
    if season is not None and meant is not Kind.TITLE:
        raise click.UsageError("--season belongs to a title")
    kinds = _read_kinds(only)
    query = check_view(view) if view is not None else ""
    with open_alerts(settings_with(ledger=ledger)) as store:
        follow = store.follow(
            meant,
            name,
            season=season,
            query=query,
            only=kinds,
            least=least,
            daily=daily,
            now=dt.datetime.now(dt.UTC),
        )
    click.echo(f"{follow.number}  {follow}", err=True)
    _say_if_unknown(meant, name, ledger)


@command.command("remove")
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="NUMBERS...")
@ledger_option
def remove(numbers: tuple[int, ...], ledger: str | None) -> None:
    """
    Follow no longer, by the numbers that `callboard follow list` shows.

    \b
    Example:
        callboard follow remove 3
    """
    with open_alerts(settings_with(ledger=ledger)) as store:
        missing = [number for number in numbers if not store.unfollow(number)]
    exit_if_missing(missing, "not followed; callboard follow list has the numbers")


@command.command("list")
@json_option
@ledger_option
def list_(as_json: bool, ledger: str | None) -> None:
    """
    Everything that is followed, and how it is told.

    \b
    Example:
        callboard follow list --json
    """
    with open_alerts(settings_with(ledger=ledger), read_only=True) as store:
        follows = store.follows()
    if as_json:
        click.echo(json.dumps([_row(follow) for follow in follows], ensure_ascii=False))
        return
    for follow in follows:
        click.echo(f"{follow.number:4}  {follow}  ({_how(follow)})")
    click.echo(f"{len(follows)} followed", err=True)


def _read_kinds(only: str) -> tuple[str, ...]:
    from callboard.alerts.follows import ATTACHED
    from callboard.show.words import CHANGES

    kinds = tuple(part.strip() for part in only.split(",") if part.strip())
    for kind in kinds:
        if kind not in CHANGES and kind != ATTACHED:
            raise click.UsageError(f"--only: {kind!r} is none of {', '.join((*CHANGES, ATTACHED))}")
    return kinds


def _say_if_unknown(kind: Kind, name: str, ledger: str | None) -> None:
    """Says so where nobody speaks of a title yet: it may be a slip of the pen."""
    from callboard.alerts.follows import Kind

    if kind is not Kind.TITLE:
        return
    from callboard.cli.asking import open_board

    # A ledger that is not there, or not now, has nothing to say against it.
    with contextlib.suppress(LedgerError), open_board(ledger) as board:
        if not any(board.key(entry.production.title) == board.key(name) for entry in board.ledger.productions()):
            near = board.near(name)
            hint = f"; did you mean {', '.join(map(repr, near))}?" if near else ""
            click.echo(f"callboard: nobody speaks of {name!r} yet{hint}", err=True)


def _row(follow: Follow) -> dict[str, object]:
    return {
        "number": follow.number,
        "kind": str(follow.kind),
        "name": follow.name,
        "season": follow.season,
        "view": follow.query,
        "only": list(follow.only),
        "least": follow.least,
        "daily": follow.daily,
        "since": follow.added.isoformat(timespec="seconds"),
    }


def _how(follow: Follow) -> str:
    parts = ["daily" if follow.daily else "at once"]
    if follow.only:
        parts.append("only " + ", ".join(follow.only))
    if follow.least:
        parts.append(f"from {follow.least:.0%} on")
    if follow.query:
        parts.append(f"?{follow.query}")
    return "; ".join(parts)
