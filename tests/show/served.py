"""A real server on a free loopback port, for the tests of the pages."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from callboard.alerts.followed import FollowedRows
from callboard.alerts.page import MENU, Writing, with_alerts
from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.record.ledger import open_ledger
from callboard.show.views import Around
from callboard.show.web import make_app

TOKEN = "a token of the tests"
NAMES = ("127.0.0.1", "localhost")


@contextlib.contextmanager
def serve(path: Path, as_of: dt.date, *, follow: bool = False) -> Iterator[str]:
    """
    The address of a server that shows the ledger of a file; it stops at the end.

    Args:
        path: The ledger.
        as_of: The day of answers.
        follow: Whether pages may write what is followed, beside the ledger, with `TOKEN`; a test message goes nowhere.
    """
    with open_ledger(path, read_only=True) as ledger, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        board, alerts = Board(ledger, load_catalogue()), path.with_suffix(".alerts.db")
        around = Around(also=MENU, follows=True, followed=FollowedRows(board, alerts)) if follow else Around()
        app = make_app(board, as_of=as_of, around=around)
        if follow:
            app = with_alerts(app, alerts, hosts=NAMES, writing=Writing(TOKEN, lambda: ["json-123456: took it"]))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
