"""`callboard serve` is a real process that serves pages on loopback and stops when told."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from board_stories import CAGE, record

from callboard.cli.main import run


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
