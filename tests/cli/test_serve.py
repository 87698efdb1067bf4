"""`callboard serve` is a real process that serves pages on loopback and stops when told."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import queue
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from board_stories import CAGE, LEARNED, record

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.cli import serving
from callboard.cli.main import run
from callboard.cli.serving import LARGE, judge_ahead
from callboard.errors import LedgerError
from callboard.kept import Kept
from callboard.model import Claim, Document, Event, Production, Span
from callboard.record.ledger import open_ledger
from callboard.show.changed import ChangesCache
from callboard.when import When


def test_it_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    """On any free port, which it names on stderr; an interrupt ends it without a traceback."""
    path = record(tmp_path / "board.db", CAGE)
    command = [sys.executable, "-m", "callboard.cli.main", "serve", "--port", "0", "--as-of", "2017-06-20"]
    with subprocess.Popen(
        [*command, "--ledger", str(path)], stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"}
    ) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert match, line
        answer = httpx.get(match[0], trust_env=False, timeout=20)
        assert answer.status_code == 200
        assert "as of 20 June 2017" in answer.text
        assert '<a href="/alerts">Alerts</a>' in answer.text
        alerts = httpx.get(f"{match[0]}alerts", trust_env=False, timeout=20)
        assert '<a href="/alerts" aria-current="page">Alerts</a>' in alerts.text
        document = httpx.get(f"{match[0]}api/v1/openapi.json", trust_env=False, timeout=20).json()
        assert not any("post" in operations for operations in document["paths"].values())  # there is no token
        server.send_signal(signal.SIGINT)
        rest = server.stderr.read()
        server.wait(10)
    assert "Traceback" not in rest
    assert server.returncode in (0, 130, -signal.SIGINT)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_several_processes_serve_a_large_ledger(tmp_path: Path, stop: signal.Signals) -> None:
    """They answer at once and end together; what prepares pages leaves its place, even where the server was killed."""
    path = tmp_path / "board.db"
    with open_ledger(path) as ledger:
        ledger.append_many(many(LARGE // 2 + 1), learned=LEARNED)
    command = [sys.executable, "-m", "callboard.cli.main", "serve", "--port", "0", "--as-of", "2017-06-20"]
    workers = "1" if stop is signal.SIGKILL else "2"
    with subprocess.Popen(
        [*command, "--workers", workers, "--ledger", str(path)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stderr is not None
        match = re.search(r"http://127\.0\.0\.1:\d+/", server.stderr.readline())
        assert match
        answer = httpx.get(f"{match[0]}p/made-story", trust_env=False, timeout=60)
        assert answer.status_code == 200
        assert "word 1" in answer.text
        kept = Kept(path.with_suffix(".pages.db"), edition_of_served(path))
        deadline = time.monotonic() + 60
        while not is_held(kept):
            assert time.monotonic() < deadline, "nobody prepares the pages"
            time.sleep(0.2)
        if stop is signal.SIGINT:
            os.killpg(server.pid, stop)  # as a terminal does
        else:
            server.send_signal(stop)
        server.wait(30)
        assert "Traceback" not in server.stderr.read()
        while is_held(kept):
            assert time.monotonic() < deadline, "what prepares the pages outlives the server"
            time.sleep(0.2)


def test_what_prepares_pages_is_started_again_where_it_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the board of a large ledger would stay half judged as long as the server runs."""
    started: queue.Queue[str] = queue.Queue()

    class Killed:
        """Ends as soon as it was started."""

        def __init__(self, name: str, **_: object) -> None:
            self.name = name

        def start(self) -> None:
            started.put(self.name)

        def join(self) -> None:
            if started.qsize() == 3:  # which runs on
                threading.Event().wait()

    monkeypatch.setattr(serving, "_AGAIN_S", 0.0)
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: SimpleNamespace(Process=Killed))
    serving.keep_preparing()
    deadline = time.monotonic() + 20
    while started.qsize() < 3:
        assert time.monotonic() < deadline, "it was not started again"
        time.sleep(0.01)


def many(count: int) -> Iterator[tuple[Document, list[Claim]]]:
    """Articles with a claim each, on one film."""
    for number in range(count):
        text = f"word {number}"
        claim = Claim(production=Production("Made Story"), event=Event.CASTING, quote=Span(0, len(text), text))
        day = (dt.date(2017, 6, 19) - dt.timedelta(number % 900)).isoformat()
        yield Document(text=text, outlet="Variety", published=When.parse(day), published_confidence=1.0), [claim]


def edition_of_served(path: Path) -> str:
    """That of a server of the same ledger, so that its file is not emptied."""
    with sqlite3.connect(path.with_suffix(".pages.db")) as db:
        return str(db.execute("SELECT name FROM edition").fetchone()[0])


def is_held(kept: Kept) -> bool:
    """Whether some process prepares pages."""
    try:
        with kept.working():
            return False
    except LedgerError:
        return True


def test_a_port_that_is_taken_is_an_error_with_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, and what to try."""
    path = record(tmp_path / "board.db", CAGE)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["serve", "--port", str(port), "--ledger", str(path)]) == 1
    assert "another --port" in capsys.readouterr().err


def test_what_changed_is_judged_before_somebody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As read and as published: the page judges nothing any more."""
    day = dt.date(2017, 6, 20)
    with open_ledger(record(tmp_path / "board.db", CAGE), read_only=True) as ledger:
        board = Board(ledger, load_catalogue())
        judge_ahead(board, day, wait_s=0)
        monkeypatch.setattr(Board, "_judge_alone", lambda *_: pytest.fail("judged again"))
        found = ChangesCache(board)
        assert found.of(day, as_published=True)
        assert found.of(day, as_published=False) == ()
