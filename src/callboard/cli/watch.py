"""`callboard watch`: feeds polled, what they list read and recorded, until it is stopped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import click

from callboard.cli.feeds import open_store, shown
from callboard.cli.looking import now, seconds_until, until_stopped
from callboard.cli.options import ledger_option, open_ledger_for, settings_with
from callboard.cli.readers import intaking, reader_option
from callboard.errors import FetchError

if TYPE_CHECKING:
    from callboard.fetch.fetching import Fetching
    from callboard.fetch.store import FeedStore
    from callboard.intake import Tools
    from callboard.limited import LimitedTools
    from callboard.record.ledger import Ledger
    from callboard.settings import Settings

_LOOK_S = 30.0  # longest sleep, so that a feed which was added meanwhile is noticed


@dataclass(slots=True)
class _Tally:
    """What a watch did so far."""

    looks: int = 0
    failed: int = 0
    documents: int = 0
    new: int = 0

    def __str__(self) -> str:
        return f"{self.looks} looks at feeds ({self.failed} failed), {self.documents} documents, {self.new} new claims"


@click.command("watch")
@click.option("--once", is_flag=True, help="Poll what is due now, then stop; for cron and timers.")
@reader_option
@click.option("--quiet", "-q", is_flag=True, help="Only the summary and the problems.")
@ledger_option
def command(once: bool, which: str, quiet: bool, ledger: str | None) -> None:
    """
    Poll the feeds that are due, read what is new, record its claims.

    One line for each document goes to stderr. Each feed is asked as often as it has news, between a quarter hour and a
    day; one that fails is asked less and less, reported with its last success, and keeps no other waiting. Ctrl-C or a
    TERM signal stops it, and the next watch goes on where it was. The exit status of --once is 1 where a feed failed.

    \b
    Example:
        callboard feeds add --starter
        callboard watch
    """
    from callboard.fetch.fetching import Fetching, policy_from
    from callboard.limited import LimitedTools, limits_from

    settings = settings_with(ledger=ledger)
    policy = policy_from(settings)
    tally = _Tally()
    try:
        with until_stopped("stopped; the next watch goes on from here"), open_store(settings) as store, store.working():
            if not store.feeds():
                raise FetchError("no feeds to watch; add some by callboard feeds add URL, or --starter")
            if not settings.text("contact"):
                click.echo(
                    "callboard: set contact, so that a site can write to you instead of shutting you out", err=True
                )
            with ExitStack() as stack:
                recorded = stack.enter_context(open_ledger_for(ledger, create=True, read_only=False))
                fetching = stack.enter_context(Fetching(policy))
                make_tools: Callable[[], Tools] = partial(_tools, LimitedTools(limits_from(settings)))
                if which != "builtin":
                    how = stack.enter_context(intaking(settings, which, make_tools(), recorded, ahead=False))
                    make_tools = how.make_tools
                while True:
                    _round(store, fetching, recorded, settings, tally, make_tools, quiet=quiet)
                    if once:
                        break
                    time.sleep(seconds_until(store.next_due(), _LOOK_S))
    finally:
        _tools.cache_clear()  # which ends the child
        if tally.looks or tally.documents:
            click.echo(str(tally), err=True)
    if once and tally.failed:
        sys.exit(1)


def _round(
    store: FeedStore, fetching: Fetching, ledger: Ledger, settings: Settings, tally: _Tally,
    make_tools: Callable[[], Tools], *, quiet: bool,
) -> None:  # fmt: skip
    from callboard.fetch.watch import fetch_pages, look_at_feeds
    from callboard.intake import fetched_source, take_in

    for look in look_at_feeds(store, fetching, now):
        tally.looks += 1
        if look.error:
            tally.failed += 1
            again = f"last success {shown(look.feed.succeeded)}, next try {shown(look.due)}"
            click.echo(f"callboard: {look.feed.url}: {look.error}; {again}", err=True)
    for request, found in fetch_pages(store, fetching, now):
        for outcome in take_in(
            [fetched_source(request, found)],
            ledger,
            make_tools=make_tools,
            workers=1,
            max_page_mb=settings.number("max_page_mb"),
            keep_text_days=int(settings.number("keep_text_days")),
        ):
            tally.documents += not outcome.problems
            tally.new += outcome.new
            if not quiet:
                click.echo(str(outcome), err=True)
            for problem in outcome.problems:
                click.echo(f"callboard: {problem}", err=True)


@lru_cache(maxsize=1)
def _tools(limited: LimitedTools) -> Tools:
    """The tools with their child process, kept from page to page."""
    return limited()
