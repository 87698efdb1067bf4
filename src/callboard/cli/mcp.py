"""`callboard mcp`: the board for programs that speak the Model Context Protocol."""

from __future__ import annotations

import datetime as dt

import click

from callboard.cli.options import as_of_option, ledger_option


@click.command("mcp")
@as_of_option
@ledger_option
def command(as_of: dt.date | None, ledger: str | None) -> None:
    """
    Answer programs that speak the Model Context Protocol, over stdin and stdout, until they hang up.

    Nothing can be changed through it, and nothing is fetched. It needs `pip install callboard[mcp]`.

    \b
    Example:
        callboard mcp --ledger board.db < /dev/null
    """
    from callboard.cli.asking import open_board
    from callboard.errors import CallboardError

    try:
        from callboard.mcp.server import make_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "pydantic"):
            raise
        raise CallboardError("the Model Context Protocol needs `pip install callboard[mcp]`") from error
    with open_board(ledger) as board:
        make_server(board, as_of=as_of).run("stdio")
