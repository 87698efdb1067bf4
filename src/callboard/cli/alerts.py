"""`callboard alerts`: what is new, sent to whoever follows it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from callboard.cli.follow import open_alerts
from callboard.cli.looking import now, seconds_until, until_stopped
from callboard.cli.options import json_option, ledger_option, settings_with
from callboard.errors import AlertError, SettingError

if TYPE_CHECKING:
    from callboard.alerts.running import Outcome
    from callboard.alerts.sending import Service
    from callboard.alerts.store import AlertStore, Delivery, Logged
    from callboard.board import Board
    from callboard.settings import Settings

_LOOK_S = 60.0  # between two looks at the ledger


@click.group("alerts")
def command() -> None:
    """
    Tell those who follow something what changed: by mail, ntfy, Discord, a webhook, or whatever else Apprise knows.

    The setting `notify` says where to. Nothing is told twice, and nothing of before you followed.

    \b
    Example:
        callboard follow add "Luke Cage"
        CALLBOARD_NOTIFY=ntfy://my-topic callboard alerts test
        CALLBOARD_NOTIFY=ntfy://my-topic callboard alerts run
    """


@command.command("run")
@click.option("--once", is_flag=True, help="Send what is due now, then stop; for cron and timers.")
@ledger_option
def run(once: bool, ledger: str | None) -> None:
    """
    Look at the ledger, send what is new, until stopped.

    What a service does not take is tried again, less and less often, for three days. Daily alerts wait for digest_hour.
    Ctrl-C or a TERM signal stops it, and the next run goes on where it was. The exit status of --once is 1 where
    something could not be sent.

    \b
    Example:
        callboard alerts run --once
    """
    settings = settings_with(ledger=ledger)
    services, hour = open_services(settings), _digest_hour(settings)
    failed = False
    with until_stopped("stopped; the next run goes on from here"), open_alerts(settings) as store, store.working():
        if not store.follows():
            raise AlertError("nothing is followed; callboard follow add TITLE")
        for lost in store.recover(now()):
            _warn_unsure(lost)
        from callboard.cli.asking import open_board

        with open_board(ledger) as board:
            seen: tuple[object, ...] = ()
            while True:
                seen = _decide(board, store, services, hour, seen)
                failed = _deliver(store, services) or failed
                if once:
                    break
                time.sleep(seconds_until(store.next_due(), _LOOK_S))
    if once and failed:
        sys.exit(1)


@command.command("test")
@ledger_option
def test(ledger: str | None) -> None:
    """
    Send a test message to every service, on the very way that alerts take.

    \b
    Example:
        callboard alerts test
    """
    from callboard.alerts.running import send_test

    settings = settings_with(ledger=ledger)
    services = open_services(settings)
    with open_alerts(settings) as store:
        outcomes = send_test(store, services, now=now())
        count = len(store.follows())
    for outcome in outcomes:
        click.echo(f"{outcome.service}: {outcome.error or 'took the test message'}")
    if not count:
        click.echo("callboard: nothing is followed yet, so nothing will be told; callboard follow add TITLE", err=True)
    if any(outcome.error for outcome in outcomes):
        sys.exit(1)


@command.command("log")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at most.")
@click.option("--all", "quiet", is_flag=True, help="Also what was not sent, with the reason.")
@json_option
@ledger_option
def log(limit: int, quiet: bool, as_json: bool, ledger: str | None) -> None:
    """
    What was sent, when, to which service and why; the newest first.

    \b
    Example:
        callboard alerts log --limit 5
    """
    with open_alerts(settings_with(ledger=ledger), read_only=True) as store:
        logged = store.log(limit=limit, quiet=quiet)
    if as_json:
        click.echo(json.dumps([_logged_row(each) for each in logged], ensure_ascii=False))
        return
    if not logged:
        click.echo("Nothing yet." if quiet else "Nothing was sent yet; --all also shows what was held back.", err=True)
    for each in logged:
        click.echo(f"{each.number:4}  {each.day}  {each.title}")
        click.echo(f"      because {each.because}")
        if each.quiet:
            click.echo(f"      not sent: {each.quiet}")
        for delivery in each.deliveries:
            click.echo(f"      {_state(delivery)}")


@command.command("retry")
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBERS]...")
@ledger_option
def retry(numbers: tuple[int, ...], ledger: str | None) -> None:
    """
    Send again what was given up, or what may not have arrived; by the numbers of the log, or all.

    \b
    Example:
        callboard alerts retry 12
    """
    with open_alerts(settings_with(ledger=ledger)) as store:
        count = store.retry(numbers or None, now())
    click.echo(f"{count} to be sent by the next run", err=True)


def open_services(settings: Settings) -> list[Service]:
    """The services that the setting names; raises `CallboardError` where it names none, or one that cannot be used."""
    from callboard.alerts.sending import check_services, read_services

    services = read_services(settings.text("notify"))
    if not services:
        raise SettingError('setting notify is empty; write where alerts go, for example notify = "ntfy://TOPIC"')
    check_services(services)
    return services


def _digest_hour(settings: Settings) -> int:
    hour = int(settings.number("digest_hour"))
    if hour > 23:
        raise SettingError(f"setting digest_hour: {hour} is no hour of the day; 0 to 23 are")
    return hour


def _decide(
    board: Board, store: AlertStore, services: Sequence[Service], hour: int, seen: tuple[object, ...]
) -> tuple[object, ...]:
    """What was looked at; nothing is done where it is the same as before."""
    from callboard.alerts.running import decide, next_digest

    instant = now()
    here = instant.astimezone()
    found = (board.ledger.version(), here.date(), tuple(store.follows()))
    if found != seen:
        count = decide(board, store, services, now=instant, digest_due=next_digest(here, hour))
        if count:
            click.echo(f"{count} new {'alert' if count == 1 else 'alerts'}", err=True)
    return found


def _deliver(store: AlertStore, services: Sequence[Service]) -> bool:
    """Whether something could not be sent."""
    from callboard.alerts.running import deliver

    outcomes = deliver(store, services, now=now())
    for outcome in outcomes:
        click.echo(_told(outcome), err=True)
    return any(outcome.error for outcome in outcomes)


def _told(outcome: Outcome) -> str:
    count = f"{outcome.alerts} {'alert' if outcome.alerts == 1 else 'alerts'}"
    if not outcome.error:
        return f"{outcome.service}: {count} sent"
    again = f"next try {outcome.again:%Y-%m-%d %H:%M} UTC" if outcome.again else str(outcome.state)
    if outcome.state == "unsure":
        again = "whether it arrived is not known; callboard alerts retry sends it again"
    return f"callboard: {outcome.service}: {count} not sent: {outcome.error}; {again}"


def _warn_unsure(lost: Delivery) -> None:
    click.echo(
        f"callboard: {lost.service}: whether alert {lost.alert} arrived is not known: {lost.error}; "
        f"callboard alerts retry {lost.alert} sends it again",
        err=True,
    )


def _state(delivery: Delivery) -> str:
    state = f"{delivery.service}: {delivery.state} {delivery.changed:%Y-%m-%d %H:%M} UTC"
    if delivery.state == "queued":
        state = f"{delivery.service}: queued for {delivery.due:%Y-%m-%d %H:%M} UTC"
    return f"{state}; {delivery.error}" if delivery.error else state


def _logged_row(each: Logged) -> dict[str, object]:
    return {
        "number": each.number,
        "id": each.news,
        "day": each.day.isoformat(),
        "title": each.title,
        "body": each.body,
        "because": each.because,
        "not_sent": each.quiet,
        "decided": each.decided.isoformat(timespec="seconds"),
        "deliveries": [
            {
                "service": delivery.service,
                "state": str(delivery.state),
                "daily": delivery.daily,
                "tries": delivery.tries,
                "at": (delivery.due if delivery.state == "queued" else delivery.changed).isoformat(timespec="seconds"),
                "error": delivery.error,
            }
            for delivery in each.deliveries
        ],
    }
