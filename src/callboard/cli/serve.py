"""`callboard serve`: the board as web pages on this machine."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.options import as_of_option, ledger_option

_LOOPBACK = ("127.0.0.1", "localhost")


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@as_of_option
@ledger_option
def command(port: int, host: str, as_of: dt.date | None, ledger: str | None) -> None:
    """
    Show the board as web pages on this machine, until interrupted.

    Nothing can be changed through the pages. They are for this machine alone unless --host says otherwise; there is no
    password. With --as-of, pages answer as of that day unless they are asked for another one.

    \b
    Example:
        callboard serve --as-of 2017-06-20
    """
    import socket

    import uvicorn

    from callboard.cli.asking import open_board
    from callboard.errors import CallboardError
    from callboard.show.web import make_app

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
        config = uvicorn.Config(
            make_app(board, as_of=as_of, hosts=hosts), log_level="warning", access_log=False, server_header=False
        )
        uvicorn.Server(config).run(sockets=[listener])
