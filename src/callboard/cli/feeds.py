"""`callboard feeds`: which feeds are watched."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import IO, TYPE_CHECKING

import click

from callboard.cli.options import beside_ledger, exit_if_missing, json_option, ledger_option, settings_with
from callboard.errors import FetchError

if TYPE_CHECKING:
    from callboard.fetch.opml import Outline
    from callboard.fetch.store import FeedStore, Followed
    from callboard.settings import Settings


def open_store(settings: Settings, *, read_only: bool = False) -> FeedStore:
    """The list of feeds, which lies beside the ledger: `callboard.db` has `callboard.feeds.db`; to read, none is made."""
    from callboard.fetch.store import FeedStore

    return FeedStore.open(beside_ledger(settings, ".feeds.db"), read_only=read_only)


@click.group("feeds")
def command() -> None:
    """
    The feeds that `callboard watch` polls.

    The list lies in a small file beside the ledger.

    \b
    Example:
        callboard feeds add --starter
        callboard feeds list
    """


@command.command("add")
@click.argument("urls", nargs=-1, metavar="URLS...")
@click.option("--starter", is_flag=True, help="Entertainment news in English, to start with.")
@ledger_option
def add(urls: tuple[str, ...], starter: bool, ledger: str | None) -> None:
    """
    Follow feeds. They are read by the next `callboard watch`.

    \b
    Example:
        callboard feeds add https://example.com/feed/
    """
    if not urls and not starter:
        raise click.UsageError("give addresses of feeds, or --starter")
    from callboard.fetch.opml import Outline, read_starter

    _add([*(Outline(url, "") for url in urls), *(read_starter() if starter else ())], ledger)


@command.command("import")
@click.argument("file", type=click.File("rb"))
@ledger_option
def import_(file: IO[bytes], ledger: str | None) -> None:
    """
    Follow the feeds of an OPML file, as other readers write it; - is stdin.

    \b
    Example:
        callboard feeds import subscriptions.opml
    """
    from callboard.fetch.opml import read_opml

    try:
        outlines = read_opml(file.read())
    except FetchError as error:
        raise FetchError(f"{file.name}: {error}") from error
    if not outlines:
        raise FetchError(f"{file.name}: no feed in it; an outline with xmlUrl is one")
    _add(outlines, ledger)


@command.command("remove")
@click.argument("urls", nargs=-1, required=True, metavar="URLS...")
@ledger_option
def remove(urls: tuple[str, ...], ledger: str | None) -> None:
    """
    Follow feeds no longer. What was recorded from them stays.

    \b
    Example:
        callboard feeds remove https://example.com/feed/
    """
    with open_store(settings_with(ledger=ledger)) as store:
        missing = [url for url in urls if not store.remove(url)]
    exit_if_missing(missing, "not followed; callboard feeds list has the addresses")


@command.command("list")
@json_option
@ledger_option
def list_(as_json: bool, ledger: str | None) -> None:
    """
    Every feed: how often it is asked, when it last answered, and what is wrong with it.

    \b
    Example:
        callboard feeds list --json
    """
    with open_store(settings_with(ledger=ledger), read_only=True) as store:
        feeds = sorted(store.feeds(), key=lambda feed: feed.url)
    if as_json:
        click.echo(json.dumps([_row(feed) for feed in feeds], ensure_ascii=False))
        return
    for feed in feeds:
        click.echo(f"{feed.url}  {feed.title}".rstrip())
        click.echo(f"    {_state(feed)}")
    click.echo(f"{len(feeds)} feeds", err=True)


def _add(outlines: list[Outline], ledger: str | None) -> None:
    from callboard.fetch.addresses import check_url, read_places

    settings = settings_with(ledger=ledger)
    places = read_places(settings.text("fetch_also"))
    added = failed = 0
    with open_store(settings) as store:
        for outline in outlines:
            try:
                added += store.add(check_url(outline.url, places), " ".join(outline.title.split())[:200])
            except FetchError as error:
                failed += 1
                click.echo(f"callboard: {error}", err=True)
    click.echo(f"{added} feeds added, {len(outlines) - added - failed} followed already, {failed} refused", err=True)
    if failed:
        sys.exit(1)


def _row(feed: Followed) -> dict[str, object]:
    from callboard.fetch.pace import interval_h

    return {
        "url": feed.url,
        "title": feed.title,
        "every_hours": round(interval_h(feed.pace), 2),
        "last_success": feed.succeeded.isoformat(timespec="seconds") if feed.succeeded else None,
        "failures": feed.failures,
        "error": feed.error,
    }


def _state(feed: Followed) -> str:
    from callboard.fetch.pace import interval_h

    state = f"last success {shown(feed.succeeded)}, every {interval_h(feed.pace):.1f} h"
    return f"{state}; failed {feed.failures} times: {feed.error}" if feed.failures else state


def shown(when: dt.datetime | None) -> str:
    """An instant as lines show it, in UTC."""
    return f"{when:%Y-%m-%d %H:%M} UTC" if when else "never"
