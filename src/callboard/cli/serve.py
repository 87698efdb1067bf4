"""`callboard serve`: the board as web pages on this machine."""

from __future__ import annotations

import dataclasses
import datetime as dt

import click

from callboard.cli.options import as_of_option, ledger_option, open_ledger_for, settings_with
from callboard.errors import CallboardError, LedgerError


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--follow", is_flag=True, help="Let pages write what is followed; on this machine alone.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@as_of_option
@ledger_option
def command(port: int, host: str, follow: bool, workers: int, as_of: dt.date | None, ledger: str | None) -> None:
    """
    Show the board as web pages on this machine, until interrupted.

    Nothing can be changed through the pages, unless --follow lets them note what you follow; programs that know the setting `edit_token` may judge claims through the API.
    They are for this machine alone unless --host says otherwise; there is no password. With --as-of, pages answer as of that day unless they are asked for another one.
    The pages of a large ledger are prepared by a further process, into a file beside it that may be deleted.

    \b
    Example:
        callboard serve --as-of 2017-06-20
        callboard serve --follow
    """
    import secrets
    import socket

    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from callboard.cli import serving

    settings = settings_with(ledger=ledger)
    token = serving.read_token(settings.text("edit_token"))
    is_here = host in serving.LOOPBACK
    if follow and not is_here:
        raise click.UsageError("--follow is for this machine alone; leave --host out")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Nagle's algorithm costs 40 ms an answer; what is accepted has it off as the listener does, in every process.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with open_ledger_for(ledger) as recorded, listener:
        follow_token = secrets.token_urlsafe(32) if follow else ""
        day, edition = as_of.isoformat() if as_of else None, serving.find_edition(settings)
        plan = serving.Plan(ledger, day, is_here, token, edition, False, follow_token)
        if recorded.version() > serving.LARGE:
            plan = dataclasses.replace(plan, prepared=True)
            try:
                serving.open_kept(plan)
            except LedgerError as error:
                click.echo(f"callboard: pages are not prepared, so the first ones take long: {error}", err=True)
                plan = dataclasses.replace(plan, prepared=False)
        try:
            listener.bind((host, port))
            listener.listen(2048)  # who comes before the pages are there waits
        except OSError as error:
            raise CallboardError(
                f"{host}:{port} cannot be listened on ({error.strerror}); give another --port, or 0 for any free one"
            ) from error
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"callboard: http://{shown}:{listener.getsockname()[1]}/ (stop with Ctrl-C)", err=True)
        if not is_here:
            click.echo("callboard: whoever reaches this address can read the ledger", err=True)
        plan.hand_on()
        if plan.prepared:
            serving.keep_preparing()
        if workers == 1:
            app = serving.make_whole_app(serving.make_board(plan, recorded), plan)
            config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
            uvicorn.Server(config).run(sockets=[listener])
        else:
            made = "callboard.cli.serving:make_served"
            config = uvicorn.Config(
                made, factory=True, workers=workers, log_level="warning", access_log=False, server_header=False
            )
            Multiprocess(config, sockets=[listener]).run()
