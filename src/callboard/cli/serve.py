"""`callboard serve`: the board as web pages on this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from callboard.cli.options import as_of_option, ledger_option, open_ledger_for, settings_with
from callboard.errors import CallboardError, SettingError

if TYPE_CHECKING:
    from callboard.model import Json
    from callboard.show.edits import Edit

_LOOPBACK = ("127.0.0.1", "localhost")


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@as_of_option
@ledger_option
def command(port: int, host: str, as_of: dt.date | None, ledger: str | None) -> None:
    """
    Show the board as web pages on this machine, until interrupted.

    Nothing can be changed through the pages; programs that know the setting `edit_token` may judge claims through the API.
    They are for this machine alone unless --host says otherwise; there is no password. With --as-of, pages answer as of that day unless they are asked for another one.

    \b
    Example:
        callboard serve --as-of 2017-06-20
    """
    import socket

    import uvicorn

    from callboard.alerts.page import MENU, with_alerts
    from callboard.cli.asking import open_board
    from callboard.cli.follow import alerts_path
    from callboard.show.edits import LEAST_TOKEN, with_edits
    from callboard.show.web import make_app

    settings = settings_with(ledger=ledger)
    token = settings.text("edit_token")
    if token and (len(token) < LEAST_TOKEN or not token.isascii() or " " in token):
        raise SettingError(
            f"setting edit_token: at least {LEAST_TOKEN} characters are needed, of ASCII and without spaces"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where the protocol is named does asyncio switch Nagle's algorithm off, which else costs 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with open_board(ledger) as board, listener:
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CallboardError(
                f"{host}:{port} cannot be listened on ({error.strerror}); give another --port, or 0 for any free one"
            ) from error
        hosts = _LOOPBACK if host in _LOOPBACK else ("*",)
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"callboard: http://{shown}:{listener.getsockname()[1]}/ (stop with Ctrl-C)", err=True)
        if host not in _LOOPBACK:
            click.echo("callboard: whoever reaches this address can read the ledger", err=True)
        is_here = host in _LOOPBACK
        app = make_app(board, as_of=as_of, hosts=hosts, also=MENU if is_here else (), takes_verdicts=bool(token))
        if is_here:  # what somebody follows is theirs
            app = with_alerts(app, alerts_path(settings), hosts=hosts)
        if token:
            app = with_edits(app, make_edit(ledger), token, hosts=hosts)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def make_edit(ledger: str | None) -> Edit:
    """What writes verdicts to the ledger that is named or set; it is opened for each, since the pages only read."""

    def edit(claim: str, verdict: str, changes: Mapping[str, str | int | None], reason: str) -> Json:
        from callboard.record.corrections import Verdict, decide, find_claim

        with open_ledger_for(ledger, read_only=False) as recorded:
            report = find_claim(recorded, claim)
            now = dt.datetime.now(dt.UTC)
            entry = decide(recorded, report, Verdict(verdict), changes, reason=reason, learned=now)
        return {
            "claim": report.id,
            "verdict": verdict,
            "changes": dict(changes),
            "reason": entry.reason,
            "learned": entry.learned.isoformat(),
        }

    return edit
